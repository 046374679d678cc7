import { expect, test } from 'vitest'
import { confluentFaults } from './confluent-lint.ts'

const TABLE = [
  'CREATE TABLE IF NOT EXISTS `tiles.a.00000000` (',
  '  `sku` STRING NOT NULL,',
  '  `tile_start` BIGINT NOT NULL,',
  '  `views` BIGINT,',
  '  PRIMARY KEY (`sku`, `tile_start`) NOT ENFORCED',
  ')',
  'DISTRIBUTED BY (`sku`, `tile_start`) INTO 6 BUCKETS',
  'WITH (',
  "  'changelog.mode' = 'upsert',",
  "  'kafka.cleanup-policy' = 'compact'",
  ')',
].join('\n')
const INSERT = 'INSERT INTO `t` (`a`)\nSELECT\n  `a`\nFROM `s`'

test('texts without a fault have none', () => {
  expect(confluentFaults(TABLE)).toEqual([])
  expect(confluentFaults(INSERT)).toEqual([])
  expect(confluentFaults(`EXECUTE STATEMENT SET BEGIN\n${INSERT};\n${INSERT};\nEND`)).toEqual([])
})

test.each([
  ['processing time', INSERT.replace('`a`\nFROM', 'PROCTIME() AS `a`\nFROM'), 'processing time'],
  ['the clock', INSERT.replace('  `a`', '  NOW() AS `a`'), 'from call to call'],
  ['a setting', `SET 'sql.local-time-zone' = 'UTC'`, 'properties of the statement'],
  ['a star', INSERT.replace('  `a`', '*').replace('SELECT\n', 'SELECT '), 'columns are named'],
  ['an insert without columns', INSERT.replace(' (`a`)', ''), 'columns are named'],
  [
    'a connector',
    TABLE.replace("'changelog.mode' = 'upsert'", "'connector' = 'kafka'"),
    'a table is its topic',
  ],
  [
    'an option nobody knows',
    TABLE.replace('changelog.mode', 'changelog.kind'),
    "'changelog.kind' is not one",
  ],
  [
    'a value that an option does not take',
    TABLE.replace("'compact'", "'compacted'"),
    "does not take 'compacted'",
  ],
  [
    'a key in another order',
    TABLE.replace('KEY (`sku`, `tile_start`)', 'KEY (`tile_start`, `sku`)'),
    'not the first columns',
  ],
  ['another distribution', TABLE.replace('BY (`sku`, `tile_start`)', 'BY (`sku`)'), 'distributed by'],
  ['two statements', `${INSERT};\n${INSERT}`, 'more than one statement'],
  ['too long a text', `${INSERT} WHERE \`a\` <> '${'x'.repeat(131_072)}'`, 'at most 131072'],
])('%s is a fault', (_name, sql, words) => {
  expect(confluentFaults(sql).join('\n')).toContain(words)
})
