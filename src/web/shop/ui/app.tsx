import { useEffect, useState } from 'react'
import { shopFacts, shopperKinds } from '../api/client.ts'
import { type Problem, problemOfError } from '../api/problem.ts'
import type { ShopFacts, ShopperKind } from '../api/wire.ts'
import { ProblemNotice } from './problem-notice.tsx'
import { ShopFloor } from './shop-floor.tsx'
import { LookBookProvider, useLookBook } from './use-looks.ts'

type Opening = {
  readonly facts: ShopFacts
  readonly kinds: readonly ShopperKind[]
  readonly openedAt: number
}

/** Asks what shop this is, then opens it. */
export function App() {
  const [opening, setOpening] = useState<Opening | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const book = useLookBook()
  useEffect(() => {
    Promise.all([shopFacts(), shopperKinds()])
      .then(([facts, kinds]) => setOpening({ facts, kinds, openedAt: performance.now() }))
      .catch((error: unknown) => setProblem(problemOfError(error)))
  }, [])
  if (problem !== null) return <ProblemNotice problem={problem} />
  if (opening === null) return <p className="note opening">opening the shop …</p>
  return (
    <LookBookProvider value={book}>
      <ShopFloor {...opening} />
    </LookBookProvider>
  )
}
