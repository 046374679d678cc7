import type { WindowRead } from '../../algebra/feature-expression.ts'

/** What a key column of a view is bound to when a column is read: who asks, or the product. */
export type BoundPart = 'shopper' | 'session' | 'generation' | 'gender' | 'region' | 'item' | 'category'
/** A key column that is bound, and to what. */
export type Bound = { readonly place: number; readonly part: BoundPart }

const PARTS: Readonly<Record<string, BoundPart>> = {
  shopper: 'shopper',
  session_id: 'session',
  generation: 'generation',
  gender: 'gender',
  region: 'region',
  sku: 'item',
}

/** The key columns of a read that are not rolled up. @throws Error for one that is not there, or that nothing binds */
export function bindingOf({ view, over, of, what }: WindowRead): readonly Bound[] {
  const unknown = over.find((name) => !view.key.includes(name))
  if (unknown !== undefined) throw new Error(`view '${view.name}' has no key column '${unknown}'`)
  const rolledUp = new Set([...over, ...(what.kind === 'middle' ? view.key.slice(-1) : [])])
  return view.key.flatMap((name, place) => {
    if (rolledUp.has(name)) return []
    const part = PARTS[name]
    if (part === undefined) throw new Error(`nothing binds the key column '${name}' of view '${view.name}'`)
    return [{ place, part: part === 'item' ? of : part }]
  })
}

/** Whether a part is of the product rather than of who asks. */
export const isOfProduct = (part: BoundPart): boolean => part === 'item' || part === 'category'
