import type { RecordValue } from '../algebra/source.ts'
import { withoutAliases } from './aliases.ts'
import { ga4Click, isGa4 } from './ga4.ts'
import type { Fault, Meant } from './shape-faults.ts'

/**
 * A record that is sent in another shape than its contract's, in that of the contract: fields under other names, or
 * an event as Google Analytics 4 sends it.
 * @returns null if it has no other shape; a fault if it cannot be told what is meant
 */
export function contractRecord(topic: string, record: RecordValue): Meant | Fault | null {
  return topic === 'clickstream' && isGa4(record) ? ga4Click(record) : withoutAliases(topic, record)
}
