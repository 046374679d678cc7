import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type { TObject } from 'typebox'
import { REFUSALS, type RecordValue } from '../algebra/source.ts'
import { ID_PATTERN } from '../core/ids.ts'
import { Click } from './events/clickstream.ts'
import { Customer } from './events/customers.ts'
import { InventoryLevel } from './events/inventory.ts'
import { Offer } from './events/offers.ts'
import { OrderLine } from './events/orders.ts'
import { Product } from './events/products.ts'
import { type Fault, SHAPE_FAULTS } from './shape-faults.ts'
import { hasNulls, withoutNulls } from './without-nulls.ts'

/** The contract of each topic. */
export const CONTRACTS = {
  products: Product,
  orders: OrderLine,
  customers: Customer,
  clickstream: Click,
  inventory: InventoryLevel,
  offers: Offer,
} as const satisfies Record<string, TObject>

/** The first fault of an event of one topic, or null if its shape is right. Null fields count as absent. */
export type Validator = (value: RecordValue) => Fault | null

const fast = new Ajv({ strict: false })
const thorough = new Ajv({ strict: false, allErrors: true, verbose: true })

/**
 * Compiles a contract. Of several faults it names the one that the engines would: theirs in the order in which
 * the fields are declared, before those that only the edge sees.
 */
export function compileValidator(contract: TObject): Validator {
  const isValid = fast.compile(contract)
  let explain: ValidateFunction | undefined
  return (value) => {
    if (isValid(value)) return null
    const present = hasNulls(value) ? withoutNulls(value) : value
    if (isValid(present)) return null
    explain ??= thorough.compile(contract)
    explain(present)
    return firstFault(explain.errors ?? [], contract)
  }
}

export const validators: ReadonlyMap<string, Validator> = new Map(
  Object.entries(CONTRACTS).map(([topic, contract]) => [topic, compileValidator(contract)]),
)

function firstFault(errors: readonly ErrorObject[], contract: TObject): Fault {
  const order = declaredOrder(contract)
  const faults = errors.map((error) => {
    const path = pathOf(error)
    const reason = reasonOf(error)
    const isEngines = Object.values<string>(REFUSALS).includes(reason)
    const inList = path.some((name) => /^[0-9]+$/.test(name))
    const declared = order.indexOf(path.join('.'))
    // Items of lists come last: to the engines they are rows of their own.
    const rank = (isEngines ? 0 : 2) + (inList || declared < 0 ? 1 : 0)
    return { rank, declared, fault: { reason, field: path.join('.') } }
  })
  const [first] = faults.toSorted((a, b) => a.rank - b.rank || a.declared - b.declared)
  return first?.fault ?? { reason: SHAPE_FAULTS.type, field: null }
}

/** Paths of all fields in the order in which they are declared, those of records inside after their record. */
function declaredOrder(contract: unknown, prefix = ''): readonly string[] {
  const properties = (contract as { properties?: Readonly<Record<string, unknown>> }).properties ?? {}
  return Object.entries(properties).flatMap(([name, field]) => [
    prefix + name,
    ...declaredOrder(field, `${prefix}${name}.`),
  ])
}

function pathOf({ instancePath, params }: ErrorObject): readonly string[] {
  const path = instancePath.split('/').slice(1)
  const { missingProperty, additionalProperty } = params as Readonly<Record<string, unknown>>
  if (typeof missingProperty === 'string') return [...path, missingProperty]
  if (typeof additionalProperty === 'string') return [...path, additionalProperty]
  return path
}

function reasonOf({ keyword, parentSchema }: ErrorObject): string {
  const { pattern, enum: words } = (parentSchema ?? {}) as { pattern?: string; enum?: unknown }
  switch (keyword) {
    case 'required':
      return REFUSALS.missing
    case 'minimum':
    case 'maximum':
      return REFUSALS.range
    case 'enum':
      return REFUSALS.word
    case 'pattern':
      return pattern === ID_PATTERN ? REFUSALS.id : SHAPE_FAULTS.format
    case 'additionalProperties':
      return SHAPE_FAULTS.unknown
    case 'maxLength':
    case 'maxItems':
      return SHAPE_FAULTS.long
    default:
      if (pattern === ID_PATTERN) return REFUSALS.id
      return words === undefined ? SHAPE_FAULTS.type : REFUSALS.word
  }
}
