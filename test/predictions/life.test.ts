import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { canonicalBytes } from '../../src/core/digest.ts'
import type { RemediationEntry } from '../../src/core/model.gen.ts'
import { EMPTY_STEP, remediationLog } from '../../src/core/remediation.ts'
import {
  type Digest,
  dropPredictions,
  fsck,
  gc,
  hold,
  ingestPredictions,
  predictionsSql,
  promote,
  pull,
  push,
  repack,
} from '../../src/index.ts'
import { append, newest } from '../../src/ops/logs.ts'
import { openEngine } from '../../src/predictions/duckdb.ts'
import { ENGINE } from '../../src/predictions/version.ts'
import { codeOf, line, makePlace, type Place, textOf } from './place.ts'

const ROOT = resolve(import.meta.dirname, '../..')

let place: Place
let B: Digest
beforeEach(async () => {
  place = await makePlace()
  B = place.bundle
})
afterEach(() => place.end())

const at = (daysAgo: number): string => new Date(Date.now() - daysAgo * 86_400_000).toISOString()
const log = (name: string, from: number, count: number, daysAgo: number, bundle: string = B): string =>
  place.file(name, textOf(Array.from({ length: count }, (_, i) => line(bundle, `r${from + i}`, { ts: at(daysAgo) }))))
const segmentsOf = async (registry?: string): Promise<readonly Digest[]> => {
  const ctx = await place.context(registry === undefined ? {} : { registry })
  const found: Digest[] = []
  for (const seq of await ctx.registry.logs.numbers('segments/scorer')) {
    const record = await ctx.registry.logs.read('segments/scorer', seq)
    const entry = JSON.parse(Buffer.from(record?.bytes ?? []).toString())
    if (entry.segment !== null) found.push(entry.segment.digest)
  }
  return found
}
const fileOf = (digest: Digest): string => join(place.dir, '.aiship/objects', digest.slice(7, 9), digest.slice(9))
const count = async (): Promise<unknown> => (await place.rows('SELECT count(*) AS n FROM predictions'))[0]?.n

describe('a segment', () => {
  test('that was deleted behind our back is missed aloud, by queries and by fsck', async () => {
    log('a.jsonl', 0, 10, 1)
    log('b.jsonl', 10, 5, 0)
    await place.ingest('a.jsonl')
    await place.ingest('b.jsonl')
    const [first] = await segmentsOf()
    place.warnings()
    rmSync(fileOf(first as Digest))
    expect(await count()).toBe(5)
    expect(place.warnings()).toContain('SEGMENT_MISSING')
    const data = await predictionsSql(await place.context(), { sql: 'SELECT 1 AS one', sinceMs: null, bundles: [] })
    expect(data.data.missing).toEqual([first])
    const ctx = await place.context()
    await expect(fsck(ctx, { readData: false, repair: false })).rejects.toThrow(/segmentMissing/)
    // What it had may come again, and does no harm to what is there.
    log('c.jsonl', 12, 5, 0)
    expect(await place.ingest('c.jsonl')).toMatchObject({ records: 2, duplicates: 3 })
    // Also from the logs that were read before: then it is all there again.
    expect(await place.ingest('b.jsonl')).toMatchObject({ records: 0 })
    expect(await place.ingest('a.jsonl')).toMatchObject({ records: 10 })
    expect(await count()).toBe(17)
  })

  test('with other bytes never reaches a reader', async () => {
    log('a.jsonl', 0, 10, 1)
    await place.ingest('a.jsonl')
    const [first] = await segmentsOf()
    const file = fileOf(first as Digest)
    const bytes = readFileSync(file)
    bytes[40] = (bytes[40] ?? 0) ^ 1
    chmodSync(file, 0o644)
    writeFileSync(file, bytes)
    expect(await codeOf(count())).toBe('CORRUPT')
  })

  test('stays with its bundle in a gc, and is a file of its own after a repack', async () => {
    log('a.jsonl', 0, 10, 100)
    await place.ingest('a.jsonl')
    const [first] = await segmentsOf()
    const { data } = await gc(await place.context(), { apply: true, olderThanMs: 0, keepMs: 0 })
    expect(data.garbage.objects).toBe(0)
    await repack(await place.context(), {})
    expect(
      readFileSync(fileOf(first as Digest))
        .subarray(0, 4)
        .toString(),
    ).toBe('PAR1')
    expect(await count()).toBe(10)
  })
})

