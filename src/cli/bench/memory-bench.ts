import { join } from 'node:path'
import { type Machine, machine } from './machine.ts'
import { withFolder } from './measuring.ts'
import { runVerb } from './verb-run.ts'

export type MemoryFigures = {
  readonly bench: 'memory'
  readonly data: string
  /** Log records after the import. */
  readonly events: number
  /** Peak of memory that no file backs (RssAnon), MB (2^20 bytes), by verb; null where the system does not tell. */
  readonly peak_anon_mb: Readonly<Record<Verb, number | null>>
  readonly seconds: Readonly<Record<Verb, number>>
  readonly machine: Machine
}

const VERBS = ['import', 'backfill', 'train'] as const
type Verb = (typeof VERBS)[number]

/** What each verb holds and takes on real data, each in a process of its own, watched from outside. */
export async function benchMemory(data: string, progress: (text: string) => void): Promise<MemoryFigures> {
  return withFolder(async (folder) => {
    const dataDir = join(folder, 'shop')
    const peaks: Record<Verb, number | null> = { import: null, backfill: null, train: null }
    const seconds: Record<Verb, number> = { import: 0, backfill: 0, train: 0 }
    let events = 0
    for (const verb of VERBS) {
      progress(`${verb} ...`)
      const source = verb === 'import' ? [data, '--consent', 'all'] : []
      const { answer, peakAnonMb } = await runVerb(verb, ...source, '--data-dir', dataDir)
      peaks[verb] = peakAnonMb
      seconds[verb] = Number(answer['seconds'])
      events = Number(answer['log_position'])
    }
    return { bench: 'memory', data, events, peak_anon_mb: peaks, seconds, machine: machine() }
  })
}
