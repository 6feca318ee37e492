import { execFileSync, spawn } from 'node:child_process'
import {
  appendFileSync,
  closeSync,
  ftruncateSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PredictionStore } from '../../src/core/ports.ts'
import type { Intake } from '../../src/core/predictions.ts'
import { type Context, type Digest, ingestPredictions } from '../../src/index.ts'
import { codeOf, line, makePlace, type Place, textOf } from './place.ts'

let place: Place
let B: Digest
beforeEach(async () => {
  place = await makePlace()
  B = place.bundle
})
afterEach(() => place.end())

const DARK = `sha256:${'d'.repeat(64)}`
const ids = async (): Promise<readonly unknown[]> =>
  (await place.rows('SELECT request_id FROM predictions ORDER BY ALL')).map((row) => row.request_id)
const counts = async (path: string, more = {}): Promise<readonly number[]> => {
  const { records, duplicates, quarantined, segments } = await place.ingest(path, more)
  return [records, duplicates, quarantined, segments]
}
const many = (from: number, to: number): string =>
  textOf(Array.from({ length: to - from }, (_, i) => line(B, `r${String(from + i).padStart(4, '0')}`)))

test('every field comes back as it was logged', async () => {
  const record = {
    ...{
      ts: '2026-03-22T12:00:00.123456789+02:00',
      request_id: 'é"\\\n😀',
      bundle: B,
      pointer: 'prod',
      seq: 12,
      arm: 'stable',
    },
    ...{
      mode: 'shadow',
      reason: 'SPLIT',
      targeting_key: 'u',
      service: 's',
      entity: 'order:1',
      session_id: 'c',
      op: 'chat',
    },
    ...{
      trace_id: '1'.repeat(32),
      span_id: '2'.repeat(16),
      parent_span_id: '3'.repeat(16),
      input_ref: 'file:1',
      label: true,
    },
    ...{
      score: 0.1,
      scores: { a: 1e-300, b: 2 },
      action: 'block',
      latency_ms: 1,
      ttft_ms: 0.5,
      status: 'error',
      error_type: 'E',
    },
    ...{ finish_reason: 'stop', model_served: 'm', system_fingerprint: 'f', usage: { input_tokens: 9007199254740991 } },
    ...{
      segment: { region: 'eu', n: 3.5, b: false },
      sample_rate: 0.25,
      features_ts: '2026-03-22T00:00:00Z',
      extra: [1, { a: null }],
    },
    ...{ input: { b: [1, 'é'] }, output: 'text' },
  }
  place.file('a.jsonl', textOf([JSON.stringify(record), line(B, 'plain')]))
  expect(await counts('a.jsonl', { keepPayloads: true })).toEqual([2, 0, 0, 1])
  const [full, plain] = await place.rows("SELECT * FROM predictions ORDER BY request_id = 'plain'")
  const { extra: _, ...known } = record
  expect(full).toMatchObject({
    ...known,
    ...{
      ts: '2026-03-22T10:00:00.123456Z',
      features_ts: '2026-03-22T00:00:00.000Z',
      label: 'true',
      event: 'prediction',
    },
    ...{ segment: { region: 'eu', n: '3.5', b: 'false' }, input: '{"b":[1,"é"]}', output: '"text"', applied: false },
    x: '{"extra":[1,{"a":null}]}',
  })
  const given = ['ts', 'request_id', 'bundle', 'event', 'mode', 'applied', 'status', 'sample_rate']
  const there = Object.entries(plain ?? {}).filter(([, value]) => value !== null)
  expect(there.map(([key]) => key).sort()).toEqual(given.sort())
  expect(plain).toMatchObject({ event: 'prediction', mode: 'live', applied: true, status: 'ok', sample_rate: 1 })
})

