/** Longest text of a statement. @source Confluent OpenAPI flink-gateway v1, SqlV1StatementSpec.statement */
const MAX_STATEMENT_CHARS = 131_072

type Refusal = { readonly pattern: RegExp; readonly reason: string }

/** What Confluent's dialect refuses, or must not be in a statement there. @source Confluent documentation, Flink SQL */
const REFUSED: readonly Refusal[] = [
  { pattern: /\bPROCTIME\b/i, reason: 'there is no processing time' },
  {
    pattern: /\b(CURRENT_TIMESTAMP|CURRENT_TIME|CURRENT_DATE|LOCALTIME|LOCALTIMESTAMP|UNIX_TIMESTAMP)\b/i,
    reason: 'the clock is no function of the log, and updating queries refuse it',
  },
  {
    pattern: /\b(NOW|RAND|RAND_INTEGER|UUID)\s*\(/i,
    reason: 'updating queries refuse what differs from call to call',
  },
  { pattern: /^\s*(SET|RESET)\b/im, reason: 'settings are properties of the statement, not text' },
  { pattern: /\b(TEMPORARY|TEMP)\s+(TABLE|VIEW|FUNCTION)\b/i, reason: 'nothing is temporary' },
  {
    pattern: /\b(CREATE|DROP)\s+(CATALOG|DATABASE)\b/i,
    reason: 'catalogs and databases are not made by SQL',
  },
  { pattern: /\b(MERGE\s+INTO|UPDATE\s+`|DELETE\s+FROM)/i, reason: 'there is no MERGE, UPDATE or DELETE' },
  {
    pattern: /'(connector|format|topic|properties\.[^']*|[^']*\.url)'\s*=/i,
    reason: 'a table is its topic: connector, format, brokers and registry are not said',
  },
  { pattern: /\$rowtime/i, reason: 'the time of an event is a column of its own' },
  { pattern: /SELECT\s+(\w+\.)?\*/i, reason: 'columns are named, or a new field changes the statement' },
  {
    pattern: /INSERT\s+INTO\s+`[^`]+`\s*\n?\s*SELECT/i,
    reason: 'columns are named, or a new one shifts them',
  },
  { pattern: /FOR\s+SYSTEM_TIME/i, reason: 'a lookup join reads processing time' },
  { pattern: /MATCH_RECOGNIZE/i, reason: 'no pattern is matched over streams here' },
]

/** Options of tables, each with the values that we may give it. @source Confluent documentation, Flink SQL CREATE TABLE */
const OPTIONS: Readonly<Record<string, RegExp>> = {
  'changelog.mode': /^(append|upsert|retract)$/,
  'key.format': /^(avro|json|proto)-registry$|^raw$/,
  'value.format': /^(avro|json|proto)-registry$|^raw$/,
  'value.fields-include': /^(all|except-key)$/,
  'kafka.cleanup-policy': /^(delete|compact|delete-compact)$/,
  'kafka.retention.time': /^\d+( ?(ms|s|min|h|d))?$/,
}

/**
 * What is wrong with a text for Confluent Cloud for Apache Flink, one sentence a fault; empty if nothing is known to
 * be. No package has its parser, so this is what the documentation says, and no more.
 */
export function confluentFaults(sql: string): readonly string[] {
  return [
    ...REFUSED.flatMap(({ pattern, reason }) => {
      const found = pattern.exec(sql)?.[0].trim()
      return found === undefined ? [] : [`'${found}': ${reason}`]
    }),
    ...(sql.length > MAX_STATEMENT_CHARS
      ? [`has ${sql.length} characters, at most ${MAX_STATEMENT_CHARS} are taken`]
      : []),
    ...(isOneStatement(sql) ? [] : ['is more than one statement']),
    ...keyFaults(sql),
    ...optionFaults(sql),
  ]
}

/** A statement set is one statement. */
const isOneStatement = (sql: string): boolean =>
  !sql.includes(';') || /^EXECUTE STATEMENT SET BEGIN\n(INSERT INTO [^;]*;\n)+END$/.test(sql)

/** Key columns stand first, in the order of the key, and are what the table is distributed by. */
function keyFaults(sql: string): readonly string[] {
  const key = namesIn(/PRIMARY KEY \(([^)]*)\)/.exec(sql)?.[1])
  if (key.length === 0) return []
  const columns = [...sql.matchAll(/^ {2}`([^`]+)` /gm)].map(([, name]) => name ?? '')
  const distribution = namesIn(/DISTRIBUTED BY \(([^)]*)\)/.exec(sql)?.[1])
  return [
    ...(columns.slice(0, key.length).join() === key.join()
      ? []
      : [`the key (${key.join(', ')}) is not the first columns, in its order`]),
    ...(distribution.join() === key.join()
      ? []
      : [`the key (${key.join(', ')}) is not what the table is distributed by`]),
  ]
}

const namesIn = (list = ''): readonly string[] =>
  [...list.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '')

function optionFaults(sql: string): readonly string[] {
  const settings = /\nWITH \(\n([\s\S]*)\n\)$/.exec(sql)?.[1] ?? ''
  return [...settings.matchAll(/'([^']+)' = '([^']*)'/g)].flatMap(([, name = '', value = '']) => {
    const allowed = OPTIONS[name]
    if (allowed === undefined) return [`option '${name}' is not one that we know`]
    return allowed.test(value) ? [] : [`option '${name}' does not take '${value}'`]
  })
}