test('many small segments become one, what could not be read stays, and nothing is counted twice', async () => {
  for (let i = 0; i < 17; i++) {
    log('a.jsonl', i * 10, 10, 0)
    writeFileSync(join(place.dir, 'a.jsonl'), `${readFileSync(join(place.dir, 'a.jsonl'), 'utf8')}no ${i}\n`)
    expect(await place.ingest('a.jsonl')).toMatchObject({ records: 10, quarantined: 1 })
  }
  const { data } = await predictionsSql(await place.context(), {
    ...{ sql: 'SELECT count(*) AS n, count(DISTINCT request_id) AS d FROM predictions', sinceMs: null, bundles: [] },
  })
  expect(data).toMatchObject({ rows: [{ n: 170, d: 170 }], segments: 2 })
  const gone = (await gc(await place.context(), { apply: true, olderThanMs: 0, keepMs: 0 })).data
  expect(gone.garbage.objects).toBe(16)
  expect(await count()).toBe(170)
  expect(await place.ingest('a.jsonl')).toMatchObject({ records: 0, quarantined: 0 })
})

describe('dropping', () => {
  const drop = async (days: number, apply = true) =>
    (await dropPredictions(await place.context(), { olderThanMs: days * 86_400_000, apply, reason: null })).data

  test('takes whole segments, says so first, and a gc takes the objects', async () => {
    log('old.jsonl', 0, 10, 100)
    log('new.jsonl', 10, 5, 1)
    await place.ingest('old.jsonl')
    await place.ingest('new.jsonl')
    const [old] = await segmentsOf()
    expect(await drop(90, false)).toMatchObject({ applied: false, dropped: { records: 10 }, left: { records: 5 } })
    expect(await count()).toBe(15)
    expect(await drop(90)).toMatchObject({ applied: true, dropped: { segments: 1, records: 10 }, kept: [] })
    expect(await count()).toBe(5)
    const { data } = await gc(await place.context(), { apply: true, olderThanMs: 0, keepMs: 0 })
    expect(data.items.map(({ digest }) => digest)).toContain(old)
    // The same file again is still nothing new.
    expect(await place.ingest('old.jsonl')).toMatchObject({ records: 0, segments: 0 })
  })

  test('never takes what a hold is about', async () => {
    log('old.jsonl', 0, 10, 100)
    await place.ingest('old.jsonl')
    await promote(await place.context(), {
      ...{ ref: 'v1', pointer: 'prod', create: true, reason: null },
      ...{ override: null, resetRoute: false, leavingBad: null },
    })
    expect(await drop(90, false)).toMatchObject({ dropped: { records: 10 } })
    await hold(await place.context(), { pointer: 'prod', reason: 'INC-42' })
    expect(await drop(90)).toMatchObject({ dropped: { records: 0 }, kept: [{ records: 10 }] })
    expect(await count()).toBe(10)
  })
})

describe('a plan', () => {
  /** An entry that names a plan, which names a segment. */
  async function plan(segments: readonly Digest[]) {
    const { registry } = await place.context()
    const batch = await registry.objects.batch()
    const { digest } = await batch.bytes(canonicalBytes({ kind: 'plan', segments }))
    await batch.flush()
    await batch.close()
    const log = remediationLog('scorer', digest)
    const step = async (action: RemediationEntry['action']) => {
      const ctx = await place.context()
      await append(ctx, log, await newest(ctx, log), { ...EMPTY_STEP, plan: digest, action })
    }
    await step('planned')
    return step
  }

  test('keeps the segments that only its object names: from dropping, merging, and a gc', async () => {
    log('old.jsonl', 0, 10, 100)
    await place.ingest('old.jsonl')
    const [old] = await segmentsOf()
    await plan([old as Digest])
    const { data } = await dropPredictions(await place.context(), { olderThanMs: 0, apply: true, reason: null })
    expect(data.kept).toMatchObject([
      { segment: old, why: expect.stringMatching(/^a repair needs it until .* aiship remediate abort [0-9a-f]{12}$/) },
    ])
    for (let i = 1; i < 18; i++) {
      log('a.jsonl', i * 10, 10, 0)
      await place.ingest('a.jsonl')
    }
    expect(await count()).toBe(180)
    await gc(await place.context(), { apply: true, olderThanMs: 0, keepMs: 0 })
    expect(readFileSync(fileOf(old as Digest)).length).toBeGreaterThan(0)
    expect(await count()).toBe(180)
  })

  test.each(['closed', 'aborted'] as const)('that is %s lets them go', async (end) => {
    log('old.jsonl', 0, 10, 100)
    await place.ingest('old.jsonl')
    const step = await plan(await segmentsOf())
    const drop = async () =>
      (await dropPredictions(await place.context(), { olderThanMs: 0, apply: true, reason: null })).data
    await step('replayed')
    expect(await drop()).toMatchObject({ dropped: { records: 0 } })
    await step(end)
    expect(await drop()).toMatchObject({ dropped: { records: 10 }, kept: [] })
    await gc(await place.context(), { apply: true, olderThanMs: 0, keepMs: 0 })
    expect(await count()).toBe(0)
  })

  test('that is planned after a segment left the list keeps it from a gc too', async () => {
    log('old.jsonl', 0, 10, 100)
    await place.ingest('old.jsonl')
    const [old] = await segmentsOf()
    const garbage = async () =>
      (await gc(await place.context(), { apply: false, olderThanMs: 0, keepMs: 0 })).data.items.map(
        ({ digest }) => digest,
      )
    await dropPredictions(await place.context(), { olderThanMs: 0, apply: true, reason: null })
    expect(await garbage()).toContain(old)
    await plan([old as Digest])
    expect(await garbage()).not.toContain(old)
  })
})

