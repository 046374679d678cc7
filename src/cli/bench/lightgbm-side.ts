import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { EndcapError } from '../../core/errors.ts'
import { PYTHON_SOURCES } from '../python/python-environment.ts'
import type { RankingData } from './ranking-data.ts'

/** One training by LightGBM. */
export type LightGbmRun = {
  readonly binSeconds: number
  readonly trainSeconds: number
  readonly trainCpuSeconds: number
  readonly trees: number
  /** Of the held-out rows. */
  readonly scores: Float64Array
}

export type LightGbmSettings = Readonly<Record<string, number | string | boolean>>

/** LightGBM in a Python process of its own that keeps the data between runs; ended with the scope. */
export class LightGbmSide {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #reader: Interface
  readonly #folder: string
  #version = ''

  private constructor(child: ChildProcess, reader: Interface, folder: string) {
    this.#child = child
    this.#reader = reader
    this.#lines = reader[Symbol.asyncIterator]()
    this.#folder = folder
  }

  /** @param bin of an environment with `lightgbm.txt`; @param folder where the rows are written */
  static async start(
    bin: string,
    folder: string,
    rows: { readonly train: RankingData; readonly held: RankingData },
  ): Promise<LightGbmSide> {
    write(folder, 'train', rows.train)
    write(folder, 'held', rows.held)
    const script = join(PYTHON_SOURCES, 'lightgbm_side.py')
    const args = [script, folder, String(rows.train.features.featureCount)]
    const child = spawn(join(bin, 'python'), args, { stdio: ['pipe', 'pipe', 'inherit'] })
    const side = new LightGbmSide(child, createInterface({ input: child.stdout }), folder)
    side.#version = String((await side.#answer())['version'])
    return side
  }

  get version(): string {
    return this.#version
  }

  async train(settings: LightGbmSettings, trees: number): Promise<LightGbmRun> {
    this.#child.stdin?.write(`${JSON.stringify({ settings, trees })}\n`)
    const said = await this.#answer()
    const bytes = readFileSync(join(this.#folder, 'scores.f64'))
    return {
      binSeconds: Number(said['bin_seconds']),
      trainSeconds: Number(said['train_seconds']),
      trainCpuSeconds: Number(said['train_cpu_seconds']),
      trees: Number(said['trees']),
      scores: new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)),
    }
  }

  [Symbol.dispose](): void {
    this.#reader.close()
    this.#child.kill('SIGKILL')
  }

  async #answer(): Promise<Readonly<Record<string, unknown>>> {
    const line = await this.#lines.next()
    if (line.done === true)
      throw new EndcapError('ENGINE_FAILED', 'LightGBM ended early; see its output above')
    return JSON.parse(line.value)
  }
}

function write(folder: string, name: string, { features, labels, groups }: RankingData): void {
  const sizes = groups.subarray(1).map((end, group) => end - (groups[group] ?? 0))
  writeFileSync(join(folder, `${name}.x.f32`), features.values)
  writeFileSync(join(folder, `${name}.y.f32`), labels)
  writeFileSync(join(folder, `${name}.groups.i32`), sizes)
}
