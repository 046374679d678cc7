import { EndcapError } from '../../core/errors.ts'
import { nextBasket } from '../../models/evaluation/next-basket.ts'
import { nextClick } from '../../models/evaluation/next-click.ts'
import {
  type Interactions,
  lastDay,
  leaveOneOut,
  nextPeriod,
  type Period,
  type Split,
} from '../../models/evaluation/split.ts'
import { nextPeriodOfStrangers } from '../../models/evaluation/strangers.ts'

export type ProtocolOptions = {
  /** First day of the targets, for next-period; its default leaves the last 30 days and the last day. */
  readonly cutoffDay: number | undefined
}

type Divide<T> = (interactions: Interactions, options: ProtocolOptions) => T

/** A way to divide data into what is learnt from, what is asked and what was right. */
export type Protocol = {
  readonly name: string
  /** Whether a first day of the targets can be given. */
  readonly takesCutoff: boolean
  /** @throws EndcapError USAGE if the data cannot be divided so */
  readonly split: Divide<Split>
  /** The same questions to models that also learn what is held out for validation. */
  readonly refit?: Divide<Split>
  /** The same period, asked of shoppers whose past no model has seen; several splits that are one together. */
  readonly strangers?: Divide<readonly Split[]>
}

/** Days of targets. */
const HORIZON_DAYS = 30

export const PROTOCOLS: readonly Protocol[] = [
  {
    name: 'leave-one-out',
    takesCutoff: false,
    split: (interactions) => leaveOneOut(interactions, 'test'),
    refit: (interactions) => leaveOneOut(interactions, 'test', 'all-but-target'),
  },
  {
    name: 'next-period',
    takesCutoff: true,
    split: (interactions, options) => nextPeriod(interactions, periodOf(interactions, options)),
    strangers: (interactions, options) =>
      nextPeriodOfStrangers(interactions, periodOf(interactions, options)),
  },
  {
    name: 'next-basket',
    takesCutoff: false,
    split: (interactions) => {
      if (interactions.sequences.lines === undefined) {
        throw new EndcapError('USAGE', 'next-basket needs orders, and this data has none; try leave-one-out')
      }
      return nextBasket(interactions, 'test')
    },
  },
  {
    name: 'next-click',
    takesCutoff: false,
    split: (interactions) => nextClick(interactions, 'test'),
  },
]

function periodOf({ sequences }: Interactions, options: ProtocolOptions): Period {
  if (sequences.days === null) {
    throw new EndcapError('USAGE', 'next-period needs dates, and this data has none; try leave-one-out')
  }
  const last = lastDay(sequences)
  const cutoffDay = options.cutoffDay ?? last - HORIZON_DAYS
  if (cutoffDay < 1 || cutoffDay > last) {
    throw new EndcapError('USAGE', `the cut-off is day ${cutoffDay}, but must be a day from 1 to ${last}`)
  }
  return { cutoffDay, horizonDays: HORIZON_DAYS }
}

/** @throws EndcapError USAGE for an unknown name, with the known ones */
export function protocolNamed(name: string): Protocol {
  const protocol = PROTOCOLS.find((candidate) => candidate.name === name)
  if (protocol !== undefined) return protocol
  const known = PROTOCOLS.map((candidate) => candidate.name).join(', ')
  throw new EndcapError('USAGE', `there is no protocol '${name}'; known: ${known}`)
}
