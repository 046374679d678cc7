import { type Command, Option } from 'commander'
import { PROFILES, type Profile } from '../../catalog/stack-settings.ts'
import { EndcapError } from '../../core/errors.ts'
import { profileOf } from './stack-connection.ts'

/**
 * Makes a verb, and those below it, refuse the profile stack before it does anything: it knows the embedded log alone,
 * and would answer for a shop whose events it has not seen.
 */
export function embeddedOnly(command: Command): void {
  for (const verb of command.commands.length === 0 ? [command] : command.commands) {
    const profile = new Option('--profile <name>', 'embedded alone').choices([...PROFILES]).hideHelp()
    verb.addOption(profile).hook('preAction', () => {
      const { profile: asked } = verb.opts<{ readonly profile?: Profile }>()
      if (profileOf(asked) === 'embedded') return
      throw new EndcapError(
        'NOT_SUPPORTED',
        `\`${[command.name(), ...(verb === command ? [] : [verb.name()])].join(' ')}\` knows the embedded log alone, not Kafka`,
      )
    })
  }
}
