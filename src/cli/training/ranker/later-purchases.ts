import type { DuckDbSession } from '../../../features/lake/duckdb/duckdb-session.ts'

/** What customers bought in `[from, to)`: distinct skus by customer id, customers in the order of their ids. */
export async function laterPurchases(
  session: DuckDbSession,
  { from, to, position }: { readonly from: number; readonly to: number; readonly position: number },
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const sql =
    'SELECT DISTINCT customer_id, sku FROM orders ' +
    `WHERE ordered_at >= ${from} AND ordered_at < ${to} AND quantity > 0 AND customer_id IS NOT NULL ` +
    `AND log_offset < ${position} ORDER BY customer_id, sku`
  const bought = new Map<string, Set<string>>()
  for await (const batch of session.stream(sql)) {
    const [customers, skus] = [batch.strings('customer_id'), batch.strings('sku')]
    for (let row = 0; row < batch.rowCount; row += 1) {
      const customer = customers[row] ?? ''
      const own = bought.get(customer)
      if (own === undefined) bought.set(customer, new Set([skus[row] ?? '']))
      else own.add(skus[row] ?? '')
    }
  }
  return bought
}

/** Instants of the first and the last purchase below a log position, epoch ms; null if there is none. */
export async function purchaseSpan(
  session: DuckDbSession,
  position: number,
): Promise<{ readonly first: number; readonly last: number } | null> {
  const [row] = await session.rows(
    'SELECT MIN(ordered_at) AS first, MAX(ordered_at) AS last FROM orders ' +
      `WHERE quantity > 0 AND customer_id IS NOT NULL AND log_offset < ${position}`,
  )
  const { first, last } = row ?? {}
  return typeof first === 'number' && typeof last === 'number' ? { first, last } : null
}