describe('what can not be read', () => {
  test('is set aside with its place and reason, and stops nothing', async () => {
    const bad = Buffer.concat([
      Buffer.from(`${line(B, 'one')}\n`),
      Buffer.from([0x7b, 0xff, 0xfe, 0x7d, 10]),
      Buffer.from(`${line(B, 'two')}\r\n\n  \n{"a":\u0000}\n`),
      Buffer.from(`${line(B, 'x').replace('123Z', '123')}\n${line('abcdefabcdef', 'y')}\n${line(DARK, 'dark')}\n`),
      Buffer.from(`${line(B.slice(7, 21), 'three')}\n${line(B, 'half')}`),
    ])
    place.file('a.jsonl', bad)
    const data = await place.ingest('a.jsonl')
    expect(data).toMatchObject({ records: 4, duplicates: 0, quarantined: 5, dark: { records: 1, bundles: [DARK] } })
    expect(data.torn).toBe(line(B, 'half').length)
    const offsets = Object.fromEntries(data.refused.map(({ reason, offset }) => [reason, offset]))
    expect(offsets['not UTF-8']).toBe(line(B, 'one').length + 1)
    expect(await ids()).toEqual(['dark', 'one', 'three', 'two'])
  })

  test('is kept line by line only where payloads are', async () => {
    const quarantined = async (keepPayloads: boolean): Promise<string> => {
      place.file('a.jsonl', `{"secret":${keepPayloads}}\n`)
      await place.ingest('a.jsonl', { keepPayloads })
      const { registry } = await place.context()
      const tip = await registry.logs.tip('segments/scorer')
      const { quarantine } = JSON.parse(Buffer.from(tip?.bytes ?? []).toString())
      const chunks: Uint8Array[] = []
      for await (const chunk of registry.objects.get(quarantine.digest)) chunks.push(chunk)
      return Buffer.concat(chunks).toString()
    }
    expect(JSON.parse(await quarantined(false))).toEqual({
      ...{ source: join(place.dir, 'a.jsonl'), offset: 0, length: 16, reason: 'ts is missing' },
    })
    expect(JSON.parse(await quarantined(true)).line).toBe('{"secret":true}')
  })

  test('a line of 80 MB takes no memory and hides nothing', async () => {
    const path = place.file('a.jsonl', `${line(B, 'before')}\n{"input":"`)
    const fd = openSync(path, 'a')
    for (let i = 0; i < 80; i++) writeSync(fd, 'x'.repeat(2 ** 20))
    writeSync(fd, `"}\n${line(B, 'after')}\n`)
    closeSync(fd)
    const before = process.memoryUsage.rss()
    const data = await place.ingest('a.jsonl')
    expect(data).toMatchObject({ records: 2, quarantined: 1 })
    expect(data.refused[0]?.reason).toContain('too long')
    expect(process.memoryUsage.rss() - before).toBeLessThan(400 * 2 ** 20)
    expect(await counts('a.jsonl')).toEqual([0, 0, 0, 0])
  })

  test('a line without an end that is too long waits for its end', async () => {
    const path = place.file('a.jsonl', `${line(B, 'before')}\n`)
    appendFileSync(path, 'x'.repeat(9 * 2 ** 20))
    expect(await place.ingest('a.jsonl')).toMatchObject({ records: 1, quarantined: 0, torn: 9 * 2 ** 20 })
    appendFileSync(path, `\n${line(B, 'after')}\n`)
    expect(await counts('a.jsonl')).toEqual([1, 0, 1, 1])
  })

  test('however deep it goes', async () => {
    const deep = (n: number): string =>
      line(B, `deep-${n}`).replace(/}$/, `,"x":{"a":${'['.repeat(n)}${']'.repeat(n)}}}`)
    place.file('a.jsonl', textOf([line(B, 'before'), deep(200), deep(20_000), line(B, 'after')]))
    expect(await place.ingest('a.jsonl')).toMatchObject({ records: 3, quarantined: 1 })
  })

  test('says which profile it looks like', async () => {
    place.file('a.jsonl', '{"resourceSpans":[]}\n')
    expect((await place.ingest('a.jsonl')).looks_like).toBe('otlp')
  })

  test('is refused as a whole where Node can not read it', async () => {
    place.file('a.jsonl.xz', Buffer.from('fd377a5800', 'hex'))
    expect(await codeOf(place.ingest('a.jsonl.xz'))).toBe('USAGE')
    expect(await codeOf(place.ingest('none.jsonl'))).toBe('FILE_MISSING')
    place.file('logs/a.jsonl.xz', Buffer.from('fd377a5800', 'hex'))
    place.file('logs/b.jsonl', many(0, 3))
    place.file('logs/c.jsonl.gz', gzipSync(many(3, 6)).subarray(0, -6))
    const data = await place.ingest('logs')
    expect(data.records).toBe(6)
    expect(data.skipped.map(({ file }) => file.slice(-8)).sort()).toEqual(['jsonl.gz', 'jsonl.xz'])
  })
})

