import { Command } from 'commander'
import { volumeBackup, volumeFolderOf } from '../databricks/volume-backup.ts'
import { databricksWorkspace } from '../databricks/workspace.ts'
import type { BackupManifest } from '../keeping/backup-manifest.ts'
import { restore } from '../keeping/restore.ts'
import { counted, runSteps, secondsSince } from '../progress.ts'

const EXAMPLES = `
Examples:
  endcap restore --from backups/2026-01-31 --data-dir shop-again
  endcap restore --from dbfs:/Volumes/main/models/serving --data-dir shop

dbfs:/Volumes/... is a folder of a Unity Catalog volume, read through the workspace's API (DATABRICKS_HOST, and
DATABRICKS_TOKEN or DATABRICKS_CLIENT_ID and _SECRET): its current.json names the one of its \`backups\` to restore.`

type Options = { readonly from: string; readonly dataDir: string; readonly json?: boolean }

/** `endcap restore`: a data folder from a backup whose every file is whole. */
export function restoreCommand(): Command {
  return new Command('restore')
    .description('make a data folder from a backup, after checking every file of it')
    .requiredOption('--from <dir>', 'folder that `endcap backup` made, or dbfs:/Volumes/... with such')
    .requiredOption('--data-dir <dir>', 'folder to make; must not be there yet, or be empty')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', EXAMPLES)
    .action(run)
}

async function run({ from, dataDir, json }: Options): Promise<void> {
  const startedAt = performance.now()
  let manifest: BackupManifest | undefined
  await runSteps([
    {
      title: `restoring ${from}`,
      run: async (report) => {
        manifest = await restore({ from: await sourceOf(from), dataDir, report })
        return `${counted(manifest.files.length)} files`
      },
    },
  ])
  if (manifest === undefined) throw new Error('bug: the restore step did not run')
  const { log_position, made_at, files } = manifest
  const seconds = secondsSince(startedAt)
  const text =
    json === true
      ? JSON.stringify({ data_dir: dataDir, log_position, made_at, files: files.length, seconds })
      : `${counted(log_position)} records, as of ${new Date(made_at).toISOString()}, in ${seconds} s`
  process.stdout.write(`${text}\n`)
}

const sourceOf = async (from: string) => {
  const volume = volumeFolderOf(from)
  return volume === null ? from : volumeBackup(databricksWorkspace(process.env), volume)
}
