/**
 * The version that was current before the current one first became so; going back again goes further back.
 * @param promotions every version that was made current, oldest first
 * @returns null if there was none before
 */
export function versionBefore(promotions: readonly string[]): string | null {
  const current = promotions.at(-1)
  return current === undefined ? null : (promotions[promotions.indexOf(current) - 1] ?? null)
}
