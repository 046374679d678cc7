import { parentPort, workerData } from 'node:worker_threads'
import type { TrainingMemory } from '../../rankers/boosting/training-memory.ts'
import { trainingPart } from '../../rankers/boosting/training-part.ts'
import { followPhases, type PhaseSignal } from './phase-signal.ts'

/** What a thread that joins the lead is given. */
export type PartJob = {
  readonly memory: TrainingMemory
  readonly signal: PhaseSignal
  readonly part: number
}

if (parentPort !== null) {
  const { memory, signal, part }: PartJob = workerData
  followPhases(signal, trainingPart(memory, part))
}
