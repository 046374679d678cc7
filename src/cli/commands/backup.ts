import { Command } from 'commander'
import { backup } from '../keeping/backup.ts'
import type { BackupManifest } from '../keeping/backup-manifest.ts'
import { counted, runSteps, secondsSince } from '../progress.ts'

const EXAMPLES = `
Examples:
  endcap backup --data-dir shop --to backups/2026-01-31
  endcap restore --from backups/2026-01-31 --data-dir shop-again`

type Options = { readonly dataDir: string; readonly to: string; readonly json?: boolean }

/** `endcap backup`: a copy of a data folder, with checksums; a running server goes on. */
export function backupCommand(): Command {
  return new Command('backup')
    .description('copy a data folder with checksums, also while its server runs')
    .requiredOption('--data-dir <dir>', 'data folder of the shop')
    .requiredOption('--to <dir>', 'folder to make; must not be there yet, or be empty')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', EXAMPLES)
    .action(run)
}

async function run({ dataDir, to, json }: Options): Promise<void> {
  const startedAt = performance.now()
  let manifest: BackupManifest | undefined
  await runSteps([
    {
      title: `backing up ${dataDir}`,
      run: async (report) => {
        manifest = await backup({ dataDir, to, report })
        return `${counted(manifest.log_position)} records`
      },
    },
  ])
  if (manifest === undefined) throw new Error('bug: the backup step did not run')
  const { log_position, files } = manifest
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const seconds = secondsSince(startedAt)
  const text =
    json === true
      ? JSON.stringify({ to, log_position, files: files.length, bytes, seconds })
      : `${counted(log_position)} records in ${counted(files.length)} files, ${counted(bytes)} bytes, in ${seconds} s`
  process.stdout.write(`${text}\n`)
}
