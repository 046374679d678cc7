import sax, { type QualifiedTag } from 'sax'
import type { RecordValue } from '../../algebra/source.ts'
import { EndcapError } from '../../core/errors.ts'
import { headOf, openText, type ReadRow } from './rows.ts'

/** Names of elements that Google defines. @source Google Merchant Center Help, RSS 2.0 and Atom 1.0 specification */
const GOOGLE = 'http://base.google.com/ns/1.0'
const ATOM = 'http://www.w3.org/2005/Atom'
/** What a feed reader takes from the elements of RSS and Atom where Google's own are absent. */
const PLAIN: Readonly<Record<string, string>> = {
  title: 'title',
  description: 'description',
  summary: 'description',
  content: 'description',
  link: 'link',
}

/** Whether a file starts as XML and names Google's namespace. */
export function isMerchantXml(path: string): boolean {
  const head = headOf(path)
  return /^\uFEFF?\s*</.test(head) && head.includes(GOOGLE)
}

/**
 * The items of a feed, RSS 2.0 or Atom 1.0, in file order: the text of each element by its name; of several of one name the
 * first. Elements with elements inside are told as empty text. The line is that of the item. Read as it streams.
 * @throws EndcapError BAD_INPUT_FILE where the XML is not well-formed; the items before are told
 */
export async function* merchantXmlRows(path: string): AsyncGenerator<ReadRow> {
  const reader = new FeedReader(path)
  const input = openText(path)
  const decoder = decoderOf(path)
  try {
    for await (const part of input) yield* reader.read(decoder.decode(part, { stream: true }))
    yield* reader.read(decoder.decode())
    reader.end()
  } catch (cause) {
    if (cause instanceof EndcapError) throw cause
    throw new EndcapError('BAD_INPUT_FILE', `cannot be read after line ${reader.line}`, {
      place: path,
      cause,
    })
  } finally {
    input.destroy()
  }
}

/** In the encoding that the first line declares, UTF-8 if it declares none. */
function decoderOf(path: string): InstanceType<typeof TextDecoder> {
  const declared = /^\uFEFF?<\?xml[^>]*encoding=["']([A-Za-z0-9._-]+)["']/.exec(headOf(path))?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(declared, { fatal: true })
  } catch (cause) {
    throw new EndcapError('BAD_INPUT_FILE', `encoding '${declared}' is not known`, { place: path, cause })
  }
}

type Field = { readonly name: string; readonly isGoogle: boolean; text: string; hasChildren: boolean }

/** Follows the parser through one item after the other. */
class FeedReader {
  readonly #path: string
  readonly #parser = sax.parser(true, { xmlns: true, position: true })
  #rows: ReadRow[] = []
  /** Depth of elements: of the whole, and of the item that is open. */
  #depth = 0
  #itemDepth = 0
  #itemLine = 0
  #google = new Map<string, string>()
  #plain = new Map<string, string>()
  #field: Field | null = null

  constructor(path: string) {
    this.#path = path
    this.#parser.onopentag = (tag) => this.#open(tag as QualifiedTag)
    this.#parser.onclosetag = () => this.#close()
    this.#parser.ontext = (text) => this.#text(text)
    this.#parser.oncdata = (text) => this.#text(text)
    this.#parser.onerror = (cause) => {
      const [what = ''] = cause.message.split('\n')
      throw new EndcapError('BAD_INPUT_FILE', `not well-formed XML: ${what}`, {
        place: `${this.#path}, line ${this.line}`,
        cause,
      })
    }
  }

  /** From 1. */
  get line(): number {
    return this.#parser.line + 1
  }

  /** @returns the items that end in this text */
  read(text: string): readonly ReadRow[] {
    this.#parser.write(text)
    const rows = this.#rows
    this.#rows = []
    return rows
  }

  end(): void {
    this.#parser.close()
  }

  #open(tag: QualifiedTag): void {
    this.#depth += 1
    if (this.#itemDepth === 0) {
      if (tag.local === 'item' || (tag.local === 'entry' && tag.uri === ATOM)) this.#beginItem()
      return
    }
    if (this.#field !== null) {
      this.#field.hasChildren = true
      return
    }
    const isGoogle = tag.uri === GOOGLE
    const name = isGoogle ? tag.local : PLAIN[tag.local]
    if (name === undefined) return
    // Atom has the address of a link in an attribute.
    const text = name === 'link' ? (tag.attributes['href']?.value ?? '') : ''
    this.#field = { name, isGoogle, text, hasChildren: false }
  }

  #text(text: string): void {
    if (this.#field !== null && this.#depth === this.#itemDepth + 1) this.#field.text += text
  }

  #close(): void {
    if (this.#itemDepth > 0 && this.#depth === this.#itemDepth + 1) this.#endField()
    else if (this.#itemDepth > 0 && this.#depth === this.#itemDepth) this.#endItem()
    this.#depth -= 1
  }

  #beginItem(): void {
    this.#itemDepth = this.#depth
    this.#itemLine = this.line
    this.#google = new Map()
    this.#plain = new Map()
  }

  #endField(): void {
    const field = this.#field
    this.#field = null
    if (field === null) return
    const fields = field.isGoogle ? this.#google : this.#plain
    const text = field.hasChildren ? '' : field.text.trim()
    if (!fields.has(field.name) && (text !== '' || field.hasChildren)) fields.set(field.name, text)
  }

  #endItem(): void {
    const row: RecordValue = Object.fromEntries([...this.#plain, ...this.#google])
    this.#rows.push({ line: this.#itemLine, row })
    this.#itemDepth = 0
  }
}
