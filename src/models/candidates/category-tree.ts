import { Labels } from './labels.ts'

/** Category paths as numbers, every level of a path one of its own: `Home`, `Home/Kitchen`. */
export class CategoryTree {
  readonly #paths = new Labels()
  readonly #parents: number[] = []
  readonly #depths: number[] = []

  get count(): number {
    return this.#paths.count
  }

  /** The number of a path; its ancestors get theirs too. */
  intern(path: string): number {
    const known = this.#paths.find(path)
    if (known >= 0) return known
    const cut = path.lastIndexOf('/')
    const parent = cut < 0 ? -1 : this.intern(path.slice(0, cut))
    const number = this.#paths.intern(path)
    this.#parents[number] = parent
    this.#depths[number] = parent < 0 ? 1 : (this.#depths[parent] ?? 0) + 1
    return number
  }

  /** -1 for a path that no product has. */
  find(path: string): number {
    return this.#paths.find(path)
  }

  path(category: number): string {
    return this.#paths.text(category)
  }

  /** The last level of a path: `Mugs` of `Home/Kitchen/Mugs`. */
  name(category: number): string {
    const path = this.path(category)
    return path.slice(path.lastIndexOf('/') + 1)
  }

  /** The level above; -1 at the top. */
  parent(category: number): number {
    return this.#parents[category] ?? -1
  }

  /** Whether a category is the other one or lies below it. */
  isWithin(category: number, ancestor: number): boolean {
    for (let at = category; at >= 0; at = this.parent(at)) if (at === ancestor) return true
    return false
  }

  /** Share of the levels that two paths have in common, in [0, 1]: 1 for the same one. */
  likeness(a: number, b: number): number {
    let [left, right] = [a, b]
    const deepest = Math.max(this.#depths[a] ?? 0, this.#depths[b] ?? 0)
    while (left !== right) {
      if ((this.#depths[left] ?? 0) >= (this.#depths[right] ?? 0)) left = this.parent(left)
      else right = this.parent(right)
      if (left < 0 || right < 0) return 0
    }
    return deepest === 0 ? 0 : (this.#depths[left] ?? 0) / deepest
  }
}
