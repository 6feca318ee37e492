import { createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer, Question, Sides } from '../../src/core/metric-source.ts'
import { driver } from '../../src/metrics/sql.ts'
import { open } from './place.ts'
import { hasPostgres, type Postgres, startPostgres } from './postgres.ts'
import { events, guardOf, SIDES, START, windowsOf } from './question.ts'

const EACH = `SELECT date_bin($interval, ts, $from) AS at, count(*) AS exposures, count(*) FILTER (WHERE failed) AS events
  FROM requests WHERE arm = $arm AND ts >= $from AND ts < $until GROUP BY 1`
const alone: Sides = { ...SIDES, reference: null }

describe.skipIf(!hasPostgres)('a real PostgreSQL', () => {
  let postgres: Postgres
  beforeAll(async () => {
    postgres = await startPostgres()
    const rows = Array.from({ length: 600 }, (_, i) => {
      const arm = ['candidate', 'control', 'stable'][i % 3]
      return `('${new Date(START + i * 500).toISOString()}', '${arm}', ${i % 30 < 3}, ${i % 100}, 'l${i % 2}')`
    })
    postgres.run(`CREATE TABLE requests (ts timestamptz, arm text, failed boolean, ms numeric, label text);
      INSERT INTO requests VALUES ${rows.join(',\n')};`)
  }, 120_000)
  afterAll(() => postgres.stop())

  const ask = (question: Question, count = 4, sides = SIDES, timeout = '10s'): Promise<Answer> =>
    open(driver, { connection: 'env:DB', timeout }, { env: { DB: postgres.url } }).read(
      question,
      sides,
      windowsOf(count),
    )
  const whyOf = async (query: string, sides = alone, timeout = '10s'): Promise<string | null> => {
    const [reading] = (await ask(events({ query }), 1, sides, timeout)).readings
    return reading?.kind === 'unavailable' ? reading.why : null
  }

  test('one query over all windows, arm by arm', async () => {
    const window = { candidate: { exposures: 40, events: 4 }, reference: { exposures: 80, events: 8 } }
    const { readings, query } = await ask(events({ query: EACH }))
    expect(readings).toEqual(Array(4).fill({ kind: 'events', counts: window }))
    expect(query).toMatch(/^env:DB: SELECT date_bin/)
  })

  test('classes, moments, pairs, a value and a quantile', async () => {
    const from = 'FROM requests WHERE arm = $arm AND ts >= $from AND ts < $until'
    const at = 'date_bin($interval, ts, $from) AS at'
    const one = async (question: Question): Promise<unknown> => (await ask(question, 1)).readings[0]
    const guard = (query: string) => guardOf({ query })
    expect(
      await one({
        kind: 'classes',
        guard: guard(`SELECT ${at}, label AS class, count(*) ${from} GROUP BY 1, 2`),
        edges: null,
      }),
    ).toEqual({ kind: 'classes', classes: { candidate: { l0: 20, l1: 20 }, reference: { l0: 40, l1: 40 } } })
    expect(
      await one({
        kind: 'moments',
        guard: guard(`SELECT ${at}, count(ms) AS n, sum(ms) AS sum, sum(ms * ms) AS squares ${from} GROUP BY 1`),
        cap: null,
      }),
    ).toMatchObject({ kind: 'moments', moments: { candidate: { n: 40, sum: 1740 } } })
    expect(
      await one({ kind: 'pairs', guard: guard('SELECT $from AS at, 3 AS worse, 2 AS better, 1 AS ties') }),
    ).toEqual({
      kind: 'pairs',
      worse: 3,
      better: 2,
      ties: 1,
    })
    expect(await one({ kind: 'value', guard: guard(`SELECT $from AS at, avg(ms) AS value ${from}`) })).toEqual({
      kind: 'value',
      value: 43.5,
    })
    expect(await one({ kind: 'value', guard: guard("SELECT $from AS at, 'NaN'::float8 AS value") })).toEqual({
      kind: 'value',
      value: Number.NaN,
    })
    expect(
      await one({
        kind: 'quantile',
        guard: guard(
          "SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY ms) AS value, count(*) AS n FROM requests WHERE $bundle LIKE 'sha256:%'",
        ),
        quantile: 0.95,
      }),
    ).toMatchObject({ kind: 'quantile', n: 600, value: 94 })
  })

  test('a window without a row is unavailable, not zero', async () => {
    const { readings } = await ask(events({ query: EACH }), 7)
    expect(readings.map(({ kind }) => kind)).toEqual([...Array(5).fill('events'), 'unavailable', 'unavailable'])
    expect(readings[6]).toMatchObject({ why: 'the query gives no row for this window' })
  })

  test.each([
    ['SELECT 1 AS exposures, 0 AS events', 'needs a column "at"'],
    ['SELECT $from AS at, 1 AS exposures', 'candidate.events is missing'],
    ["SELECT $from AS at, '1' AS exposures, 0 AS events", 'exposures is no number: "1"'],
    ['SELECT $from AS at, NULL::int AS exposures, 0 AS events', 'exposures is no number: null'],
    ['SELECT $from AS at, 1 AS exposures, 2 AS events', '2 events among 1 exposures'],
    ['SELECT $from AS at, -1 AS exposures, 0 AS events', 'exposures is -1'],
    ['SELECT $from AS at, 1.5 AS exposures, 0 AS events', 'exposures is 1.5'],
    ["SELECT $from AS at, 'NaN'::numeric AS exposures, 0 AS events", 'exposures is NaN'],
    ['SELECT $until AS at, 1 AS exposures, 0 AS events', 'which was not asked for'],
    ["SELECT 'infinity'::timestamptz AS at, 1 AS exposures, 0 AS events", 'no time'],
    ['SELECT $from AS at, 1 AS exposures, 0 AS events FROM generate_series(1, 2)', 'several rows'],
    ['SELECT $from AS at, 1 AS exposures, 0 AS events FROM generate_series(1, 600000)', 'more than 500000 rows'],
    ['DELETE FROM requests RETURNING ts AS at, 1 AS exposures, 0 AS events', 'read-only transaction'],
    ['SELECT 1; DROP TABLE requests', 'multiple commands'],
    ['COMMIT', 'needs a column|says|no row'],
    ['SELECT $from AS at, 1 / 0 AS exposures', 'division by zero'],
    ['SELECT nonsense', 'nonsense'],
    ['SELECT $1 AS at', 'syntax|parameter'],
    ['SELECT $who AS at', 'can.t have \\$who'],
    ['SELECT pg_sleep(60), $from AS at', 'within 1 s|statement timeout'],
  ])('%s', async (query, why) => {
    expect(await whyOf(query, alone, query.includes('sleep') ? '1s' : '10s')).toMatch(new RegExp(why))
  })

  test('one query that would answer for both sides', async () => {
    expect(await whyOf('SELECT $from AS at, 1 AS exposures, 0 AS events', SIDES)).toMatch(/needs \$arm or \$bundle/)
  })
})