test('in a folder, links to folders are not followed, and what is no file is not read', async () => {
  place.file('logs/below/a.jsonl', many(0, 3))
  place.file('elsewhere/b.jsonl', many(3, 5))
  symlinkSync('.', join(place.dir, 'logs/round'))
  symlinkSync('../elsewhere', join(place.dir, 'logs/out'))
  symlinkSync('../elsewhere/b.jsonl', join(place.dir, 'logs/file.jsonl'))
  symlinkSync('nowhere', join(place.dir, 'logs/dangling.jsonl'))
  symlinkSync('/proc/self/task', join(place.dir, 'logs/vanishing'))
  execFileSync('mkfifo', [join(place.dir, 'logs/pipe.jsonl')])
  expect(await place.ingest('logs')).toMatchObject({ records: 5, quarantined: 0, skipped: [] })
  expect(await counts('logs')).toEqual([0, 0, 0, 0])
  expect(await codeOf(place.ingest('logs/pipe.jsonl'))).toBe('USAGE')
})

describe('the same again', () => {
  test('is nothing, however it is called and however it is packed', async () => {
    const path = place.file('logs/app.jsonl', many(0, 50))
    expect(await counts('logs')).toEqual([50, 0, 0, 1])
    expect(await counts('logs')).toEqual([0, 0, 0, 0])
    renameSync(path, `${path}.1`)
    place.file('logs/app.jsonl', many(50, 60))
    expect(await counts('logs')).toEqual([10, 0, 0, 1])
    place.file('logs/app.jsonl.2.gz', gzipSync(many(0, 50)))
    rmSync(`${path}.1`)
    expect(await counts('logs')).toEqual([0, 0, 0, 0])
    const { registry } = await place.context()
    expect((await registry.logs.tip('segments/scorer'))?.seq).toBe(2)
  })

  test('goes on where it was: after an end that was torn, and after what was appended', async () => {
    const whole = many(0, 20)
    const path = place.file('a.jsonl', whole.slice(0, whole.length - 30))
    expect(await counts('a.jsonl')).toEqual([19, 0, 0, 1])
    writeFileSync(path, whole)
    expect(await counts('a.jsonl')).toEqual([1, 0, 0, 1])
    appendFileSync(path, many(20, 22))
    expect(await counts('a.jsonl')).toEqual([2, 0, 0, 1])
  })

  test('is found by identity where the bytes are others', async () => {
    place.file('a.jsonl', many(0, 10))
    place.file('b.jsonl', many(20, 25) + many(5, 12))
    expect(await counts('a.jsonl')).toEqual([10, 0, 0, 1])
    expect(await counts('b.jsonl')).toEqual([7, 5, 0, 1])
    expect(await ids()).toHaveLength(17)
  })

  test('one id twice: the first counts, and a shadow, a step, another bundle and each outcome are others', async () => {
    const span = { event: 'step', trace_id: '1'.repeat(32) }
    const outcome = (name: string, value: unknown) => ({ event: 'outcome', outcome: { name, value } })
    const all = [
      line(B, 'r', outcome('clicked', true)),
      line(B, 'r', { label: 'first' }),
      line(B, 'r', { label: 'second', ts: '2026-03-22T00:00:00Z' }),
      line(B, 'r', { mode: 'shadow' }),
      line(DARK, 'r'),
      line(B, 'r', { ...span, span_id: 'a'.repeat(16) }),
      line(B, 'r', { ...span, span_id: 'b'.repeat(16) }),
      line(B, 'r', outcome('clicked', false)),
      line(B, 'r', outcome('refund', 1.5)),
    ]
    place.file('a.jsonl', textOf(all))
    expect(await counts('a.jsonl')).toEqual([7, 2, 0, 1])
    const first = `SELECT label, outcome_value AS v FROM predictions WHERE mode = 'live' AND bundle = '${B}'`
    expect(await place.rows(`${first} AND event = 'prediction'`)).toEqual([{ label: 'first', v: null }])
    expect(await place.rows(`${first} AND outcome_name = 'clicked'`)).toEqual([{ label: null, v: 'true' }])
  })
})

