import { parentPort, workerData } from 'node:worker_threads'
import type { BoostingSettings } from '../../rankers/boosting/boosting-settings.ts'
import type { RankingRows } from '../../rankers/boosting/ranking-rows.ts'
import { growForest, type TrainingProgress } from '../../rankers/boosting/train-forest.ts'
import { type TrainingMemory, trainingMemory } from '../../rankers/boosting/training-memory.ts'
import { type Crew, trainingPart } from '../../rankers/boosting/training-part.ts'
import type { Forest } from '../../rankers/forest.ts'
import { awaitOthers, beginPhase, type PhaseSignal, phaseSignal } from './phase-signal.ts'

/** What the lead thread is given. */
export type LeadJob = {
  readonly rows: RankingRows
  readonly validation: RankingRows | null
  readonly settings: BoostingSettings
  readonly threads: number
  /** One cell, not 0: stop after the present tree. */
  readonly stop: Int32Array<SharedArrayBuffer>
}

/** What it says: memory for the others to join in, then progress, then the forest. */
export type LeadMessage =
  | { readonly kind: 'memory'; readonly memory: TrainingMemory; readonly signal: PhaseSignal }
  | { readonly kind: 'progress'; readonly progress: TrainingProgress }
  | { readonly kind: 'forest'; readonly forest: Forest }

function lead({ rows, validation, settings, threads, stop }: LeadJob, say: (message: LeadMessage) => void) {
  const memory = trainingMemory(rows, settings, threads, (bytes) => new SharedArrayBuffer(bytes))
  const signal = phaseSignal()
  say({ kind: 'memory', memory, signal })
  const own = trainingPart(memory, 0)
  const crew: Crew = {
    run: (phase) => {
      beginPhase(signal, phase)
      own(phase)
      awaitOthers(signal, threads - 1)
    },
  }
  const onTree = (progress: TrainingProgress): boolean => {
    say({ kind: 'progress', progress })
    return Atomics.load(stop, 0) === 0
  }
  const forest = growForest(memory, crew, { ...(validation === null ? {} : { validation }), onTree })
  beginPhase(signal, null)
  say({ kind: 'forest', forest })
}

if (parentPort !== null) {
  const port = parentPort
  const job: LeadJob = workerData
  lead(job, (message) => port.postMessage(message))
}
