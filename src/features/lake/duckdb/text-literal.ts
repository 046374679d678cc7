/** Text as a literal of DuckDB's SQL. */
export const textLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`
