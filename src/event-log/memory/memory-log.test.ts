import { catalog } from '../../catalog/catalog.ts'
import { describeEventLog } from '../contract/event-log.contract.ts'
import { memoryLog } from './memory-log.ts'

describeEventLog('the log in memory', async () => ({
  open: async () => memoryLog(catalog.sources),
  outlivesClose: false,
  dispose: async () => {},
}))
