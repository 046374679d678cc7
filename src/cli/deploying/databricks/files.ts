import { EndcapError } from '../../../core/errors.ts'
import { type RenderedFile, readRendered } from '../rendered-folder.ts'
import { DATABRICKS_FORMAT, type DatabricksDeployment } from './deployment.ts'

const DEPLOYMENT = 'deployment.json'

/** The deployment as files: `deployment.json`, and the scripts that its jobs run in `sql/`. */
export function databricksFiles(deployment: DatabricksDeployment): readonly RenderedFile[] {
  const { scripts } = deployment
  const outline = { ...deployment, scripts: scripts.map(({ name }) => ({ name })) }
  return [
    { path: DEPLOYMENT, text: `${JSON.stringify(outline, null, 2)}\n` },
    ...scripts.map(({ name, sql }) => ({ path: scriptPath(name), text: sql })),
  ]
}

/** @throws EndcapError BAD_INPUT_FILE if a file is missing or is of another version */
export function readDatabricks(folder: string): DatabricksDeployment {
  const outline: unknown = JSON.parse(readRendered(folder, DEPLOYMENT))
  if (!isOutline(outline)) {
    throw new EndcapError('BAD_INPUT_FILE', `is not ${DATABRICKS_FORMAT}`, {
      place: `${folder}/${DEPLOYMENT}`,
      remedy: 'Render with the version of endcap that reads it.',
    })
  }
  const scripts = outline.scripts.map(({ name }) => ({ name, sql: readRendered(folder, scriptPath(name)) }))
  return { ...outline, scripts }
}

const scriptPath = (name: string): string => `sql/${name}`

/** Only we write it: its version vouches for the rest. */
const isOutline = (value: unknown): value is DatabricksDeployment =>
  typeof value === 'object' && value !== null && 'format' in value && value.format === DATABRICKS_FORMAT