test.each([
  [{}, /the variable DB is not set/],
  [{ DB: 'postgresql://127.0.0.1:1/x' }, /ECONNREFUSED/],
])('nobody there: %o', async (env, why) => {
  const source = open(driver, { connection: 'env:DB' }, { env })
  expect((await source.read(events({ query: EACH }), SIDES, windowsOf(1))).readings[0]).toMatchObject({
    kind: 'unavailable',
    why: expect.stringMatching(why),
  })
})

describe('what only looks like a database', () => {
  /** Speaks the protocol's first words, and then does as it likes. */
  async function fake(then: (socket: Socket) => void): Promise<{ readonly url: string; close(): void }> {
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('data', () => then(socket))
    })
    await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
    const { port } = server.address() as { port: number }
    return {
      url: `postgresql://tests@127.0.0.1:${port}/x?sslmode=disable`,
      close() {
        for (const socket of sockets) socket.destroy()
        server.close()
      },
    }
  }
  const message = (type: string, body: Buffer): Buffer => {
    const head = Buffer.alloc(5)
    head.write(type)
    head.writeInt32BE(body.length + 4, 1)
    return Buffer.concat([head, body])
  }
  const welcome = Buffer.concat([message('R', Buffer.from([0, 0, 0, 0])), message('Z', Buffer.from('I'))])

  test.each([
    ['hangs at once', () => undefined],
    ['hangs after the first words', (socket: Socket) => void socket.write(welcome)],
    ['goes', (socket: Socket) => void socket.end()],
    ['goes after the first words', (socket: Socket) => void socket.end(welcome)],
    ['says something else', (socket: Socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
    [
      'asks for a way in that there is not',
      (socket: Socket) => void socket.end(message('R', Buffer.from([0, 0, 0, 99]))),
    ],
    ['speaks of a length beyond all', (socket: Socket) => void socket.write(Buffer.from([82, 127, 255, 255, 255, 0]))],
  ])('%s', async (_, then) => {
    const server = await fake(then as (socket: Socket) => void)
    try {
      const source = open(driver, { connection: 'env:DB', timeout: '1s' }, { env: { DB: server.url } })
      const { readings } = await source.read(events({ query: EACH }), SIDES, windowsOf(2))
      expect(readings.map(({ kind }) => kind)).toEqual(['unavailable', 'unavailable'])
      expect(readings[0]).toMatchObject({ why: expect.stringMatching(/database/) })
    } finally {
      server.close()
    }
  })

  test('an abort ends it at once', async () => {
    const server = await fake((socket) => void socket.write(welcome))
    try {
      const abort = new AbortController()
      const source = open(
        driver,
        { connection: 'env:DB', timeout: '9h' },
        { env: { DB: server.url }, signal: abort.signal },
      )
      const reading = source.read(events({ query: EACH }), SIDES, windowsOf(1))
      setTimeout(() => abort.abort(new Error('enough')), 50)
      await expect(reading).rejects.toThrow('enough')
    } finally {
      server.close()
    }
  })
})
