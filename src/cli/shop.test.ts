import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadShop } from './shop.ts'

const src = resolve(import.meta.dirname, '..')
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'endcap-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const config = (text: string) => writeFileSync(join(folder, 'endcap.config.ts'), text)
const DEFINITIONS = `
import { count, view } from '${src}/algebra/view.ts'
import { interactions } from '${src}/catalog/streams/interactions.ts'
const clicks = view({ name: 'all_clicks', from: interactions, key: ['sku'], tile: 'day',
  measures: { clicks: count() }, rowsPerKey: 9_000_000, retain: '30d', windows: {} })
`

describe('endcap.config.ts', () => {
  test('says what the shop is; without one nothing is said', async () => {
    expect(await loadShop(folder, undefined)).toEqual({})
    config(`export default { timezone: 'Europe/London', ordersFrom: 'clickstream' }`)
    expect(await loadShop(folder, undefined)).toEqual({
      timezone: 'Europe/London',
      ordersFrom: 'clickstream',
    })
    expect(await loadShop('/', join(folder, 'endcap.config.ts'))).toHaveProperty('timezone')
  })

  test('that cannot be loaded, or exports nothing, is named', async () => {
    config('export const shop = {}')
    await expect(loadShop(folder, undefined)).rejects.toThrow(/endcap\.config\.ts: has no default export/)
    await expect(loadShop(folder, 'gone.ts')).rejects.toMatchObject({ code: 'BAD_INPUT_FILE' })
  })

  test('adds a view that every command knows, and a wrong one ends the command with the reason', () => {
    const compile = () =>
      execFileSync(process.execPath, [`${src}/cli/main.ts`, 'compile', '--engine', 'duckdb'], {
        cwd: folder,
        encoding: 'utf8',
        stdio: 'pipe',
      })
    config(`${DEFINITIONS} export default { views: [clicks] }`)
    expect(compile()).toContain('all_clicks')
    config(`export default { views: [{ name: 'x' }] }`)
    expect(compile).toThrow(/BAD_DEFINITION: endcap\.config\.ts: views\/0/)
  })
})
