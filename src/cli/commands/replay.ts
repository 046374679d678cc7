import { Command } from 'commander'
import { EndcapError } from '../../core/errors.ts'
import { silentLogger } from '../../core/logger.ts'
import { type Ranker, weightedSum } from '../../models/candidates/ranker.ts'
import { storedRanker } from '../../models/rankers/ranker-artefact.ts'
import { artefactFolder } from '../../models/registry/folder/artefact-folder.ts'
import { trainedRanker } from '../../recommend/ranking/trained-ranker.ts'
import type { DecisionRecord } from '../../recommend/records/decision-record.ts'
import { openLmdbDecisionStore } from '../../recommend/records/lmdb/lmdb-decision-store.ts'
import { type Replayed, replay } from '../../recommend/records/replay.ts'
import { SOURCE_WEIGHTS } from '../../recommend/sources.ts'
import { shopFolders } from '../embedded-shop.ts'

const EXAMPLES = `
Example:
  endcap replay 0197a1b2-... --data-dir shop --json`

type ReplayOptions = { readonly dataDir: string; readonly json?: boolean }

/** `endcap replay`: makes a decision again from its record; exit 1 if something else comes out. */
export function replayCommand(): Command {
  return new Command('replay')
    .description('make a recorded decision again, from its record alone')
    .argument('<decision>', 'decision_id of the answer')
    .requiredOption('--data-dir <dir>', 'data folder of the shop')
    .option('--json', 'one JSON object on stdout')
    .action(run)
    .addHelpText('after', EXAMPLES)
}

async function run(decisionId: string, { dataDir, json }: ReplayOptions): Promise<void> {
  const folder = shopFolders(dataDir).decisions
  const store = await openLmdbDecisionStore({ folder, logger: silentLogger, readOnly: true })
  try {
    const record = store.get(decisionId)
    if (record === null)
      throw new EndcapError('NOT_FOUND', `no decision '${decisionId}' is kept in '${dataDir}'`)
    const replayed = replay(record, await rankerOf(dataDir, record))
    process.stdout.write(
      json === true ? `${JSON.stringify(answerOf(decisionId, replayed))}\n` : asText(replayed),
    )
    if (replayed.differences.length > 0) process.exitCode = 1
  } finally {
    await store.close()
  }
}

/** The ranker that made the scores: the weighted sum, or that of the model if it is still there. */
async function rankerOf(dataDir: string, { model, ranker, columns }: DecisionRecord): Promise<Ranker> {
  const weighted = weightedSum(SOURCE_WEIGHTS)
  const registry = artefactFolder(shopFolders(dataDir).models)
  if (model === null || ranker === weighted.version || !(await registry.versions()).includes(model)) {
    return weighted
  }
  const trained = storedRanker(await registry.load(model))
  if (trained === null) return weighted
  // The record names its columns in their order, features behind the sources.
  const places = { sources: columns, features: [] }
  return trainedRanker({ version: model, model: trained, ...places, onProductPages: weighted })
}

const answerOf = (decisionId: string, { items, propensities, differences, isScored }: Replayed) => ({
  decision_id: decisionId,
  same: differences.length === 0,
  items,
  propensities,
  scores: isScored ? 'computed' : 'as_recorded',
  differences,
})

const asText = ({ items, differences, isScored }: Replayed): string =>
  [
    ...items.map((sku, slot) => `${slot}  ${sku}`),
    isScored ? 'scores computed again' : 'scores as recorded: the ranker that made them is not at hand',
    ...(differences.length === 0 ? ['the same as was shown'] : differences),
    '',
  ].join('\n')
