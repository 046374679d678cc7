import { setTimeout as sleep } from 'node:timers/promises'
import { type Random, seededRandom } from '../../src/core/random.ts'
import { WriterLife } from './writer-life.ts'

export type KillRun = {
  readonly folder: string
  readonly seed: string
  readonly bodies: readonly string[]
  readonly kills: number
}

export type KillReport = {
  readonly hash: string
  readonly position: number
  readonly kills: number
  /** Lives that ended before the process said that it was ready. */
  readonly killedWhileOpening: number
  /** Bodies that were sent again because their answer never came. */
  readonly resent: number
  /** Lives that had to replay records which no checkpoint held, and how many records in all. */
  readonly replays: number
  readonly replayed: number
}

/** A life that takes bodies is ended at most this long after the first one, one that only opens after this, ms. */
const LONGEST_LIFE_MS = 300
const LONGEST_OPENING_MS = 60

/**
 * Sends bodies in order to a writer that is killed (SIGKILL) at random instants and started again; what was not
 * answered is sent again, as a client would.
 */
export async function runWithKills({ folder, seed, bodies, kills }: KillRun): Promise<KillReport> {
  const random = seededRandom(`kills ${seed}`)
  const report = { kills: 0, killedWhileOpening: 0, resent: 0, replays: 0, replayed: 0 }
  let answered = 0
  let standby = new WriterLife(folder)
  try {
    while (report.kills < kills) {
      const life = standby
      await life.loaded()
      standby = new WriterLife(folder)
      life.open()
      if (random.next() < 0.15) await sleep(random.below(LONGEST_OPENING_MS))
      else {
        await life.ready()
        report.replays += life.replayed > 0 ? 1 : 0
        report.replayed += life.replayed
        const share = Math.floor((bodies.length - answered) / (kills - report.kills + 1))
        const sending = life.send(bodies, answered, answered + Math.max(1, share))
        await Promise.race([sleep(lifeMs(random)), sending])
      }
      if (!life.isReady) report.killedWhileOpening += 1
      await life.kill()
      report.kills += 1
      answered = Math.max(answered, life.answered)
      report.resent += Math.max(0, life.sent - answered)
    }
    await standby.loaded()
    standby.open()
    await standby.ready()
    await standby.send(bodies, answered, bodies.length)
    return { ...(await standby.close()), ...report }
  } finally {
    if (standby.isAlive) await standby.kill()
  }
}

const lifeMs = (random: Random): number => random.next() ** 2 * LONGEST_LIFE_MS
