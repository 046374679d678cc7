import { type Dispatch, useMemo, useRef, useState } from 'react'
import { postEvents } from '../api/client.ts'
import {
  type ClickKind,
  clickEvent,
  type Line,
  type Occasion,
  orderLines,
  withConsent,
} from '../api/events.ts'
import { type Problem, problemOfError } from '../api/problem.ts'
import type { BasketLine } from '../logic/basket.ts'
import { money } from '../logic/money.ts'
import { offerOf } from '../logic/offer.ts'
import { customerIdOf, type Deed, type Session, type SessionAction } from '../logic/session.ts'
import type { Deeds, Shown } from './shop-context.ts'

export type DeedsOptions = {
  readonly session: Session
  readonly dispatch: Dispatch<SessionAction>
  readonly currency: string
  /** The shop's time, epoch ms. */
  readonly now: () => number
  readonly visit: Visit
  /** Opens the page of a product. */
  readonly open: (sku: string) => void
}

/** One visit of one shopper: what its events have in common. */
export type Visit = { readonly sessionId: string; readonly nextId: () => string }

export function newVisit(): Visit {
  const sessionId = `web-${crypto.randomUUID()}`
  let count = 0
  return {
    sessionId,
    nextId: () => {
      count += 1
      return `${sessionId}-${count}`
    },
  }
}

type Doing = {
  readonly deeds: Deeds
  readonly problem: Problem | null
  readonly forget: () => void
}

/** The deeds of the visit, and what went wrong with the last. */
export function useDeeds(options: DeedsOptions): Doing {
  const isAsking = useRef(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const { session, dispatch, currency, now, visit, open } = options
  const deeds = useMemo(() => {
    const post = (events: readonly object[], then: SessionAction): void => {
      // One version of a customer at a time: the next is made from it.
      if (then.kind === 'consent' && isAsking.current) return
      isAsking.current = then.kind === 'consent'
      setProblem(null)
      postEvents(events)
        .then(() => dispatch(then))
        .catch((error: unknown) => setProblem(problemOfError(error)))
        .finally(() => {
          isAsking.current = false
        })
    }
    return deedsOf({ session, dispatch, currency, now, visit, open, post })
  }, [session, dispatch, currency, now, visit, open])
  return { deeds, problem, forget: () => setProblem(null) }
}

type Doer = DeedsOptions & { readonly post: (events: readonly object[], then: SessionAction) => void }

function deedsOf({ session, dispatch, currency, now, visit, open, post }: Doer): Deeds {
  const occasion = (decisionId: string | null): Occasion => ({
    id: visit.nextId(),
    at: now(),
    sessionId: visit.sessionId,
    customerId: customerIdOf(session.shopper),
    decisionId,
  })
  const deed = ({ id, at }: Occasion, text: string): Deed => ({ id, at, text })
  const click = (event: ClickKind, line: Line, then: (when: Occasion) => SessionAction): void => {
    const when = occasion(line.decisionId)
    post([clickEvent(event, [line], when)], then(when))
  }
  const order = (lines: readonly BasketLine[], text: string): void => {
    const when = occasion(null)
    const skus = lines.map(({ sku }) => sku)
    post(orderLines(lines, currency, when), { kind: 'buy', skus, deed: deed(when, text) })
  }
  const named = ({ price_cents, product_name }: Shown): string =>
    `${product_name} (${money(price_cents, currency)})`
  return {
    look: (item, decisionId) => {
      const text = `looked at ${item.product_name}`
      click('view_item', lineOf(item, decisionId), (when) => ({ kind: 'look', deed: deed(when, text) }))
      open(item.sku)
    },
    wish: (item, decisionId) => {
      const { sku, product_name: name } = item
      const isWished = session.wishlist.includes(sku)
      const text = isWished ? `took ${name} off the wishlist` : `wished for ${name}`
      click(isWished ? 'remove_from_wishlist' : 'add_to_wishlist', lineOf(item, decisionId), (when) => ({
        kind: isWished ? 'unwish' : 'wish',
        sku,
        deed: deed(when, text),
      }))
    },
    carry: (item, decisionId) => {
      const line = lineOf(item, decisionId)
      const text = `put ${named(item)} into the basket`
      click('add_to_cart', line, (when) => ({ kind: 'carry', lines: [line], deed: deed(when, text) }))
    },
    carryAll: (lines) => {
      const when = occasion(null)
      const text = `put together into the basket: ${lines.map(({ name }) => name).join(', ')}`
      post([clickEvent('add_to_cart', lines, when)], { kind: 'carry', lines, deed: deed(when, text) })
    },
    putBack: (line) => {
      const text = `put ${line.name} back`
      click('remove_from_cart', line, (when) => ({ kind: 'put-back', sku: line.sku, deed: deed(when, text) }))
    },
    buy: (item, decisionId) => order([lineOf(item, decisionId)], `bought ${named(item)}`),
    buyBasket: () =>
      order(session.basket, `bought the basket: ${session.basket.map(({ name }) => name).join(', ')}`),
    consent: (consent) => {
      if (session.shopper.kind === 'guest') return
      const when = occasion(null)
      const customer = withConsent(session.shopper.customer, consent, when.at)
      const agreed = Object.entries(consent)
        .filter(([, isGiven]) => isGiven)
        .map(([name]) => name)
      const text = `agreed to ${agreed.length === 0 ? 'nothing' : agreed.join(', ')}`
      post([customer], { kind: 'consent', customer, deed: deed(when, text) })
    },
    travel: (asOf) => dispatch({ kind: 'travel', asOf }),
  }
}

function lineOf(item: Shown, decisionId: string | null): BasketLine {
  const offer = offerOf(item)
  return {
    sku: item.sku,
    name: item.product_name,
    priceCents: item.price_cents,
    discountCents: offer?.discountCents ?? 0,
    offerId: offer?.offerId ?? null,
    quantity: 1,
    decisionId,
  }
}
