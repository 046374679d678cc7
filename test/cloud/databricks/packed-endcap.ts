import { readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '../../../src/cli/stack/command.ts'
import { withLock } from '../../../src/cli/stack/folder-lock.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')

/** The project as `npm pack` makes it: `endcap.tgz` in a folder. One at a time, since packing builds `dist/`. */
export async function packedEndcap(folder: string): Promise<string> {
  const pack = () =>
    runCommand({
      program: 'npm',
      args: ['pack', '--pack-destination', folder, '--loglevel=error'],
      cwd: ROOT,
    })
  await withLock(join(ROOT, 'node_modules', '.endcap-pack.lock'), pack, () => {})
  const [name] = readdirSync(folder).filter((one) => one.endsWith('.tgz'))
  if (name === undefined) throw new Error('npm pack has made no package')
  const file = join(folder, 'endcap.tgz')
  renameSync(join(folder, name), file)
  return file
}
