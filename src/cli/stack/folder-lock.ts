import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EndcapError } from '../../core/errors.ts'
import { isAlive } from './process.ts'

const RETRY_MS = 200
const WAIT_MS = 15 * 60_000

/** Creates the lock file with our process id; false if another living process holds it. */
async function tryLock(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx')
    await handle.writeFile(String(process.pid))
    await handle.close()
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const text = await readFile(file, 'utf8').catch(() => '')
  const holder = Number(text)
  if (text !== '' && !isAlive(holder)) await rm(file, { force: true })
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
