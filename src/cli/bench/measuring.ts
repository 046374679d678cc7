import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Gives a folder of its own to what is measured, and removes it. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'endcap-bench-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The lower one of the two in the middle. @throws Error of none */
export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** The value below or at which a share (0..1) of them lies. @throws Error of none */
export function quantile(values: readonly number[], share: number): number {
  const value = values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))]
  if (value === undefined) throw new Error('bug: a quantile of nothing')
  return value
}

export const rounded = (value: number): number => Math.round(value * 100) / 100

/** Null where nothing could be measured. */
export const greatest = (values: readonly (number | null)[]): number | null =>
  values.reduce((most, value) => (value !== null && (most === null || value > most) ? value : most), null)
