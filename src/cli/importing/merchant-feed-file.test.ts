import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runVerb } from '../bench/verb-run.ts'

const FEED = `<rss xmlns:g="http://base.google.com/ns/1.0"><channel>
<item><g:id>mug-1</g:id><title>Mug</title><link>https://shop.example/m</link>
<g:availability>in_stock</g:availability><g:price>12.99 GBP</g:price></item>
</channel></rss>`

test('a feed as XML is imported by the verb, in a process of its own: packages load as Node loads them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'endcap-feed-'))
  try {
    const path = join(folder, 'feed.xml')
    writeFileSync(path, FEED)
    const { answer } = await runVerb('import', path, '--data-dir', join(folder, 'shop'))
    expect(answer).toMatchObject({ format: 'google-merchant', accepted: 1, by_topic: { products: 1 } })
  } finally {
    rmSync(folder, { recursive: true })
  }
}, 60_000)
