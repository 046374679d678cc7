import type { Columns, ColumnType } from '../algebra/column.ts'
import {
  and,
  column,
  hasNullItem,
  integer,
  isId,
  isNull,
  less,
  not,
  oneOf,
  or,
  type Path,
  type Predicate,
  subtract,
} from '../algebra/expression.ts'
import { type Horizon, LOG_COLUMNS, REFUSALS, type Source } from '../algebra/source.ts'

/** A record, or an unnested item, is refused with the reason of the first rule that holds. */
export type AdmissionRule = {
  readonly reason: string
  /** For messages and dead letters: `quantity`, `payload.items`, `ordered_at`. */
  readonly field: string
  readonly refusedWhen: Predicate
}

/**
 * What every engine checks of a record before it counts, as predicates of the language, so that all of them
 * refuse the same records for the same reason: fields in declared order (present, an id, in range, a known
 * word), then the source's own checks, then the horizon.
 */
export function admissionRules(source: Source, horizon: Horizon): readonly AdmissionRule[] {
  return [...fieldRules(source.columns, []), ...countingRules(source, horizon)]
}

/** The rules that a record of the right shape can still break: the source's checks, then the horizon. */
export function countingRules(source: Source, horizon: Horizon): readonly AdmissionRule[] {
  const at = column(source.at)
  const loggedAt = column(LOG_COLUMNS.loggedAt)
  const late = {
    reason: REFUSALS.late,
    field: source.at,
    refusedWhen: less(integer(horizon.lateMs), subtract(loggedAt, at)),
  }
  return [
    ...source.checks.map((check) => ({
      reason: check.reason,
      field: check.reason,
      refusedWhen: or(less(check.value, integer(check.min)), less(integer(check.max), check.value)),
    })),
    ...(source.isEntity === true ? [] : [late]),
    {
      reason: REFUSALS.future,
      field: source.at,
      refusedWhen: less(integer(horizon.futureMs), subtract(at, loggedAt)),
    },
  ]
}

/** Rules for the fields below `prefix`: those of records inside too, but not of items of lists. */
export function fieldRules(columns: Columns, prefix: readonly string[]): readonly AdmissionRule[] {
  return Object.entries(columns).flatMap(([name, type]) => {
    const [head = name, ...rest] = [...prefix, name]
    return rulesOf(type, [head, ...rest])
  })
}

function rulesOf(type: ColumnType, path: Path): readonly AdmissionRule[] {
  const field = path.join('.')
  const rules: AdmissionRule[] = []
  if (!type.nullable) rules.push({ reason: REFUSALS.missing, field, refusedWhen: isNull(...path) })
  const present = not(isNull(...path))
  switch (type.kind) {
    case 'integer':
      rules.push({
        reason: REFUSALS.range,
        field,
        refusedWhen: or(less(column(...path), integer(type.min)), less(integer(type.max), column(...path))),
      })
      break
    case 'id':
      rules.push({ reason: REFUSALS.id, field, refusedWhen: and(present, not(isId(...path))) })
      break
    case 'enum':
      rules.push({
        reason: REFUSALS.word,
        field,
        refusedWhen: and(present, not(oneOf(path, ...type.values))),
      })
      break
    case 'record':
      // A field that the record must have is missing only where the record itself is there.
      rules.push(
        ...fieldRules(type.fields, path).map((rule) =>
          type.nullable ? { ...rule, refusedWhen: and(present, rule.refusedWhen) } : rule,
        ),
      )
      break
    case 'list':
      // An engine may fail on a hole in a list of records (docs/decisions/0002-constructs.md).
      if (!type.item.nullable) {
        rules.push({
          reason: REFUSALS.missing,
          field: `${field}[]`,
          refusedWhen: hasNullItem(...path),
        })
      }
      break
    default:
      break
  }
  return rules
}
