import { join } from 'node:path'
import { STACK_SOURCES } from './home.ts'
import type { ProcessSpec } from './process.ts'
import { javaProgram } from './requirements.ts'
import { processMarker } from './run-state.ts'
import { type JvmWork, jvmFlags } from './settings.ts'

export type JavaProcess = {
  readonly name: string
  /** Working folder; the log goes beside it. */
  readonly cwd: string
  readonly runDir: string
  readonly heapMb: number
  /** Default `brief`. */
  readonly work?: JvmWork
  readonly flags?: readonly string[]
  readonly classPath: readonly string[]
  readonly mainClass: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export const logFileOf = (runDir: string, name: string): string => join(runDir, 'logs', `${name}.log`)

/** The java command of one engine process, marked as belonging to its run folder. */
export const javaProcess = (java: JavaProcess): ProcessSpec => ({
  name: java.name,
  program: javaProgram(),
  args: [
    processMarker(java.runDir),
    ...jvmFlags(java.heapMb, java.work),
    `-Dlog4j2.configurationFile=${join(STACK_SOURCES, 'log4j2.xml')}`,
    ...(java.flags ?? []),
    '-cp',
    java.classPath.join(':'),
    java.mainClass,
    ...java.args,
  ],
  cwd: java.cwd,
  ...(java.env === undefined ? {} : { env: java.env }),
  logFile: logFileOf(java.runDir, java.name),
})
