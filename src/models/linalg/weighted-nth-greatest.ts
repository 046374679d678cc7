/**
 * The n-th greatest of values that come several times each; 0 where there are not so many. Reorders both lists.
 * @param weights how often each value comes
 * @source C. A. R. Hoare: Algorithm 65, Find, 1961 (method alone)
 */
export function weightedNthGreatest(values: Float64Array, weights: Int32Array, n: number): number {
  let [low, high] = [0, values.length - 1]
  let wanted = n
  while (low < high) {
    const { left, right } = partition(values, weights, low, high)
    const above = sumOf(weights, low, right)
    const among = above + sumOf(weights, right + 1, left - 1)
    if (wanted <= above) high = right
    else if (wanted <= among) return values[right + 1] ?? 0
    else {
      wanted -= among
      low = left
    }
  }
  return low === high && wanted <= (weights[low] ?? 0) ? (values[low] ?? 0) : 0
}

/** Greater values to [low, right], lesser ones to [left, high], at most one that equals the pivot between them. */
function partition(values: Float64Array, weights: Int32Array, low: number, high: number) {
  const pivot = values[(low + high) >>> 1] ?? 0
  let [left, right] = [low, high]
  while (left <= right) {
    while ((values[left] ?? 0) > pivot) left += 1
    while ((values[right] ?? 0) < pivot) right -= 1
    if (left > right) break
    const [value, weight] = [values[left] ?? 0, weights[left] ?? 0]
    values[left] = values[right] ?? 0
    weights[left++] = weights[right] ?? 0
    values[right] = value
    weights[right--] = weight
  }
  return { left, right }
}

function sumOf(weights: Int32Array, from: number, to: number): number {
  let sum = 0
  for (let at = from; at <= to; at += 1) sum += weights[at] ?? 0
  return sum
}
