import { hash8 } from '../../../core/hash.ts'

/** @source Confluent OpenAPI flink-gateway v1, SqlV1Statement.name; 72 is the limit that its documentation names */
export const STATEMENT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
export const MAX_STATEMENT_NAME = 72

const MAX_SUBJECT = 48

/** `endcap-<kind>-<about>-<hash8 of the text>`: the same text has the same name for ever, another one another. */
export function statementName(kind: 'alter' | 'view' | 'table' | 'job', about: string, sql: string): string {
  const subject = about
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_SUBJECT)
    .replace(/^-+|-+$/g, '')
  return `endcap-${kind}-${subject}-${hash8(sql)}`
}
