import { createContext, useContext, useEffect, useMemo, useState } from 'react'
import { looks } from '../api/client.ts'
import type { Look } from '../api/wire.ts'

/** How products look, by sku, as far as asked for. */
export type LookBook = {
  readonly of: (sku: string) => Look | undefined
  readonly ask: (skus: readonly string[]) => void
}

const LookBookContext = createContext<LookBook>({ of: () => undefined, ask: () => {} })
export const LookBookProvider = LookBookContext.Provider

/** A book that is empty at first; each product is asked for once. */
export function useLookBook(): LookBook {
  const [known, setKnown] = useState<ReadonlyMap<string, Look>>(new Map())
  const asked = useMemo(() => new Set<string>(), [])
  return useMemo(
    () => ({
      of: (sku) => known.get(sku),
      ask: (skus) => {
        const fresh = skus.filter((sku) => !asked.has(sku))
        if (fresh.length === 0) return
        for (const sku of fresh) asked.add(sku)
        looks(fresh)
          .then((found) =>
            setKnown((before) => new Map([...before, ...found.map((look) => [look.sku, look] as const)])),
          )
          .catch(() => {
            // Pictures can wait: the next shelf asks again.
            for (const sku of fresh) asked.delete(sku)
          })
      },
    }),
    [known, asked],
  )
}

/** Asks for the looks of products and gives what is there so far. */
export function useLooks(skus: readonly string[]): LookBook {
  const book = useContext(LookBookContext)
  const key = skus.join(',')
  useEffect(() => {
    if (key !== '') book.ask(key.split(','))
  }, [book, key])
  return book
}
