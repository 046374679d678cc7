import { accessSync, constants } from 'node:fs'

/** Where Debian's package `chromium` puts it; `CHROMIUM` names another. */
export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/**
 * As root Chromium runs without its sandbox. The rest keeps it from calling home: on a machine that reaches nothing
 * each of these calls fails, many at a time.
 */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const

/** Whether there is a browser to run. */
export function hasChromium(): boolean {
  try {
    accessSync(CHROMIUM, constants.X_OK)
    return true
  } catch {
    return false
  }
}
