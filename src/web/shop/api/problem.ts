/** What went wrong, for people. */
export type Problem = {
  readonly title: string
  readonly detail: string
  readonly remedy: string | null
  /** Code and request id, for whoever looks into it. */
  readonly reference: string | null
}

/** A call that was not answered as wished. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

/** Reads a problem document; whatever else an error answer is becomes one. @source RFC 9457 */
export function problemOf(status: number, body: unknown): Problem {
  const fields = body !== null && typeof body === 'object' ? body : {}
  const text = (name: string): string | null => {
    const value: unknown = name in fields ? fields[name as keyof typeof fields] : undefined
    return typeof value === 'string' && value !== '' ? value : null
  }
  const reference = [text('code'), text('request_id')].filter((part) => part !== null).join(' · ')
  return {
    title: capitalised(text('title') ?? `status ${status}`),
    detail: text('detail') ?? 'The server says no more.',
    remedy: text('remedy'),
    reference: reference === '' ? null : reference,
  }
}

/** What to say of anything that was thrown. */
export function problemOfError(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem
  return {
    title: 'The shop does not answer',
    detail: error instanceof Error ? error.message : String(error),
    remedy: 'Is the demo still running? Start it again, then reload the page.',
    reference: null,
  }
}

const capitalised = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
