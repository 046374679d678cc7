import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LineFile } from './line-file.ts'

test('lines of any length and script are there once the file is finished, under its name only then', () => {
  const folder = mkdtempSync(join(tmpdir(), 'endcap-lines-'))
  try {
    const path = join(folder, 'lines')
    const lines = [
      '',
      'ключ €',
      'x'.repeat(200_000),
      '😀'.repeat(50_000),
      ...Array.from({ length: 30_000 }, (_, n) => `line ${n}`),
    ]
    const file = new LineFile(path)
    for (const line of lines) file.write(line)
    expect(existsSync(path)).toBe(false)
    file.finish()
    expect(readFileSync(path, 'utf8')).toBe(lines.map((line) => `${line}\n`).join(''))
  } finally {
    rmSync(folder, { recursive: true })
  }
})