test('an id that comes back after days is another prediction', async () => {
  const day = (n: number, more = {}): string => line(B, 'customer-17', { ts: `2026-03-0${n}T06:00:00Z`, ...more })
  place.file(
    'a.jsonl',
    textOf([day(1), day(3), day(1, { label: 'again' }), day(3, { ts: '2026-03-02T06:00:00.001Z' })]),
  )
  expect(await counts('a.jsonl')).toEqual([2, 2, 0, 1])
  place.file('b.jsonl', textOf([line(B, 'other'), day(5), day(4)]))
  expect(await counts('b.jsonl')).toEqual([2, 1, 0, 1])
})

describe('a file that changes under us', () => {
  test('is read anew where it was cut and begun anew, with NULs or without', async () => {
    const path = place.file('a.jsonl', many(0, 10))
    expect(await counts('a.jsonl')).toEqual([10, 0, 0, 1])
    truncateSync(path)
    appendFileSync(path, many(10, 13))
    expect(await counts('a.jsonl')).toEqual([3, 0, 0, 1])
    const fd = openSync(path, 'r+')
    ftruncateSync(fd, 0)
    writeSync(fd, many(13, 15), 9 * 2 ** 20)
    closeSync(fd)
    expect(statSync(path).size).toBeGreaterThan(9 * 2 ** 20)
    expect(await counts('a.jsonl')).toEqual([2, 0, 0, 1])
    expect(await ids()).toHaveLength(15)
  })

  test('is followed through appends, rotation and truncation until it is told to end', async () => {
    const path = place.file('logs/app.jsonl', many(0, 5))
    const stop = new AbortController()
    const ctx = await place.context({ signal: stop.signal })
    const input = {
      path: 'logs/app.jsonl',
      profile: null,
      keepPayloads: false,
      hashKey: null,
      bundle: null,
      everyMs: 50,
    }
    const following = codeOf(ingestPredictions(ctx, input))
    const have = async (count: number): Promise<void> =>
      void (await expect.poll(ids, { timeout: 20_000, interval: 100 }).toHaveLength(count))
    await have(5)
    appendFileSync(path, many(5, 8).slice(0, -10))
    await have(7)
    appendFileSync(path, many(7, 8).slice(-10))
    await have(8)
    renameSync(path, `${path}.1`)
    // Its writer has not noticed yet.
    appendFileSync(`${path}.1`, many(8, 10))
    await have(10)
    writeFileSync(path, many(10, 14))
    await have(14)
    truncateSync(path)
    appendFileSync(path, many(14, 15))
    await have(15)
    stop.abort('SIGINT')
    expect(await following).toBe('INTERRUPTED')
  })

  test('is followed alone, and what it was between two looks is read too, whatever it was rotated to', async () => {
    const path = place.file('logs/app.jsonl', many(0, 5))
    // What was there before nobody asked for, nor for another log.
    place.file('logs/app.jsonl.1', many(900, 905))
    place.file('logs/app-errors.jsonl', many(910, 915))
    const stop = new AbortController()
    const ctx = await place.context({ signal: stop.signal })
    const none = { profile: null, keepPayloads: false, hashKey: null, bundle: null }
    const following = codeOf(ingestPredictions(ctx, { path: 'logs/app.jsonl', ...none, everyMs: 300 }))
    const have = async (count: number): Promise<void> =>
      void (await expect.poll(ids, { timeout: 20_000, interval: 100 }).toHaveLength(count))
    await have(5)
    let next = 5
    const take = (n: number): string => {
      next += n
      return many(next - n, next)
    }
    // Three names in no time: the one in the middle was never under the log's own while anybody looked.
    for (const name of ['logs/app.jsonl.3', 'logs/app-2026-09-30T10-00-00.jsonl']) {
      appendFileSync(path, take(2))
      renameSync(path, join(place.dir, name))
      writeFileSync(path, take(3))
    }
    await have(15)
    renameSync(path, join(place.dir, 'logs/app.jsonl.4'))
    // One that is being compressed while it is looked at.
    const packed = gzipSync(take(40))
    place.file('logs/app.jsonl.2.gz', packed.subarray(0, 60))
    writeFileSync(path, take(1))
    await have(16)
    // So slowly that it is given up, until it changes.
    await expect.poll(place.warnings, { timeout: 20_000, interval: 100 }).toContain('LOG_SKIPPED')
    writeFileSync(join(place.dir, 'logs/app.jsonl.2.gz'), packed)
    await have(56)
    // More segments than are left alone: they are made one while it goes on.
    for (let i = 0; i < 18; i++) {
      appendFileSync(path, take(1))
      await have(57 + i)
    }
    stop.abort('SIGINT')
    expect(await following).toBe('INTERRUPTED')
    expect(await ids()).toEqual([...many(0, next).matchAll(/r\d{4}/g)].map(([id]) => id))
  }, 60_000)
})

