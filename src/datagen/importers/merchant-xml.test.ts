import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatOf } from './formats.ts'
import { type Imported, NO_CONSENT } from './import-format.ts'

const AT = Date.UTC(2024, 5, 1)
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'endcap-merchant-xml-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function imported(name: string, bytes: string | Uint8Array): Promise<Imported[]> {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  const format = formatOf(path)
  expect(format.name).toBe('google-merchant')
  const all: Imported[] = []
  const set = new Map([['updated_at', '2024-06-01']])
  for await (const each of format.read(path, NO_CONSENT, { set })) all.push(each)
  return all
}

const RSS = `<?xml version="1.0" encoding="UTF-8"?>
<!-- <item> in a comment is none -->
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0">
<channel>
<title>Shop</title>
<link>https://shop.example</link>
<item>
  <g:id>sku-1</g:id>
  <title>Mug &amp; saucer</title>
  <g:title>Mug, red &#8211; large</g:title>
  <description><![CDATA[Holds <b>450 ml</b>]]></description>
  <link>https://shop.example/m</link>
  <g:image_link>https://shop.example/m.jpg</g:image_link>
  <g:additional_image_link>https://shop.example/n.jpg</g:additional_image_link>
  <g:availability>in_stock</g:availability>
  <g:price>12.99 GBP</g:price>
  <g:sale_price>9.50 GBP</g:sale_price>
  <g:brand>Acme</g:brand>
  <g:product_type>Home &gt; Kitchen &gt; Mugs</g:product_type>
  <g:product_type>Gifts</g:product_type>
  <g:item_group_id>mug</g:item_group_id>
  <g:color>red</g:color>
  <g:shipping><g:country>GB</g:country><g:price>3.99 GBP</g:price></g:shipping>
</item>
<item>
  <g:id>sku-2</g:id>
  <title>No price</title>
  <link>https://shop.example/c</link>
  <g:availability>in stock</g:availability>
</item>
</channel>
</rss>
`

const MUG = {
  kind: 'event',
  topic: 'products',
  value: {
    sku: 'sku-1',
    product_name: 'Mug, red – large',
    category: 'Home/Kitchen/Mugs',
    price_cents: 950,
    list_price_cents: 1299,
    currency: 'GBP',
    brand: 'Acme',
    description: 'Holds <b>450 ml</b>',
    image_url: 'https://shop.example/m.jpg',
    parent_sku: 'mug',
    attributes: { colour: 'red', link: 'https://shop.example/m' },
    updated_at: AT,
  },
}

describe('an XML feed of Google Merchant Center', () => {
  test('as RSS becomes products, hand-worked; what has no price is refused with its line', async () => {
    const all = await imported('feed.xml', RSS)
    expect(all).toEqual([
      MUG,
      {
        kind: 'refused',
        topic: 'products',
        reason: 'bad_price',
        field: 'price',
        file: 'feed.xml',
        line: 25,
        raw: { id: 'sku-2', title: 'No price', link: 'https://shop.example/c', availability: 'in stock' },
      },
      { kind: 'noted', rule: 'column_left_out:additional_image_link', count: 1 },
      { kind: 'noted', rule: 'column_left_out:shipping', count: 1 },
    ])
  })

  test('packed it is the same', async () => {
    const plain = (await imported('feed.xml', RSS)).filter(({ kind }) => kind === 'event')
    expect((await imported('feed.xml.gz', gzipSync(RSS))).filter(({ kind }) => kind === 'event')).toEqual(
      plain,
    )
  })

  test('as Atom, with another prefix and another encoding, becomes products too', async () => {
    const atom = `<?xml version="1.0" encoding="ISO-8859-1"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:goog="http://base.google.com/ns/1.0">
<title>Shop</title><id>tag:shop.example</id>
<entry>
  <id>tag:shop.example,2024:1</id><goog:id>tee-1</goog:id>
  <title>Th\u00e9 vert</title><summary>Caf\u00e9 size</summary><link href="https://shop.example/t"/>
  <goog:availability>out_of_stock</goog:availability><goog:price>EUR 3.20</goog:price>
</entry>
</feed>`
    expect(await imported('atom.xml', Buffer.from(atom, 'latin1'))).toEqual([
      {
        kind: 'event',
        topic: 'products',
        value: {
          sku: 'tee-1',
          product_name: 'Thé vert',
          category: 'Uncategorised',
          price_cents: 320,
          currency: 'EUR',
          description: 'Café size',
          attributes: { link: 'https://shop.example/t' },
          inventory: 0,
          updated_at: AT,
        },
      },
    ])
  })

  test.each([
    [
      'a tag that is not closed',
      RSS.replace('</g:brand>', ''),
      /line 24: not well-formed XML: Unexpected close tag/,
    ],
    [
      'an end in the middle',
      RSS.slice(0, RSS.indexOf('<g:color>')),
      /not well-formed XML: Unclosed root tag/,
    ],
    [
      'an entity of its own',
      RSS.replace('&amp;', '&bomb;'),
      /line 9: not well-formed XML: Invalid character entity/,
    ],
    ['an encoding that nobody knows', RSS.replace('UTF-8', 'x-mine'), /encoding 'x-mine' is not known/],
  ])('%s is an error that says where', async (_what, text, message) => {
    await expect(imported('broken.xml', text)).rejects.toMatchObject({
      code: 'BAD_INPUT_FILE',
      message: expect.stringMatching(message),
    })
  })

  test('many items are read as they stream, also where a part ends inside a tag or a letter', async () => {
    const item = (n: number) =>
      `<item><g:id>sku-${n}</g:id><title>T\u00e9 ${n} \u{1F375}</title><link>https://s.example/${n}</link><g:availability>in_stock</g:availability><g:price>${n}.00 GBP</g:price></item>\n`
    const items = Array.from({ length: 3000 }, (_, n) => item(n + 1)).join('')
    const feed = `<rss xmlns:g="http://base.google.com/ns/1.0"><channel>${items}</channel></rss>`
    const all = await imported('many.xml', feed)
    expect(all).toHaveLength(3000)
    expect(all.at(-1)).toMatchObject({
      value: { sku: 'sku-3000', product_name: 'Té 3000 🍵', price_cents: 300_000 },
    })
  })
})
