import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { EndcapError } from '../../core/errors.ts'
import { DuckDbSession } from '../../features/lake/duckdb/duckdb-session.ts'
import { lakeEntities } from '../../features/lake/duckdb/lake-statistics.ts'
import { shopFolders } from '../embedded-shop.ts'
import { openFollowedLake } from '../lake.ts'
import { type EncodeResult, type Encoder, encodePictures } from '../pictures/encode-pictures.ts'
import { readPictureVectors, writePictureVectors } from '../pictures/picture-file.ts'
import { counted, runSteps } from '../progress.ts'
import { catalog } from '../shop.ts'

const EXAMPLES = `
Examples:
  endcap pictures --data-dir shop --pictures images/
  endcap pictures --data-dir shop --pictures images/ --model clip-visual.onnx

Pictures are read from files below the folder, by image_url; none is fetched. The next \`endcap train\` uses the vectors
for products that bring no \`embedding\` of their own. Without --model colour and layout are described.`

const VISION = fileURLToPath(new URL('../../../vision/', import.meta.url))

type Options = {
  readonly dataDir: string
  readonly pictures: string
  readonly model?: string
  readonly json?: boolean
}

/** `endcap pictures`: vectors of the pictures of products. */
export function picturesCommand(): Command {
  return new Command('pictures')
    .description('describe the pictures of products by vectors, for products that look alike')
    .requiredOption('--data-dir <dir>', 'data folder of the shop')
    .requiredOption('--pictures <dir>', 'folder with the pictures that image_url names')
    .option('--model <file>', 'ONNX image encoder; default: a descriptor of colour and layout')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', EXAMPLES)
    .action(run)
}

async function run({ dataDir, pictures, model, json }: Options): Promise<void> {
  if (!existsSync(pictures)) throw new EndcapError('BAD_INPUT_FILE', `there is no folder '${pictures}'`)
  const encoder = await loadEncoder(model)
  const place = shopFolders(dataDir).pictures
  let result: EncodeResult | undefined
  await runSteps([
    {
      title: 'describing pictures',
      run: async (report) => {
        using lake = await openFollowedLake(dataDir, report)
        using session = await DuckDbSession.open()
        await lake.attach(session)
        const products = []
        for await (const lot of lakeEntities(session, catalog, lake.position)) {
          for (const { source, value } of lot) if (source === 'products') products.push(value)
        }
        const known = readPictureVectors(place)
        result = await encodePictures({ products, folder: pictures, encoder, known, report })
        writePictureVectors(place, result)
        return `${counted(result.bySku.size)} products`
      },
    },
  ])
  if (result === undefined) throw new Error('bug: the step did not run')
  const { bySku, encoded, reused, left } = result
  const line = { encoder: encoder.id, products: bySku.size, encoded, reused, left }
  const text =
    `${counted(bySku.size)} products have a vector of their picture: ${counted(encoded)} new, ${counted(reused)} as before; ` +
    `without picture ${left.none}, elsewhere on the net ${left.remote}, not there ${left.missing}, unreadable ${left.unreadable}`
  process.stdout.write(`${json === true ? JSON.stringify(line) : text}\n`)
}

/** @throws EndcapError BAD_INPUT_FILE if the model cannot be run; USAGE if the package is not installed */
async function loadEncoder(model: string | undefined): Promise<Encoder> {
  if (!existsSync(join(VISION, 'node_modules'))) {
    throw new EndcapError('USAGE', 'what reads pictures is not installed', {
      remedy: 'Run `npm ci --prefix vision`.',
    })
  }
  type Vision = { readonly colourLayout: Encoder; readonly onnxEncoder: (path: string) => Promise<Encoder> }
  const { colourLayout, onnxEncoder }: Vision = await import(join(VISION, 'src/index.ts'))
  if (model === undefined) return colourLayout
  return onnxEncoder(model).catch((cause: unknown) => {
    throw new EndcapError('BAD_INPUT_FILE', cause instanceof Error ? cause.message : String(cause), { cause })
  })
}
