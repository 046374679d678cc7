import { engineContract } from './engine.contract.ts'
import { InProcessEngine } from './in-process-engine.ts'

engineContract('the in-process engine', async () => new InProcessEngine())
