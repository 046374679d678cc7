import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { STACK_SOURCES } from './home.ts'

export type TemplateValues = Readonly<Record<string, string | number>>

/** The text with each `@name@` replaced. @throws Error if a name has no value, or a value no name. */
export function fillTemplate(text: string, values: TemplateValues): string {
  const used = new Set<string>()
  // Comment lines are copied as they are: they may speak of names.
  const filled = text.replace(/^[ \t]*#.*$|@(\w+)@/gm, (match, name: string | undefined) => {
    if (name === undefined) return match
    const value = values[name]
    if (value === undefined) throw new Error(`bug: template has no value for '${name}'`)
    used.add(name)
    return String(value)
  })
  const idle = Object.keys(values).filter((name) => !used.has(name))
  if (idle.length > 0) throw new Error(`bug: template does not use ${idle.join(', ')}`)
  return filled
}

/** Fills a file of `stack/` and writes it to `target`. */
export async function renderFile(source: string, target: string, values: TemplateValues): Promise<void> {
  const text = await readFile(join(STACK_SOURCES, source), 'utf8')
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, fillTemplate(text, values))
}
