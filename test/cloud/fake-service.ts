import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { Exchange } from './openapi-checker.ts'

/** An answer that a fake gives instead of its own. */
export type Planned = {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly text?: string
  /** Carries the request out all the same, as when an answer is lost on its way. */
  readonly carriedOut?: boolean
  /** Ends the connection without an answer, or never answers. */
  readonly instead?: 'reset' | 'silence'
}

/** A request, its body parsed if it is JSON, a form as an object. */
export type Asked = {
  readonly method: string
  readonly url: URL
  readonly authorization: string
  readonly contentType: string | null
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
  readonly bytes: Buffer
}

/** A body of bytes is sent as it is, anything else as JSON. */
export type Answer = { readonly status: number; readonly body?: unknown }

/** A service in one process, for tests: answers by its own rules or as planned, and keeps every exchange. */
export abstract class FakeService {
  readonly exchanges: Exchange[] = []
  readonly planned: Planned[] = []
  readonly #server: Server = createServer((request, response) => void this.#handle(request, response))

  protected abstract answer(asked: Asked): Answer | Promise<Answer>

  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the fake does not listen')
    return `http://127.0.0.1:${address.port}`
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await this.#asked(request)
    const planned = this.planned.shift()
    const own = planned === undefined || planned.carriedOut === true ? await this.answer(asked) : null
    if (planned?.instead === 'silence') return
    if (planned?.instead === 'reset') {
      response.destroy()
      return
    }
    const status = planned?.status ?? own?.status ?? 500
    const sent = planned?.text ?? textOf(own?.body)
    const type = own?.body instanceof Uint8Array ? 'application/octet-stream' : 'application/json'
    response.writeHead(status, { 'content-type': type, ...planned?.headers })
    response.end(sent)
    this.exchanges.push({
      method: asked.method,
      path: asked.url.pathname,
      query: Object.fromEntries(asked.url.searchParams),
      contentType: asked.contentType,
      request: asked.body,
      status,
      response: own?.body,
    })
  }

  async #asked(request: IncomingMessage): Promise<Asked> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const bytes = Buffer.concat(chunks)
    const contentType = request.headers['content-type'] ?? null
    return {
      method: request.method ?? 'GET',
      url: new URL(request.url ?? '/', this.url),
      authorization: request.headers.authorization ?? '',
      contentType,
      headers: request.headers,
      body: bodyOf(contentType, bytes),
      bytes,
    }
  }
}

/** A fake that answers from now on. */
export async function listening<T extends FakeService>(service: T): Promise<T> {
  await service.listen()
  return service
}

function bodyOf(contentType: string | null, bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined
  switch (contentType?.split(';')[0]) {
    case 'application/octet-stream':
      return undefined
    case 'application/x-www-form-urlencoded':
      return Object.fromEntries(new URLSearchParams(bytes.toString('utf8')))
    default:
      return JSON.parse(bytes.toString('utf8'))
  }
}

function textOf(body: unknown): string | Uint8Array {
  if (body === undefined) return ''
  return body instanceof Uint8Array ? body : JSON.stringify(body)
}
