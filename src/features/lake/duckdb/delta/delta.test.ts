import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fixedClock } from '../../../../core/clock.ts'
import { DuckDbSession } from '../duckdb-session.ts'
import { commitName } from './delta-log.ts'
import { deltaSelect } from './delta-select.ts'
import { deltaSnapshot } from './delta-snapshot.ts'
import { type DeltaWrite, writeDelta } from './write-delta.ts'

const AT = Date.UTC(2026, 0, 1)
let folder = ''
let session: DuckDbSession
beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'endcap-delta-')), 'table')
  session = await DuckDbSession.open()
})
afterEach(() => {
  session.close()
  rmSync(join(folder, '..'), { recursive: true })
})

const write = (query: string, rest: Partial<DeltaWrite> = {}) =>
  writeDelta(session, { folder, query, mode: 'append', clock: fixedClock(AT), ...rest })
const rows = async (version?: number) =>
  session.rows(`${deltaSelect(await deltaSnapshot(session, folder, version))} ORDER BY 1`)
const log = (version: number) => join(folder, '_delta_log', commitName(version))
const actions = (version: number) =>
  readFileSync(log(version), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

/** Writes a commit by hand. */
function commit(version: number, ...lines: readonly object[]): void {
  mkdirSync(join(folder, '_delta_log'), { recursive: true })
  writeFileSync(log(version), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
}
const protocol = { protocol: { minReaderVersion: 1, minWriterVersion: 2 } }
const metaData = (over: object = {}, fields: readonly object[] = [field('id', 'long')]) => ({
  metaData: {
    id: 'x',
    format: { provider: 'parquet', options: {} },
    schemaString: JSON.stringify({ type: 'struct', fields }),
    partitionColumns: [],
    configuration: {},
    ...over,
  },
})
const field = (name: string, type: unknown, over: object = {}) => ({
  name,
  type,
  nullable: true,
  metadata: {},
  ...over,
})
const added = (path: string, over: object = {}) => ({
  add: { path, partitionValues: {}, size: 1, modificationTime: AT, dataChange: true, ...over },
})
const parquet = (name: string, query: string) => session.run(`COPY (${query}) TO '${join(folder, name)}'`)

describe('writing', () => {
  test('each write is a version, and every version can be read', async () => {
    expect(await write('SELECT 1::BIGINT AS id, NULL::VARCHAR AS name')).toEqual({ version: 0, rows: 1 })
    expect(await write("SELECT 2::BIGINT AS id, 'mug' AS name")).toEqual({ version: 1, rows: 1 })
    expect(await write("SELECT 3::BIGINT AS id, 'pot' AS name", { mode: 'overwrite' })).toEqual({
      version: 2,
      rows: 1,
    })
    expect(await rows(0)).toEqual([{ id: 1, name: null }])
    expect(await rows(1)).toEqual([
      { id: 1, name: null },
      { id: 2, name: 'mug' },
    ])
    expect(await rows()).toEqual([{ id: 3, name: 'pot' }])
    await expect(rows(3)).rejects.toMatchObject({
      code: 'BAD_INPUT_FILE',
      message: expect.stringContaining('up to 2'),
    })
  })

  test('types keep their values, nested ones too', async () => {
    const query = `SELECT 9007199254740993::BIGINT AS l, 1.25::DECIMAL(12, 4) AS d, 'NaN'::DOUBLE AS x, true AS b,
      DATE '1969-12-31' AS day, TIMESTAMPTZ '2011-01-01 10:00:00.123456+02' AS at, 'a''b'::BLOB AS bytes,
      [{'sku': 'a', 'tags': MAP {'k': 'v'}}] AS items, 7::INTEGER AS i, 8::SMALLINT AS s, 9::TINYINT AS t, 0.5::FLOAT AS f`
    await write(query)
    const snapshot = await deltaSnapshot(session, folder)
    expect(snapshot.columns.map(({ type }) => type)).toEqual([
      'long',
      'decimal(12,4)',
      'double',
      'boolean',
      'date',
      'timestamp',
      'binary',
      {
        type: 'array',
        containsNull: true,
        elementType: {
          type: 'struct',
          fields: [
            field('sku', 'string'),
            field('tags', { type: 'map', keyType: 'string', valueType: 'string', valueContainsNull: true }),
          ],
        },
      },
      'integer',
      'short',
      'byte',
      'float',
    ])
    const differing = `(SELECT * FROM (${query}) EXCEPT SELECT * FROM (${deltaSelect(snapshot)}))`
    expect(await session.rows(`SELECT count(*) AS n FROM ${differing}`)).toEqual([{ n: 0 }])
    const back = await session.rows(`SELECT count(*) AS n FROM (${deltaSelect(snapshot)}) WHERE isnan(x)`)
    expect(back).toEqual([{ n: 1 }])
  })

  test('a new column is added, an absent one is null, another type is refused', async () => {
    await write('SELECT 1::BIGINT AS id, 5::BIGINT AS price')
    await write("SELECT 'red' AS colour, 2::BIGINT AS id")
    expect(await rows()).toEqual([
      { id: 1, price: 5, colour: null },
      { id: 2, price: null, colour: 'red' },
    ])
    const files = readdirSync(folder)
    await expect(write('SELECT 3::INTEGER AS id')).rejects.toMatchObject({
      code: 'BAD_INPUT_FILE',
      message: expect.stringContaining(`column 'id' is "integer", in the table "long"`),
    })
    await expect(write('SELECT 3::HUGEINT AS id')).rejects.toThrow("column 'id'")
    expect(readdirSync(folder)).toEqual(files)
    expect(await rows(0)).toEqual([{ id: 1, price: 5 }])
  })

  test('a transaction is written once, whoever tries again', async () => {
    const once = (version: number) =>
      write(`SELECT ${version}::BIGINT AS id`, { transaction: { appId: 'export', version } })
    expect(await once(10)).toEqual({ version: 0, rows: 1 })
    expect(await once(10)).toBeNull()
    expect(await once(9)).toBeNull()
    expect(await once(20)).toEqual({ version: 1, rows: 1 })
    expect(await rows()).toEqual([{ id: 10 }, { id: 20 }])
    expect(readdirSync(folder).filter((name) => name.endsWith('.parquet'))).toHaveLength(2)
  })

  test('no rows: a version, and no file', async () => {
    await write('SELECT 1::BIGINT AS id WHERE false', { transaction: { appId: 'export', version: 3 } })
    expect(await rows()).toEqual([])
    expect(readdirSync(folder)).toEqual(['_delta_log'])
    expect((await deltaSnapshot(session, folder)).transactions).toEqual(new Map([['export', 3]]))
  })

  test('whoever appends at the same time gets another version; nothing is lost or written twice', async () => {
    const writers = await Promise.all(
      Array.from({ length: 6 }, async (_, writer) => {
        using own = await DuckDbSession.open({ threads: 1 })
        const written = []
        for (let turn = 0; turn < 5; turn += 1) {
          const query = `SELECT ${writer * 5 + turn}::BIGINT AS id`
          written.push(await writeDelta(own, { folder, query, mode: 'append', clock: fixedClock(AT) }))
        }
        return written
      }),
    )
    const versions = writers.flat().map((written) => written?.version)
    expect(versions.toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual(
      Array.from({ length: 30 }, (_, id) => id),
    )
    expect(await rows()).toEqual(Array.from({ length: 30 }, (_, id) => ({ id })))
    expect(readdirSync(join(folder, '_delta_log')).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test('who overwrites what somebody else has changed meanwhile is told, and leaves no file', async () => {
    await write('SELECT 1::BIGINT AS id')
    // The version is made while the rows are written: the clock is read between the two.
    const meanwhile = () => {
      commit(1, added('other.parquet'))
      return AT
    }
    await expect(
      write('SELECT 2::BIGINT AS id', { mode: 'overwrite', clock: meanwhile }),
    ).rejects.toMatchObject({ code: 'FOLDER_IN_USE' })
    expect(readdirSync(folder).filter((name) => name.endsWith('.parquet'))).toHaveLength(1)
  })

  test('the log says what a reader expects', async () => {
    await write('SELECT 1::BIGINT AS id')
    const [info, asked, meta, add] = actions(0)
    expect(info.commitInfo).toMatchObject({ timestamp: AT, operation: 'WRITE', isBlindAppend: true })
    expect(asked).toEqual(protocol)
    expect(JSON.parse(meta.metaData.schemaString)).toEqual({ type: 'struct', fields: [field('id', 'long')] })
    expect(add.add).toMatchObject({ partitionValues: {}, dataChange: true, stats: '{"numRecords":1}' })
    expect(actions(0)).toHaveLength(4)
    await write('SELECT 2::BIGINT AS id', { mode: 'overwrite' })
    expect(actions(1).map((action) => Object.keys(action)[0])).toEqual([
      'commitInfo',
      'metaData',
      'remove',
      'add',
    ])
  })

  test.each([
    [
      'a later writer',
      { protocol: { minReaderVersion: 1, minWriterVersion: 4 } },
      metaData(),
      'writer version 4',
    ],
    [
      'a feature',
      {
        protocol: {
          minReaderVersion: 3,
          minWriterVersion: 7,
          readerFeatures: [],
          writerFeatures: ['rowTracking'],
        },
      },
      metaData(),
      "'rowTracking'",
    ],
    ['partitions', protocol, metaData({ partitionColumns: ['id'] }), 'partitions'],
    [
      'a check',
      protocol,
      metaData({}, [field('id', 'long', { metadata: { 'delta.invariants': '{}' } })]),
      "check or generated value of 'id'",
    ],
    [
      'a column that must be there',
      protocol,
      metaData({}, [field('id', 'long'), field('x', 'long', { nullable: false })]),
      "'x' may not be null",
    ],
    [
      'null in a column without nulls',
      protocol,
      metaData({}, [field('id', 'long', { nullable: false })]),
      "'id' may not be null",
    ],
  ])('a table with %s is not written to', async (_, asked, meta, message) => {
    commit(0, asked, meta)
    await expect(write('SELECT NULL::BIGINT AS id')).rejects.toMatchObject({
      code: 'BAD_INPUT_FILE',
      message: expect.stringContaining(message),
    })
    expect(readdirSync(folder)).toEqual(['_delta_log'])
  })

  test('rows of a table that may only grow are not replaced', async () => {
    commit(0, protocol, metaData({ configuration: { 'delta.appendOnly': 'true' } }))
    await write('SELECT 1::BIGINT AS id')
    await expect(write('SELECT 2::BIGINT AS id', { mode: 'overwrite' })).rejects.toThrow('delta.appendOnly')
    expect(await rows()).toEqual([{ id: 1 }])
  })
})

describe('reading', () => {
  test('removed files do not count, names are decoded, partitions come from the log', async () => {
    const fields = [field('id', 'long'), field('day', 'date'), field('at', 'timestamp')]
    commit(0, protocol, metaData({ partitionColumns: ['day', 'at'] }, fields))
    mkdirSync(join(folder, 'day=a b'))
    await parquet('day=a b/one.parquet', 'SELECT 1::BIGINT AS id')
    await parquet('two.parquet', "SELECT 2::INTEGER AS id, DATE '1999-01-01' AS day")
    await parquet('gone.parquet', 'SELECT 3::BIGINT AS id')
    const values = { day: '2026-01-02', at: '2026-01-02 10:00:00' }
    commit(1, added('day=a%20b/one.parquet', { partitionValues: values }), added('gone.parquet'))
    commit(2, { remove: { path: 'gone.parquet', dataChange: true } })
    commit(3, added('two.parquet', { partitionValues: { day: null, at: '' } }), { somethingNew: { x: 1 } })
    expect(await rows()).toEqual([
      { id: 1, day: '2026-01-02', at: Date.UTC(2026, 0, 2, 10) },
      { id: 2, day: null, at: null },
    ])
  })

  test('a checkpoint stands for the commits before it, which may be gone', async () => {
    await write('SELECT 1::BIGINT AS id', { transaction: { appId: 'export', version: 5 } })
    await write('SELECT 2::BIGINT AS id')
    const every = [...actions(0), ...actions(1)].filter(({ commitInfo }) => commitInfo === undefined)
    const columns = 'txn: JSON, add: JSON, remove: JSON, "metaData": JSON, protocol: JSON'
    const lines = join(folder, 'checkpoint.ndjson')
    writeFileSync(lines, every.map((action) => `${JSON.stringify(action)}\n`).join(''))
    const source = `read_json('${lines}', format = 'newline_delimited', columns = {${columns.replaceAll(/: JSON/g, ": 'JSON'")}})`
    const target = join(folder, '_delta_log', `${commitName(1).slice(0, 20)}.checkpoint.parquet`)
    await session.run(`COPY (SELECT * FROM ${source}) TO '${target}' (FORMAT parquet)`)
    rmSync(lines)
    rmSync(log(0))
    rmSync(log(1))
    await write('SELECT 3::BIGINT AS id')
    expect(await rows()).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }])
    expect(await rows(1)).toEqual([{ id: 1 }, { id: 2 }])
    expect((await deltaSnapshot(session, folder)).transactions.get('export')).toBe(5)
    await expect(rows(0)).rejects.toMatchObject({ code: 'CORRUPT' })
  })

  test.each<[string, object, object, string, ...object[]]>([
    [
      'a later reader',
      { protocol: { minReaderVersion: 4, minWriterVersion: 7 } },
      metaData(),
      'reader version 4',
    ],
    [
      'an unknown feature',
      { protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['v2Checkpoint'] } },
      metaData(),
      "'v2Checkpoint'",
    ],
    [
      'column mapping',
      protocol,
      metaData({ configuration: { 'delta.columnMapping.mode': 'name' } }),
      'column mapping by name',
    ],
    ['another file format', protocol, metaData({ format: { provider: 'orc' } }), "'orc'"],
    ['an unknown type', protocol, metaData({}, [field('id', 'variant')]), "type 'variant'"],
    [
      'a deletion vector',
      protocol,
      metaData(),
      'a deletion vector',
      added('a', { deletionVector: { storageType: 'u' } }),
    ],
    ['a file elsewhere', protocol, metaData(), 's3://bucket', added('s3://bucket/a.parquet')],
  ])('a table with %s is refused with what to do', async (_, asked, meta, message, ...more) => {
    commit(0, asked, meta, ...more)
    await expect(rows()).rejects.toMatchObject({
      code: 'BAD_INPUT_FILE',
      message: expect.stringContaining(message),
      remedy: expect.stringMatching(/\w/),
    })
  })

  test('a file that gets a deletion vector is refused, whatever the order within the commit', async () => {
    const vector = { deletionVector: { storageType: 'u', pathOrInlineDv: 'x', offset: 1 } }
    await write('SELECT 1::BIGINT AS id')
    const { path } = actions(0).at(-1).add
    commit(1, added(path, vector), { remove: { path, dataChange: true } })
    await expect(rows()).rejects.toThrow('a deletion vector')
    commit(2, added(path), { remove: { path, dataChange: true, ...vector } })
    expect(await rows()).toEqual([{ id: 1 }])
  })

  test('features that a table allows and does not use are no obstacle', async () => {
    await write('SELECT 1::BIGINT AS id')
    const features = ['deletionVectors', 'columnMapping', 'timestampNtz']
    commit(1, {
      protocol: {
        minReaderVersion: 3,
        minWriterVersion: 7,
        readerFeatures: features,
        writerFeatures: features,
      },
    })
    expect(await rows()).toEqual([{ id: 1 }])
    await expect(write('SELECT 2::BIGINT AS id')).rejects.toThrow("'deletionVectors'")
  })

  test.each<[string, () => void, string]>([
    ['a commit that is not JSON', () => appendFileSync(log(1), '{"add"'), 'line 3'],
    ['a missing commit', () => rmSync(log(0)), 'version 0 is missing'],
    ['a file outside of the table', () => commit(2, added('../../secret.parquet')), 'outside of the table'],
    [
      'an action without its path',
      () => commit(2, { add: { partitionValues: {} } }),
      'lacks a required member',
    ],
    ['no metadata', () => commit(0, protocol), 'no metadata'],
  ])('%s: the log is damaged', async (_, damage, message) => {
    await write('SELECT 1::BIGINT AS id')
    await write('SELECT 2::BIGINT AS id')
    damage()
    await expect(rows()).rejects.toMatchObject({ code: 'CORRUPT', message: expect.stringContaining(message) })
  })

  test('a folder without a log is no table', async () => {
    mkdirSync(folder)
    await expect(rows()).rejects.toMatchObject({ code: 'BAD_INPUT_FILE' })
  })
})