test('a byte order mark before the first line is no part of it', async () => {
  const mark = Buffer.from([0xef, 0xbb, 0xbf])
  place.file('a.jsonl', Buffer.concat([mark, Buffer.from(many(0, 3))]))
  place.file('b.jsonl', Buffer.concat([mark, Buffer.from(textOf([line(B, 'é', { region: 'é' })]))]))
  place.file('c.jsonl', Buffer.concat([mark, Buffer.from('\r\n')]))
  expect(await place.ingest('a.jsonl')).toMatchObject({ records: 3, quarantined: 0 })
  expect(await place.ingest('b.jsonl')).toMatchObject({ records: 1, quarantined: 0 })
  expect(await place.ingest('c.jsonl')).toMatchObject({ records: 0, quarantined: 0 })
})

test('clocks that are wrong are counted, and nothing is thrown away for them', async () => {
  const now = new Date()
  const at = (hours: number): string => new Date(now.getTime() + hours * 3_600_000).toISOString()
  place.file('a.jsonl', textOf([-1, 0, 1, 24 * 365].map((hours, i) => line(B, `r${i}`, { ts: at(hours) }))))
  expect(await place.ingest('a.jsonl')).toMatchObject({ records: 4, ahead: 2 })
})

test('standard input is read to its end, which needs no newline', async () => {
  const text = many(0, 3).trimEnd()
  const run = async (): Promise<Record<string, unknown>> => {
    const aiship = resolve(import.meta.dirname, '../../bin/aiship.js')
    const child = spawn(process.execPath, [aiship, 'predictions', 'ingest', '-', '--json'], { cwd: place.dir })
    let out = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stdin.end(text)
    await new Promise((done) => child.once('close', done))
    return JSON.parse(out).data
  }
  expect(await run()).toMatchObject({ records: 3, duplicates: 0, path: '-' })
  expect(await run()).toMatchObject({ records: 0, duplicates: 3, segments: 0 })
  expect(await ids()).toHaveLength(3)
})

test('a pipe that goes on is read as it comes, and ends when it is told to', async () => {
  const aiship = resolve(import.meta.dirname, '../../bin/aiship.js')
  const words = ['predictions', 'ingest', '-', '--follow', '--every', '200ms']
  const child = spawn(process.execPath, [aiship, ...words], { cwd: place.dir, stdio: ['pipe', 'ignore', 'ignore'] })
  const ended = new Promise((done) => child.once('close', done))
  const have = async (count: number): Promise<void> =>
    void (await expect.poll(ids, { timeout: 20_000, interval: 100 }).toHaveLength(count))
  child.stdin.write(many(0, 3))
  await have(3)
  child.stdin.write(many(3, 5))
  await have(5)
  child.kill('SIGTERM')
  expect(await ended).toBe(143)
})

test('what fails is told when what is being written is written, and nothing is left open', async () => {
  const log = place.file('log.jsonl', many(0, 2000))
  const ctx = await place.context()
  const order: string[] = []
  const store = await ctx.predictions?.()
  const failing: Context = {
    ...ctx,
    predictions: async () => ({
      ...(store as PredictionStore),
      async intake(...asked) {
        const intake = await (store as PredictionStore).intake(...asked)
        async function* chunks(): ReturnType<Intake['chunks']> {
          for await (const chunk of intake.chunks()) {
            const close = (): void => {
              order.push('written')
              chunk.close()
            }
            yield { ...chunk, close }
          }
          throw new Error('the log could not be read on')
        }
        const close = (): void => {
          order.push('closed')
          intake.close()
        }
        return { ...intake, chunks, close }
      },
    }),
  }
  const input = { path: log, profile: null, keepPayloads: false, hashKey: null, bundle: null, everyMs: null }
  await expect(ingestPredictions(failing, input)).rejects.toThrow('could not be read on')
  expect(order).toEqual(['written', 'closed'])
  expect(await ids()).toHaveLength(2000)
})
