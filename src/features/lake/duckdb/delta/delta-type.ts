import {
  type DuckDBDecimalType,
  type DuckDBListType,
  type DuckDBMapType,
  type DuckDBStructType,
  type DuckDBType,
  DuckDBTypeId,
} from '@duckdb/node-api'
import { duckdbSql } from '../../../../compile/duckdb/duckdb-sql.ts'
import { EndcapError } from '../../../../core/errors.ts'

/** A type as a Delta schema writes it. */
export type DeltaType =
  | string
  | { readonly type: 'struct'; readonly fields: readonly DeltaField[] }
  | { readonly type: 'array'; readonly elementType: DeltaType; readonly containsNull: boolean }
  | {
      readonly type: 'map'
      readonly keyType: DeltaType
      readonly valueType: DeltaType
      readonly valueContainsNull: boolean
    }

export type DeltaField = {
  readonly name: string
  readonly type: DeltaType
  readonly nullable: boolean
  readonly metadata: Readonly<Record<string, unknown>>
}

/** By Delta's name, what DuckDB calls it. */
const PRIMITIVES: ReadonlyMap<string, string> = new Map([
  ['string', 'VARCHAR'],
  ['long', 'BIGINT'],
  ['integer', 'INTEGER'],
  ['short', 'SMALLINT'],
  ['byte', 'TINYINT'],
  ['double', 'DOUBLE'],
  ['float', 'FLOAT'],
  ['boolean', 'BOOLEAN'],
  ['binary', 'BLOB'],
  ['date', 'DATE'],
  ['timestamp', 'TIMESTAMP WITH TIME ZONE'],
  ['timestamp_ntz', 'TIMESTAMP'],
])
const DECIMAL = /^decimal\((\d+),(\d+)\)$/

/** @throws EndcapError BAD_INPUT_FILE for a type that is not understood */
export function duckDbType(type: DeltaType, place: string): string {
  if (typeof type === 'string') {
    const name = DECIMAL.test(type) ? type.toUpperCase() : PRIMITIVES.get(type)
    if (name === undefined) throw notUnderstood(place, `type '${type}'`)
    return name
  }
  switch (type.type) {
    case 'struct': {
      const fields = type.fields.map(
        (field) => `${duckdbSql.quote(field.name)} ${duckDbType(field.type, place)}`,
      )
      return `STRUCT(${fields.join(', ')})`
    }
    case 'array':
      return `${duckDbType(type.elementType, place)}[]`
    case 'map':
      return `MAP(${duckDbType(type.keyType, place)}, ${duckDbType(type.valueType, place)})`
    default:
      throw notUnderstood(place, `type ${JSON.stringify(type)}`)
  }
}

const IDS: ReadonlyMap<DuckDBTypeId, string> = new Map([
  [DuckDBTypeId.VARCHAR, 'string'],
  [DuckDBTypeId.BIGINT, 'long'],
  [DuckDBTypeId.INTEGER, 'integer'],
  [DuckDBTypeId.SMALLINT, 'short'],
  [DuckDBTypeId.TINYINT, 'byte'],
  [DuckDBTypeId.DOUBLE, 'double'],
  [DuckDBTypeId.FLOAT, 'float'],
  [DuckDBTypeId.BOOLEAN, 'boolean'],
  [DuckDBTypeId.BLOB, 'binary'],
  [DuckDBTypeId.DATE, 'date'],
  [DuckDBTypeId.TIMESTAMP_TZ, 'timestamp'],
])

/** @throws EndcapError BAD_INPUT_FILE for a type without an equal in Delta, such as HUGEINT: cast it in the query */
export function deltaType(type: DuckDBType, place: string): DeltaType {
  switch (type.typeId) {
    case DuckDBTypeId.DECIMAL: {
      const { width, scale } = type as DuckDBDecimalType
      return `decimal(${width},${scale})`
    }
    case DuckDBTypeId.LIST: {
      const { valueType } = type as DuckDBListType
      return { type: 'array', elementType: deltaType(valueType, place), containsNull: true }
    }
    case DuckDBTypeId.STRUCT: {
      const { entryNames, entryTypes } = type as DuckDBStructType
      const fields = entryNames.map((name, index) => nullable(name, entryTypes[index], place))
      return { type: 'struct', fields }
    }
    case DuckDBTypeId.MAP: {
      const { keyType, valueType } = type as DuckDBMapType
      return {
        type: 'map',
        keyType: deltaType(keyType, place),
        valueType: deltaType(valueType, place),
        valueContainsNull: true,
      }
    }
    default: {
      const name = IDS.get(type.typeId)
      if (name === undefined) throw notUnderstood(place, `type ${type}`)
      return name
    }
  }
}

export function nullable(name: string, type: DuckDBType | undefined, place: string): DeltaField {
  if (type === undefined) throw new Error(`bug: no type of '${name}'`)
  return { name, type: deltaType(type, place), nullable: true, metadata: {} }
}

/** What a table needs that is not built here: better refused than read wrong. */
export const notUnderstood = (place: string, what: string, remedy?: string): EndcapError =>
  new EndcapError('BAD_INPUT_FILE', `${what} of a Delta table is not understood here`, {
    place,
    remedy:
      remedy ?? 'Write it as a table without, for example by CREATE TABLE ... AS SELECT on its own engine.',
  })
