import { EndcapError } from '../../core/errors.ts'
import { nextBasket } from '../../models/evaluation/next-basket.ts'
import { nextClick } from '../../models/evaluation/next-click.ts'
import {
  type Interactions,
  lastDay,
  leaveOneOut,
  nextPeriod,
  type Split,
} from '../../models/evaluation/split.ts'

export type ProtocolOptions = {
  /** First day of the targets, for next-period; its default leaves the last 30 days and the last day. */
  readonly cutoffDay: number | undefined
}

/** A way to divide data into what is learnt from, what is asked and what was right. */
export type Protocol = {
  readonly name: string
  /** @throws EndcapError USAGE if the data cannot be divided so */
  readonly split: (interactions: Interactions, options: ProtocolOptions) => Split
}

/** Days of targets. */
const HORIZON_DAYS = 30

export const PROTOCOLS: readonly Protocol[] = [
  {
    name: 'leave-one-out',
    split: (interactions, { cutoffDay }) => {
      if (cutoffDay !== undefined) throw new EndcapError('USAGE', '--cutoff goes with next-period alone')
      return leaveOneOut(interactions, 'test')
    },
  },
  {
    name: 'next-period',
    split: (interactions, options) => {
      const { sequences } = interactions
      if (sequences.days === null) {
        throw new EndcapError('USAGE', 'next-period needs dates, and this data has none; try leave-one-out')
      }
      const last = lastDay(sequences)
      const cutoffDay = options.cutoffDay ?? last - HORIZON_DAYS
      if (cutoffDay < 1 || cutoffDay > last) {
        throw new EndcapError('USAGE', `the cut-off is day ${cutoffDay}, but must be a day from 1 to ${last}`)
      }
      return nextPeriod(interactions, { cutoffDay, horizonDays: HORIZON_DAYS })
    },
  },
  {
    name: 'next-basket',
    split: (interactions, { cutoffDay }) => {
      if (cutoffDay !== undefined) throw new EndcapError('USAGE', '--cutoff goes with next-period alone')
      if (interactions.sequences.lines === undefined) {
        throw new EndcapError('USAGE', 'next-basket needs orders, and this data has none; try leave-one-out')
      }
      return nextBasket(interactions, 'test')
    },
  },
  {
    name: 'next-click',
    split: (interactions, { cutoffDay }) => {
      if (cutoffDay !== undefined) throw new EndcapError('USAGE', '--cutoff goes with next-period alone')
      return nextClick(interactions, 'test')
    },
  },
]

/** @throws EndcapError USAGE for an unknown name, with the known ones */
export function protocolNamed(name: string): Protocol {
  const protocol = PROTOCOLS.find((candidate) => candidate.name === name)
  if (protocol !== undefined) return protocol
  const known = PROTOCOLS.map((candidate) => candidate.name).join(', ')
  throw new EndcapError('USAGE', `there is no protocol '${name}'; known: ${known}`)
}
