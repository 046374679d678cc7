/** 32 well-mixed bits for a row of a tree. @source Murmur3's finaliser, A. Appleby (public domain) */
export function rowHash(seed: number, tree: number, row: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(tree + 1, 0xc2b2ae35) ^ row
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
