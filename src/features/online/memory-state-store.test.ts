import { memoryStateStore } from './memory-state-store.ts'
import { describeStateStore } from './state-store.contract.ts'

describeStateStore('the store in memory', async () => {
  const store = memoryStateStore()
  return { open: async () => store, dispose: async () => {} }
})
