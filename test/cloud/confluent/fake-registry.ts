import { type Answer, type Asked, FakeService, listening } from '../fake-service.ts'

/** A schema registry in one process, for tests; an account with `read` may look and change nothing. */
export class FakeRegistry extends FakeService {
  rights: 'all' | 'read' = 'all'
  readonly #ids = new Map<string, number>()
  readonly #subjects = new Map<string, number[]>()
  readonly #levels = new Map<string, string>()

  static async start(): Promise<FakeRegistry> {
    return listening(new FakeRegistry())
  }

  /** The subject as somebody with the right to it has made it. */
  given(subject: string, schema: object, level: string): void {
    this.#register(subject, JSON.stringify(schema))
    this.#levels.set(subject, level)
  }

  protected override answer({ method, url, body }: Asked): Answer {
    const [kind = '', subject = '', last] = url.pathname.slice(1).split('/').map(decodeURIComponent)
    const text = String(Object(body).schema)
    const isWriting = method === 'PUT' || last === 'versions'
    if (isWriting && this.rights === 'read')
      return failure(403, 40_301, `User is denied operation on ${subject}`)
    switch (`${method} ${kind}`) {
      case 'GET subjects':
        return { status: 200, body: [...this.#subjects.keys()] }
      case 'POST subjects':
        return last === 'versions'
          ? { status: 200, body: { id: this.#register(subject, text) } }
          : this.#lookUp(subject, text)
      case 'GET config':
        return { status: 200, body: { compatibilityLevel: this.#levels.get(subject) ?? 'BACKWARD' } }
      case 'PUT config':
        this.#levels.set(subject, String(Object(body).compatibility))
        return { status: 200, body: { compatibility: Object(body).compatibility } }
      case 'GET schemas':
        return this.#schema(Number(last))
      default:
        return failure(404, 404, 'HTTP 404 Not Found')
    }
  }

  #register(subject: string, text: string): number {
    const id = this.#ids.get(text) ?? 100_001 + this.#ids.size
    this.#ids.set(text, id)
    const versions = this.#subjects.get(subject) ?? []
    this.#subjects.set(subject, versions)
    if (!versions.includes(id)) versions.push(id)
    return id
  }

  #lookUp(subject: string, text: string): Answer {
    const versions = this.#subjects.get(subject)
    if (versions === undefined) return failure(404, 40_401, `Subject '${subject}' not found.`)
    const id = this.#ids.get(text)
    if (id === undefined || !versions.includes(id)) return failure(404, 40_403, 'Schema not found')
    return { status: 200, body: { subject, id, version: versions.indexOf(id) + 1, schema: text } }
  }

  #schema(id: number): Answer {
    const found = [...this.#ids].find(([, known]) => known === id)
    return found === undefined
      ? failure(404, 40_403, `Schema ${id} not found`)
      : { status: 200, body: { schema: found[0] } }
  }
}

const failure = (status: number, code: number, message: string): Answer => ({
  status,
  body: { error_code: code, message },
})
