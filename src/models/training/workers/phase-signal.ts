import { PHASES, type Phase } from '../../rankers/boosting/training-part.ts'

/** Cells of the memory by which the lead thread tells the others what to do, and they tell that they have. */
const CELL = { round: 0, phase: 1, done: 2, failed: 3 } as const

const END = -1

export type PhaseSignal = Int32Array<SharedArrayBuffer>

export const phaseSignal = (): PhaseSignal => new Int32Array(new SharedArrayBuffer(4 * 4))

/** Lead: lets the others begin; `awaitOthers` comes next. */
export function beginPhase(signal: PhaseSignal, phase: Phase | null): void {
  Atomics.store(signal, CELL.phase, phase === null ? END : PHASES.indexOf(phase))
  Atomics.store(signal, CELL.done, 0)
  Atomics.add(signal, CELL.round, 1)
  Atomics.notify(signal, CELL.round)
}

/** Lead: blocks until `count` others are through. @throws Error if one failed */
export function awaitOthers(signal: PhaseSignal, count: number): void {
  for (;;) {
    const done = Atomics.load(signal, CELL.done)
    if (Atomics.load(signal, CELL.failed) === 1) throw new Error('another training thread failed')
    if (done === count) return
    Atomics.wait(signal, CELL.done, done)
  }
}

/** Others: runs phases as the lead says, until it says that this was all. */
export function followPhases(signal: PhaseSignal, run: (phase: Phase) => void): void {
  for (let round = 0; ; round += 1) {
    Atomics.wait(signal, CELL.round, round)
    const phase = PHASES[Atomics.load(signal, CELL.phase)]
    if (phase === undefined) return
    try {
      run(phase)
    } catch (cause) {
      Atomics.store(signal, CELL.failed, 1)
      throw cause
    } finally {
      Atomics.add(signal, CELL.done, 1)
      Atomics.notify(signal, CELL.done)
    }
  }
}
