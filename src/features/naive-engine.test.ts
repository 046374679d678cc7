import { engineContract } from './engine.contract.ts'
import { NaiveEngine } from './naive-engine.ts'

engineContract('the naive engine', async () => new NaiveEngine())
