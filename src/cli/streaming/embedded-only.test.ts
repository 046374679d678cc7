import { Command } from 'commander'
import { expect, test } from 'vitest'
import { embeddedOnly } from './embedded-only.ts'

/** A verb, or a verb of a verb, that notes when it runs. */
function called(verbs: readonly string[], options: readonly string[]): Promise<readonly string[]> {
  const ran: string[] = []
  const [outer = '', inner] = verbs
  const command = new Command(outer)
  const acting = inner === undefined ? command : command.command(inner)
  acting.action(() => {
    ran.push(verbs.join(' '))
  })
  embeddedOnly(command)
  const program = new Command('endcap').addCommand(command)
  return program.parseAsync([...verbs, ...options], { from: 'user' }).then(() => ran)
}

test.each([[['erase']], [['dead-letter', 'redrive']]])(
  '%j does nothing in the profile stack',
  async (verbs) => {
    await expect(called(verbs, ['--profile', 'stack'])).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      message: expect.stringContaining(`\`${verbs.join(' ')}\``),
    })
    expect(await called(verbs, ['--profile', 'embedded'])).toEqual([verbs.join(' ')])
    expect(await called(verbs, [])).toEqual([verbs.join(' ')])
  },
)
