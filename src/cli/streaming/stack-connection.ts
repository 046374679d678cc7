import type { Profile, StackSettings } from '../../catalog/stack-settings.ts'
import { EndcapError } from '../../core/errors.ts'
import { settings } from '../shop.ts'
import { defaultRunDir } from '../stack/home.ts'
import { placeOf } from '../stack/run.ts'
import { readRunState } from '../stack/run-state.ts'

/** Of topics of a stack that was started here and of which nothing else is said. */
const LOCAL_PREFIX = 'shop.'

/** The profile of this call: of its options, else of `endcap.config.ts`, else embedded. */
export const profileOf = (asked: Profile | undefined): Profile => asked ?? settings.profile ?? 'embedded'

/** What a command says of it: the run folder of a stack that was started here, and another prefix of its topics. */
export type StackWhere = { readonly runDir?: string; readonly topicPrefix?: string }

/**
 * Where the engines are: as `endcap.config.ts` says, else those that `endcap stack up` started here.
 * @throws EndcapError ENGINE_UNAVAILABLE if neither says so
 */
export async function stackSettings(where: StackWhere = {}): Promise<StackSettings> {
  const { runDir = defaultRunDir(), topicPrefix } = where
  if (settings.stack !== undefined)
    return { ...settings.stack, topicPrefix: topicPrefix ?? settings.stack.topicPrefix }
  const state = await readRunState(runDir)
  if (state === undefined) throw new EndcapError('ENGINE_UNAVAILABLE', `no stack was started in '${runDir}'`)
  const { kafka, registry, flink } = placeOf(runDir, state).endpoints
  return { topicPrefix: topicPrefix ?? LOCAL_PREFIX, kafka, registry, flink }
}
