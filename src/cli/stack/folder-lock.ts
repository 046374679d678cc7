import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EndcapError } from '../../core/errors.ts'
import { isAlive } from './process.ts'

const RETRY_MS = 200
const WAIT_MS = 15 * 60_000

/**
 * Creates the lock file with our process id; false if another living process holds it. It appears with the id in it:
 * an empty one, left by whoever died in between, could never be told from one that is being made.
 */
async function tryLock(file: string): Promise<boolean> {
  const mine = `${file}.${process.pid}-${randomUUID()}`
  try {
    await writeFile(mine, String(process.pid))
    await link(mine, file)
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await rm(mine, { force: true })
  }
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text !== null && (text === '' || !isAlive(Number(text)))) await rm(file, { force: true })
  return false
}

/**
 * Runs the work while this process alone holds the lock file; a lock whose holder has died is taken over.
 * @throws EndcapError FOLDER_IN_USE if another living process holds it for longer than 15 minutes.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, onWait: () => void): Promise<T> {
  await mkdir(dirname(file), { recursive: true })
  const giveUpAt = Date.now() + WAIT_MS
  for (let attempt = 0; !(await tryLock(file)); attempt += 1) {
    if (attempt === 5) onWait()
    if (Date.now() > giveUpAt) {
      throw new EndcapError('FOLDER_IN_USE', `another process has held '${file}' for 15 minutes`)
    }
    await sleep(RETRY_MS)
  }
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}
