import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EndcapError } from '../../core/errors.ts'

/** A file of a rendering: path from its folder, with `/`. */
export type RenderedFile = { readonly path: string; readonly text: string }

/** Replaces what the folder holds, all at once: a reader sees the old files or the new ones. */
export function writeRendering(folder: string, files: readonly RenderedFile[]): void {
  const next = `${folder}.next`
  rmSync(next, { recursive: true, force: true })
  for (const { path, text } of files) {
    const file = join(next, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(dirname(folder), { recursive: true })
  renameSync(next, folder)
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
