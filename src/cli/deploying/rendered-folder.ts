import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EndcapError } from '../../core/errors.ts'

/** A file of a rendering: path from its folder, with `/`. */
export type RenderedFile = { readonly path: string; readonly text: string }

export function writeFiles(folder: string, files: readonly RenderedFile[]): void {
  for (const { path, text } of files) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}

/** Puts a folder in the place of another, with none of the other's files left. */
export function replaceFolder(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true })
  mkdirSync(dirname(to), { recursive: true })
  renameSync(from, to)
}

/** @throws EndcapError BAD_INPUT_FILE if it is not there */
export function readRendered(folder: string, path: string): string {
  const file = join(folder, path)
  if (existsSync(file)) return readFileSync(file, 'utf8')
  throw new EndcapError('BAD_INPUT_FILE', 'is not there', {
    place: file,
    remedy: `Run \`endcap deploy render --out ${dirname(folder)}\`.`,
  })
}
