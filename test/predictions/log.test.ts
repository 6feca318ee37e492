import { spawnSync } from 'node:child_process'
import fs, { appendFileSync, closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { checkout, createPredictionLog } from '../../src/index.ts'
import { makePlace, type Place } from './place.ts'

const EXAMPLES = resolve(import.meta.dirname, '../../examples/prediction-logs')

let place: Place
let served: string
beforeAll(async () => {
  place = await makePlace()
  served = join(place.dir, 'served')
  const asks = { ref: 'v1', dir: served, only: null }
  await checkout(await place.context(), asks)
})
afterAll(() => place.end())

const linesOf = (file: string): readonly Record<string, unknown>[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((one) => JSON.parse(one))

describe('a log', () => {
  test('has what the checkout serves, hashes payloads, and can be ingested as it is', async () => {
    const file = join(place.dir, 'own.jsonl')
    const log = createPredictionLog({ to: file, release: served, defaults: { service: 'scorer' } })
    log.log({
      request_id: 'a',
      input: { b: 2, a: 1 },
      output: 'x',
      label: 'allow',
      score: 0.5,
      segment: { region: 'eu' },
    })
    log.log({ request_id: 'b', score: Number.NaN })
    log.close()
    const [first] = linesOf(file)
    expect(first).toMatchObject({ bundle: place.bundle, service: 'scorer', input_hash: log.hash({ a: 1, b: 2 }) })
    expect(first).not.toHaveProperty('input')
    expect(await place.ingest('own.jsonl')).toMatchObject({ records: 2, quarantined: 0 })
  })

  test('hashes with a key, and keeps payloads where it is told to', () => {
    const lines: string[] = []
    const to = (one: string): void => void lines.push(one)
    const log = createPredictionLog({
      to,
      defaults: { bundle: place.bundle },
      hashKey: 'k'.repeat(16),
      keepPayloads: true,
    })
    log.log({ request_id: 'a', input: [1] })
    const [first] = lines.map((one) => JSON.parse(one))
    // printf '[1]' | openssl dgst -sha256 -hmac kkkkkkkkkkkkkkkk
    expect(first).toMatchObject({
      input: [1],
      input_hash: 'hmac-sha256:79a7288f9f9bd9b4bab4e326d1ea792f9cbb8ebcab723f360fafc65817d818cf',
    })
  })

  test('never throws, and counts what it could not write', () => {
    const onError = vi.fn(() => {
      throw new Error('and this neither')
    })
    const to = (): never => {
      throw new Error('the disk is full')
    }
    const log = createPredictionLog({ to, defaults: { bundle: place.bundle }, onError })
    const circle: Record<string, unknown> = {}
    circle.self = circle
    log.log({ request_id: 'a' })
    log.log({ request_id: 'b', x: circle })
    log.log({ request_id: 'c', x: { big: 1n } })
    log.log({ request_id: 'd', input: circle })
    expect([log.failed, onError.mock.calls.length]).toEqual([4, 4])
  })

  test('logs all of a request or nothing, and says at which rate', () => {
    const lines: string[] = []
    const log = createPredictionLog({
      to: (one) => void lines.push(one),
      defaults: { bundle: place.bundle },
      sampleRate: 0.25,
    })
    for (let i = 0; i < 4000; i++)
      for (const event of ['prediction', 'outcome'] as const) log.log({ request_id: `r${i}`, event })
    const records = lines.map((one) => JSON.parse(one))
    const requests = new Set(records.map((one) => one.request_id))
    expect(records).toHaveLength(2 * requests.size)
    expect(requests.size).toBeGreaterThan(850)
    expect(requests.size).toBeLessThan(1150)
    expect(records.every((one) => one.sample_rate === 0.25)).toBe(true)
  })

  test('that is closed never writes to a file that was opened since', () => {
    const log = createPredictionLog({ to: join(place.dir, 'closed.jsonl'), defaults: { bundle: place.bundle } })
    log.close()
    const other = join(place.dir, 'other')
    const fd = openSync(other, 'w')
    log.log({ request_id: 'late' })
    log.close()
    writeSync(fd, 'its own')
    closeSync(fd)
    expect([readFileSync(other, 'utf8'), log.failed]).toEqual(['its own', 1])
  })

  test('goes on with a line of its own after one that was cut short', () => {
    const file = join(place.dir, 'full.jsonl')
    const log = createPredictionLog({ to: file, defaults: { bundle: place.bundle } })
    const write = vi.spyOn(fs, 'writeSync')
    write.mockImplementationOnce((fd) => (appendFileSync(fd, '{"ts":') as undefined) ?? 6)
    write.mockImplementationOnce(() => {
      throw new Error('the disk is full')
    })
    log.log({ request_id: 'cut' })
    write.mockRestore()
    log.log({ request_id: 'whole' })
    log.close()
    const [cut, whole] = readFileSync(file, 'utf8').split('\n')
    expect([cut, JSON.parse(whole as string).request_id, log.failed]).toEqual(['{"ts":', 'whole', 1])
  })

  test('goes to the file that has the name after a rotation', async () => {
    const file = join(place.dir, 'rotated.jsonl')
    const log = createPredictionLog({ to: file, defaults: { bundle: place.bundle } })
    log.log({ request_id: 'before' })
    renameSync(file, `${file}.1`)
    const deadline = Date.now() + 20_000
    const isThere = (): boolean => {
      try {
        closeSync(openSync(file, 'r'))
        return true
      } catch {
        return false
      }
    }
    while (!isThere() && Date.now() < deadline) {
      log.log({ request_id: 'after' })
      await new Promise((done) => setTimeout(done, 100))
    }
    expect(linesOf(file)[0]).toMatchObject({ request_id: 'after' })
    expect(linesOf(`${file}.1`)[0]).toMatchObject({ request_id: 'before' })
    expect(log.failed).toBe(0)
    log.close()
  })

  test.each([
    [{}, /needs the bundle/],
    [{ defaults: { bundle: 'sha256:x' as const }, sampleRate: 0 }, /sampleRate/],
    [{ defaults: { bundle: 'sha256:x' as const }, hashKey: 'short' }, /hashKey/],
  ])('is refused at once with %o', (options, why) => {
    expect(() => createPredictionLog(options)).toThrow(why)
  })
})

const RUNTIMES: readonly (readonly [string, string, readonly string[]])[] = [
  ['library.mjs', process.execPath, ['--version']],
  ['pino.mjs', process.execPath, ['--version']],
  ['log_predictions.py', 'python3', ['--version']],
  ['log_predictions.go', 'go', ['version']],
  ['LogPredictions.java', 'java', ['-version']],
]

describe('the example', () => {
  for (const [file, program, version] of RUNTIMES) {
    const isThere = spawnSync(program, version).status === 0
    test.runIf(isThere)(
      `${file} writes what ingest reads`,
      async () => {
        const log = join(place.dir, `${file}.jsonl`)
        const args = program === 'go' ? ['run', join(EXAMPLES, file)] : [join(EXAMPLES, file)]
        const ran = spawnSync(program, [...args, log, served], { encoding: 'utf8', timeout: 100_000 })
        expect(ran.status, ran.stderr).toBe(0)
        expect(await place.ingest(log)).toMatchObject({ records: 1, quarantined: 0, dark: { records: 0 } })
        const [row] = await place.rows(
          "SELECT label, score, segment['region'] AS region FROM predictions ORDER BY ts DESC LIMIT 1",
        )
        expect(row).toEqual({ label: 'block', score: 0.81, region: 'eu-west' })
        rmSync(log)
      },
      120_000,
    )
  }
})
