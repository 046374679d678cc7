/**
 * Words (skus and other key parts) as dense numbers from 0, in order of first sight. Only additions: what
 * was numbered keeps its number for the life of the state.
 */
export class Words {
  readonly #numbers = new Map<string, number>()
  readonly #texts: string[] = []

  /** Number of `text`; a new one if it was never seen. */
  number(text: string): number {
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    const number = this.#texts.length
    this.#numbers.set(text, number)
    this.#texts.push(text)
    return number
  }

  /** Number of `text`, or undefined if it was never seen. */
  find(text: string): number | undefined {
    return this.#numbers.get(text)
  }

  /** @throws Error for a number that was never given */
  text(number: number): string {
    const text = this.#texts[number]
    if (text === undefined) throw new Error(`bug: no word has the number ${number}`)
    return text
  }

  /** All of them, in the order of their numbers. */
  texts(): Iterable<string> {
    return this.#texts.values()
  }

  get size(): number {
    return this.#texts.length
  }
}
