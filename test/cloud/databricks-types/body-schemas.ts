import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createGenerator, type SchemaGenerator } from 'ts-json-schema-generator'

/** Parts of the API whose types are read. */
export type Area = 'catalog' | 'iam' | 'ml' | 'serving' | 'sql'

type Schema = Readonly<Record<string, unknown>>

const MODULES = join(import.meta.dirname, 'node_modules')
const SDK = join(MODULES, '@databricks/sdk-experimental')
/** Beside the packages, so that others' types are never read by it. */
const CACHE = join(MODULES, '.cache/body-schemas')

const generators = new Map<Area, SchemaGenerator>()

/**
 * A type of Databricks' SDK as a closed JSON Schema: no member that it does not declare, at any depth. Kept beside the
 * package, since the compiler takes seconds.
 */
export function bodySchema(area: Area, type: string): Schema {
  const file = join(CACHE, `${area}.${type}.json`)
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  const generator = generators.get(area) ?? generatorOf(area)
  generators.set(area, generator)
  const schema = { ...generator.createSchema(type) }
  mkdirSync(CACHE, { recursive: true })
  writeFileSync(file, JSON.stringify(schema))
  return schema
}

const generatorOf = (area: Area): SchemaGenerator =>
  createGenerator({
    path: join(SDK, `dist/apis/${area}/model.d.ts`),
    skipTypeCheck: true,
    additionalProperties: false,
    expose: 'all',
    jsDoc: 'none',
  })
