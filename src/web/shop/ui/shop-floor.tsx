import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react'
import { shopper as shopperById } from '../api/client.ts'
import { type Problem, problemOfError } from '../api/problem.ts'
import type { RecommendationContext, RecommendationRequest, ShopFacts, ShopperKind } from '../api/wire.ts'
import { customerIdOf, EMPTY_SESSION, nextSession, type Session } from '../logic/session.ts'
import { shopDays } from '../logic/shop-time.ts'
import { BasketPanel } from './basket-panel.tsx'
import { Bundles } from './bundles.tsx'
import { ConsentSwitches } from './consent-switches.tsx'
import { DeedsPanel } from './deeds-panel.tsx'
import { ProblemNotice } from './problem-notice.tsx'
import { ProductPage } from './product-page.tsx'
import { Shelf } from './shelf.tsx'
import { ShopProvider } from './shop-context.ts'
import { ShopperPicker } from './shopper-picker.tsx'
import { StatusLine } from './status-line.tsx'
import { TimeSlider } from './time-slider.tsx'
import { newVisit, useDeeds, type Visit } from './use-deeds.ts'
import { openHome, openProduct, useFocusSku } from './use-focus-sku.ts'
import { useShelf } from './use-shelf.ts'
import { WishlistPanel } from './wishlist-panel.tsx'

const HOME_LIMIT = 12
const SIDE_LIMIT = 6
const BUNDLE_LIMIT = 3

type Props = {
  readonly facts: ShopFacts
  readonly kinds: readonly ShopperKind[]
  /** `performance.now()` when the facts were true. */
  readonly openedAt: number
}

/** The shop as one shopper sees it, with everything that can be done in it. */
export function ShopFloor({ facts, kinds, openedAt }: Props) {
  const [session, dispatch] = useReducer(nextSession, EMPTY_SESSION)
  const [visit, setVisit] = useState<Visit>(newVisit)
  const now = useCallback(() => Math.round(facts.now + performance.now() - openedAt), [facts, openedAt])
  const { currency } = facts
  const { deeds, problem, forget } = useDeeds({
    session,
    dispatch,
    currency,
    now,
    visit,
    open: openProduct,
  })
  const entrance = useEntrance(kinds, dispatch, () => setVisit(newVisit()))
  const shop = useMemo(() => ({ session, currency, deeds }), [session, currency, deeds])
  const days = useMemo(() => shopDays(facts.first_at, facts.now), [facts])
  const refused = problem ?? entrance.problem
  return (
    <ShopProvider value={shop}>
      <header className="top">
        <h1>
          Endcap <span>demo shop</span>
        </h1>
        <ShopperPicker kinds={kinds} customerId={entrance.picked} onPick={entrance.pick} />
        <div className="controls">
          <ConsentSwitches />
          <TimeSlider days={days} />
        </div>
      </header>
      {refused !== null && (
        <ProblemNotice problem={refused} onClose={problem === null ? entrance.forget : forget} />
      )}
      {session.turn > 0 && <Shelves sessionId={visit.sessionId} session={session} />}
    </ShopProvider>
  )
}

/** Who comes in: a new visit, with the version of the customer that holds and their wishlist. */
function useEntrance(
  kinds: readonly ShopperKind[],
  dispatch: (action: Parameters<typeof nextSession>[1]) => void,
  begin: () => void,
) {
  const [problem, setProblem] = useState<Problem | null>(null)
  const [picked, setPicked] = useState<string | null>(null)
  const latest = useRef<string | null>(null)
  const enter = (id: string | null): void => {
    latest.current = id
    setPicked(id)
    setProblem(null)
    if (id === null) {
      begin()
      dispatch({ kind: 'enter', shopper: { kind: 'guest' }, wishlist: [] })
      return
    }
    shopperById(id)
      .then(({ customer, wishlist }) => {
        // Somebody else was picked meanwhile.
        if (latest.current !== id) return
        begin()
        dispatch({ kind: 'enter', shopper: { kind: 'customer', id, customer }, wishlist })
      })
      .catch((error: unknown) => setProblem(problemOfError(error)))
  }
  const first = kinds.find(({ kind }) => kind === 'heavy')?.shoppers[0]?.customer_id ?? null
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first shopper comes in once
  useEffect(() => enter(first), [])
  const pick = (id: string | null): void => {
    openHome()
    enter(id)
  }
  return { picked, pick, problem, forget: () => setProblem(null) }
}

type ShelvesProps = { readonly sessionId: string; readonly session: Session }

function Shelves({ sessionId, session }: ShelvesProps) {
  const focus = useFocusSku()
  const { basket, turn } = session
  const customerId = customerIdOf(session.shopper)
  const asker = {
    ...(customerId === null ? {} : { customer_id: customerId }),
    session_id: sessionId,
    ...(session.asOf === null ? {} : { as_of: session.asOf }),
  }
  const request = (context: RecommendationContext, limit: number): RecommendationRequest => ({
    ...asker,
    context,
    limit,
    explain: true,
  })
  const skus = basket.map(({ sku }) => sku)
  const around = focus === null ? skus : [focus]
  const home = useShelf(request({ page: 'home' }, HOME_LIMIT), turn)
  const beside = useShelf(
    focus === null ? null : request({ page: 'product', sku: focus, cart: skus }, SIDE_LIMIT),
    turn,
  )
  const cart = useShelf(skus.length === 0 ? null : request({ page: 'cart', cart: skus }, SIDE_LIMIT), turn)
  return (
    <div className="floor">
      <main>
        <StatusLine shelf={home} />
        {focus !== null && <ProductPage sku={focus} shelf={beside} />}
        {around.length > 0 && (
          <Bundles
            title={focus === null ? 'Together with your basket' : 'Better together'}
            request={{ ...asker, skus: around, limit: BUNDLE_LIMIT }}
            turn={turn}
          />
        )}
        {skus.length > 0 && <Shelf id="cart" title="Goes with your basket" shelf={cart} />}
        <Shelf id="home" title="For you" shelf={home} />
      </main>
      <aside aria-label="Your visit">
        <BasketPanel />
        <WishlistPanel />
        <DeedsPanel />
      </aside>
    </div>
  )
}
