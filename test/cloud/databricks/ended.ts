import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/**
 * What a program prints on stdout when it has ended well; it may talk to this process meanwhile.
 * @throws Error with what it said on stderr
 */
export const ended = async (
  program: string,
  args: readonly string[],
  { cwd, env = process.env }: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> => (await promisify(execFile)(program, args, { cwd, env, maxBuffer: 2 ** 24 })).stdout
