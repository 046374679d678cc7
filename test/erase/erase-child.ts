import { erase } from '../../src/cli/erasing/erase.ts'

/** Erases argv[3] from the data folder argv[2]; the test kills it somewhere on the way. */
const [dataDir = '', customer = ''] = process.argv.slice(2)
await erase({ dataDir, customer })
