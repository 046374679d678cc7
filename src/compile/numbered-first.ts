import type { FirstParts } from './dialects.ts'
import { inParentheses, select } from './sql-writer.ts'

/** The first row in log order of each id, for engines that see all rows at once. */
export function numberedFirst(parts: FirstParts): string {
  const copy = parts.quote('copy')
  const order = `${parts.partition}, ${parts.offset}`
  const columns = parts.columns.map(({ name }) => [name, name] as const)
  const numbered = select({
    columns: [
      ...columns,
      [`ROW_NUMBER() OVER (PARTITION BY ${parts.id.join(', ')} ORDER BY ${order})`, copy],
    ],
    from: parts.from,
    where: parts.where,
  })
  return select({ columns, from: inParentheses(numbered), where: [`${copy} = 1`] })
}
