import { EndcapError } from '../../../core/errors.ts'
import { type RenderedFile, readRendered } from '../rendered-folder.ts'
import { CONFLUENT_FORMAT, type ConfluentDeployment } from './deployment.ts'

const DEPLOYMENT = 'deployment.json'
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/**
 * The deployment as files that people read and compare: texts of statements, schemas and connectors in files of their
 * own, and `deployment.json`, which names them.
 */
export function confluentFiles(deployment: ConfluentDeployment): readonly RenderedFile[] {
  const { statements, subjects, datagen, ...rest } = deployment
  const outline = {
    ...rest,
    subjects: subjects.map(({ schema: _schema, ...subject }) => subject),
    statements: statements.map(({ sql: _sql, ...statement }) => statement),
    datagen: datagen.map(({ schema: _schema, ...connector }) => connector),
  }
  return [
    { path: DEPLOYMENT, text: json(outline) },
    ...subjects.map(({ name, schema }) => ({ path: subjectPath(name), text: json(schema) })),
    ...statements.map(({ name, sql }) => ({ path: statementPath(name), text: `${sql}\n` })),
    ...datagen.map(({ name, schema }) => ({ path: datagenPath(name), text: json(schema) })),
  ]
}

/** @throws EndcapError BAD_INPUT_FILE if a file is missing or is of another version */
export function readConfluent(folder: string): ConfluentDeployment {
  const outline: unknown = JSON.parse(readRendered(folder, DEPLOYMENT))
  if (!isOutline(outline)) {
    throw new EndcapError('BAD_INPUT_FILE', `is not ${CONFLUENT_FORMAT}`, {
      place: `${folder}/${DEPLOYMENT}`,
      remedy: 'Render with the version of endcap that reads it.',
    })
  }
  const schemaOf = (path: string) => JSON.parse(readRendered(folder, path))
  return {
    ...outline,
    subjects: outline.subjects.map((subject) => ({
      ...subject,
      schema: schemaOf(subjectPath(subject.name)),
    })),
    statements: outline.statements.map((statement) => ({
      ...statement,
      sql: readRendered(folder, statementPath(statement.name)).replace(/\n$/, ''),
    })),
    datagen: outline.datagen.map((connector) => ({
      ...connector,
      schema: schemaOf(datagenPath(connector.name)),
    })),
  }
}

const subjectPath = (name: string): string => `subjects/${name}.avsc`
const statementPath = (name: string): string => `statements/${name}.sql`
const datagenPath = (name: string): string => `datagen/${name}.avsc`

/** Only we write it: its version vouches for the rest. */
const isOutline = (value: unknown): value is ConfluentDeployment =>
  typeof value === 'object' && value !== null && 'format' in value && value.format === CONFLUENT_FORMAT
