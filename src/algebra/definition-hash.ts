import { hash8 } from '../core/hash.ts'
import type { PairStatistic } from './pair-statistic.ts'
import type { View } from './view.ts'

/**
 * Names a definition in tables, topics and folders: the same meaning gives the same eight hex digits, any
 * change (also of the stream or the sources below it) gives others. Windows are sums of tiles and belong to
 * the reader, so they are left out.
 */
export function definitionHash(definition: View | PairStatistic): string {
  if (definition.kind === 'pairStatistic') return hash8(definition)
  const { windows: _windows, ...tiles } = definition
  return hash8(tiles)
}