describe('another registry', () => {
  test('gets segments by push and pull, once each, without what it has', async () => {
    log('a.jsonl', 0, 10, 1)
    log('b.jsonl', 5, 10, 1)
    await place.ingest('a.jsonl')
    const other = join(place.dir, 'other')
    const send = { ref: 'v1', to: other, create: true, predictions: true }
    expect((await push(await place.context(), send)).data.predictions).toEqual({ segments: 1, records: 10 })
    expect(await segmentsOf(other)).toEqual(await segmentsOf())
    expect((await push(await place.context(), send)).data.predictions).toEqual({ segments: 0, records: 0 })
    const there = await place.context({ registry: other })
    const request = { path: 'b.jsonl', profile: null, keepPayloads: false, hashKey: null, bundle: null, everyMs: null }
    expect((await ingestPredictions(there, request)).data).toMatchObject({ records: 5, duplicates: 5 })
    await place.ingest('b.jsonl')
    const back = await pull(await place.context(), { from: other, ref: 'v1', predictions: true })
    expect(back.data.predictions).toEqual({ segments: 0, records: 0 })
    expect(await count()).toBe(15)
  })

  test('is told of segments that can not be sent, because they are gone', async () => {
    log('a.jsonl', 0, 10, 1)
    await place.ingest('a.jsonl')
    rmSync(fileOf((await segmentsOf())[0] as Digest))
    place.warnings()
    const send = { ref: 'v1', to: join(place.dir, 'other'), create: true, predictions: true }
    expect((await push(await place.context(), send)).data.predictions).toEqual({ segments: 0, records: 0 })
    expect(place.warnings()).toEqual(['SEGMENT_MISSING'])
  })
})

describe('the SQL of others', () => {
  const REFUSED = [
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM read_parquet('https://example.com/a.parquet')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "COPY (SELECT 1) TO '/tmp/aiship-copied'",
    "ATTACH '/tmp/aiship-attached.db'",
    "SET memory_limit = '100GB'",
    'SET enable_external_access = true',
    'INSTALL httpfs',
    'LOAD httpfs',
    'CREATE TABLE t AS SELECT 1',
    'DROP VIEW predictions',
    'SELECT 1; SELECT 2',
    'PRAGMA enable_profiling',
    "EXPORT DATABASE '/tmp/aiship-exported'",
    'CALL pragma_version()',
    'not SQL at all',
    '',
  ]

  test('reaches nothing else and changes nothing', async () => {
    log('a.jsonl', 0, 3, 1)
    await place.ingest('a.jsonl')
    for (const sql of REFUSED) expect([sql, await codeOf(place.rows(sql))]).toEqual([sql, 'USAGE'])
  })

  test('can not write to the segments that it reads', async () => {
    log('a.jsonl', 0, 3, 1)
    await place.ingest('a.jsonl')
    const [first] = await segmentsOf()
    const copy = `COPY (SELECT 1) TO '${fileOf(first as Digest)}' (FORMAT parquet, USE_TMP_FILE false)`
    for (const sql of [
      copy,
      `EXPLAIN ANALYZE ${copy}`,
      `/**/ EXPLAIN (ANALYZE) ${copy}`,
      `FROM (EXPLAIN ANALYZE ${copy})`,
    ])
      expect([sql, await codeOf(place.rows(sql))]).toEqual([sql, 'USAGE'])
    expect(await count()).toBe(3)
  })

  test('that takes more memory than it may have is told how to take less', async () => {
    log('a.jsonl', 0, 3, 1)
    await place.ingest('a.jsonl')
    const rows = place.rows("SELECT array_agg(repeat('x', 100000) || range) FROM range(20000)")
    await expect(rows).rejects.toMatchObject({ code: 'USAGE', hint: expect.stringMatching(/--since .*--bundle/) })
  })

  test('is answered in a window, of bundles, and not beyond ten thousand rows', async () => {
    log('old.jsonl', 0, 10, 5)
    log('new.jsonl', 10, 5, 1)
    await place.ingest('old.jsonl')
    await place.ingest('new.jsonl')
    const ask = async (sql: string, more = {}) =>
      (await predictionsSql(await place.context(), { sql, sinceMs: null, bundles: [], ...more })).data
    const all = 'SELECT count(*) AS n FROM predictions'
    expect(await ask(all, { sinceMs: 2 * 86_400_000 })).toMatchObject({ rows: [{ n: 5 }], segments: 1 })
    expect(await ask(all, { bundles: ['v1'] })).toMatchObject({ rows: [{ n: 15 }] })
    const { rows, cut } = await ask('SELECT * FROM range(20000)')
    expect([rows.length, cut]).toEqual([10_000, true])
    expect(await ask("WITH a AS (FROM predictions) SELECT count(*) AS n FROM a WHERE ts > '2020-01-01'")).toMatchObject(
      { rows: [{ n: 15 }] },
    )
  })
})

