/** A drawn stand-in for a product without a picture: neutral, and the same for the same product. */
export type Placeholder = {
  readonly initials: string
  /** Degrees of the colour circle; one for each category. */
  readonly hue: number
  /** Degrees by which its pattern is turned. */
  readonly turn: number
}

export const placeholder = (name: string, category: string): Placeholder => ({
  initials: name
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .slice(0, 2)
    .map((word) => word.slice(0, 1).toUpperCase())
    .join(''),
  hue: folded(category === '' ? name : category) % 360,
  turn: (folded(name) % 12) * 15,
})

const folded = (text: string): number =>
  [...text].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 99_991, 7)