test('an app without predictions has none, and its view has the columns', async () => {
  expect(await place.rows('SELECT count(*) AS n, count(score) AS s FROM predictions')).toEqual([{ n: 0, s: 0 }])
})

describe('without the engine', () => {
  test('everything else works, and what needs it says how to get it', () => {
    const copy = mkdtempSync(join(tmpdir(), 'aiship-bare-'))
    try {
      for (const folder of ['bin', 'dist', 'package.json'])
        cpSync(join(ROOT, folder), join(copy, folder), { recursive: true })
      const run = (...args: readonly string[]) =>
        spawnSync(process.execPath, [join(copy, 'bin/aiship.js'), ...args], { cwd: place.dir, encoding: 'utf8' })
      expect(run('promote', 'v1', 'prod', '--create', '--yes').status).toBe(0)
      expect(run('resolve', 'prod').stdout.trim()).toBe(B)
      log('a.jsonl', 0, 3, 1)
      for (const args of [
        ['predictions', 'ingest', 'a.jsonl'],
        ['predictions', 'sql', 'SELECT 1'],
      ]) {
        const { status, stderr } = run(...args)
        expect(status).toBe(2)
        expect(stderr).toContain('[ENGINE_MISSING]')
        expect(stderr.trimEnd().split('\n').at(-1)).toContain(`npm install -g ${ENGINE}`)
      }
    } finally {
      rmSync(copy, { recursive: true, force: true })
    }
  })

  test('the version that is asked for is the one that is tested', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    expect(Object.entries(optionalDependencies).map(([name, version]) => `${name}@${version}`)).toEqual([ENGINE])
    const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
    for (const machine of ['linux-x64', 'linux-arm64', 'darwin-arm64'])
      expect(packages).toHaveProperty([`node_modules/@duckdb/node-bindings-${machine}`])
  })
})

test('no command loads the engine but those that read predictions', () => {
  // A package of that name that says when it is loaded.
  const copy = mkdtempSync(join(tmpdir(), 'aiship-spy-'))
  try {
    for (const folder of ['bin', 'dist', 'package.json'])
      cpSync(join(ROOT, folder), join(copy, folder), { recursive: true })
    const spy = join(copy, 'node_modules/@duckdb/node-api')
    mkdirSync(spy, { recursive: true })
    writeFileSync(join(spy, 'package.json'), '{"name":"@duckdb/node-api","main":"index.js"}')
    writeFileSync(join(spy, 'index.js'), "throw new Error('the engine was loaded')\n")
    const run = (...args: readonly string[]) =>
      spawnSync(process.execPath, [join(copy, 'bin/aiship.js'), ...args], { cwd: place.dir, encoding: 'utf8' })
    expect(run('predictions', 'sql', 'SELECT 1').stderr).toContain('the engine was loaded')
    for (const args of [
      ['promote', 'v1', 'prod', '--create', '--yes'],
      ['resolve', 'prod'],
      ['log', 'prod'],
      ['status'],
      ['ls'],
      ['hold', 'prod'],
      ['help'],
    ])
      expect(run(...args)).toMatchObject({ status: 0, stderr: expect.not.stringContaining('engine') })
    expect(run('rollback', 'prod').stderr).not.toContain('engine')
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
})

test.runIf(existsSync('/dev/full'))('a disk that is full when a segment is written is told as such', async () => {
  const engine = await openEngine(place.dir, 128, new AbortController().signal)
  const full = engine.run("COPY (SELECT 1) TO '/dev/full' (FORMAT parquet, USE_TMP_FILE false)")
  await expect(full).rejects.toMatchObject({ code: 'DISK_FULL' })
  engine.close()
})
