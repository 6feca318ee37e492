import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { canonicalBytes, digestOf, hexOf } from '../../src/core/digest.ts'
import { EMPTY_STEP, remediationLog } from '../../src/core/remediation.ts'
import type { Digest, RemediationItem, RemediationPlan, RemediationWork } from '../../src/index.ts'
import { append } from '../../src/ops/logs.ts'
import { remediateAbort } from '../../src/ops/remediate-hold.ts'
import { refusal } from '../ops/context.ts'
import { codeOf } from './place.ts'
import { makeRepair, type Repair, YAML } from './repair.ts'

// What a repair plans, decides again and shows; each of the ways in which that goes wrong.

let repair: Repair
let bad: Digest
/** Blocks under a limit. */
const limit = (amount: number): string =>
  `return { label: input.amount < ${amount} ? 'block' : 'allow', score: input.amount / 100 }`

beforeEach(async () => {
  repair = await makeRepair()
  bad = await repair.program(limit(50))
  // What labels lead to, the service knows, and the log.
  await repair.decided(repair.bundle, { known: allow(99), too: block(1) })
})
afterEach(() => repair.end())

const block = (amount: number, more: object = {}) => ({
  input: { amount },
  label: 'block',
  score: amount / 100,
  action: 'hold',
  ...more,
})
const allow = (amount: number, more: object = {}) => ({
  input: { amount },
  label: 'allow',
  score: amount / 100,
  action: 'pay',
  ...more,
})

async function linesOf<T>(digest: string): Promise<readonly T[]> {
  const { registry } = await repair.context()
  const chunks: Uint8Array[] = []
  for await (const chunk of registry.objects.get(digest as Digest)) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString('utf8')
  return text.split('\n').flatMap((one) => (one === '' ? [] : [JSON.parse(one) as T]))
}

const planOf = async (digest: string): Promise<RemediationPlan> =>
  (await linesOf<RemediationPlan>(digest))[0] as RemediationPlan
const tapes = (): readonly string[] => {
  const dir = join(repair.dir, '.aiship/cache/replay')
  return existsSync(dir) ? readdirSync(dir).map((name) => join(dir, name)) : []
}

describe('from plan to diff', () => {
  test('what changes is work, keyed so that nobody does it twice; the rest is counted', async () => {
    await repair.program(limit(20))
    await repair.decided(bad, {
      a: block(10),
      b: block(30, { value: 5 }),
      c: allow(70),
      d: block(40, { entity: 'order:b' }),
    })
    const plan = await repair.plan()
    expect(plan).toMatchObject({ items: 3, replayable: 3, unreplayable: {} })
    expect(await repair.replay()).toMatchObject({
      decided: 3,
      errors: 0,
      control: { bad_sample: 3, bad_reproduced: 3, good_same: 3 },
    })
    const diff = await repair.diff({ by: 'segment.region' })
    expect(diff).toMatchObject({ manual: null, work: 1, classes: { action_changed: 1, same: 2 } })
    expect(diff.moves).toEqual([{ from: 'hold', to: 'pay', count: 1, value: 0 }])
    const stored = (await linesOf<{ work: { digest: string } }>(diff.diff))[0]
    const [work] = await linesOf<RemediationWork>(stored?.work.digest ?? '')
    const target = { action: 'pay', label: 'allow' }
    expect(work).toMatchObject({
      entity: 'order:b',
      request_id: 'd',
      expected: { action: 'hold', request_id: 'd' },
      target,
    })
    expect(work?.key).toBe(hexOf(digestOf(canonicalBytes(['aiship-remediate/1', 'order:b', 'd', target, 0]))))
    // Nothing is left on this machine but what is sealed.
    expect(tapes()).toEqual([])
  })

  test('names that JSON readers stumble over keep nobody from it', async () => {
    await repair.program(limit(20))
    const segment = JSON.parse('{"__proto__": "p", "region": "eu"}')
    await repair.decided(bad, { a: block(30, { segment }), b: block(10, { label: '__proto__' }) })
    const { plan, items } = await repair.plan()
    expect(items).toBe(2)
    const [item] = await linesOf<RemediationItem>((await planOf(plan)).items.digest)
    expect(Object.keys(item?.segment ?? {})).toEqual(['region'])
    await repair.replay()
    expect((await repair.diff({})).classes).toMatchObject({ action_changed: 1 })
  })

  test('of several bad decisions about one entity the latest is chosen, or with all each in order; another bundle has decided since', async () => {
    const good = await repair.program(limit(20))
    await repair.decided(bad, {
      a: block(30, { entity: 'x' }),
      b: block(31, { entity: 'x' }),
      c: block(32, { entity: 'y' }),
    })
    await repair.decided(good, { d: allow(32, { entity: 'y' }) })
    const ids = async (digest: string) =>
      (await linesOf<RemediationItem>((await planOf(digest)).items.digest)).map(({ request_id }) => request_id)
    expect(await ids((await repair.plan()).plan)).toEqual(['b'])
    expect(await ids((await repair.plan({ select: 'all' })).plan)).toEqual(['a', 'b', 'c'])
    expect(await ids((await repair.plan({ select: 'all', sample: 2 })).plan)).toHaveLength(2)
  })

  test('the same log gives the same plan; without a change nothing is planned anew, with late records a plan takes its place', async () => {
    await repair.program(limit(20))
    await repair.decided(bad, { a: block(30) })
    const first = await repair.plan()
    expect((await repair.plan()).plan).toBe(first.plan)
    const { refreshPlan } = await import('../../src/index.ts')
    const refresh = async () => (await refreshPlan(await repair.context(), { plan: first.plan })).data
    expect((await refresh()).plan).toBe(first.plan)
    await repair.decided(bad, { late: block(40, { ts: '2026-09-30T00:00:00Z' }) })
    expect(await refresh()).toMatchObject({ items: 2, supersedes: first.plan })
  })

  test('answers of a replay in the log are nobody’s decisions', async () => {
    await repair.program(limit(20))
    await repair.decided(bad, {
      a: block(30),
      b: block(31, { mode: 'replay' }),
      c: block(32, { mode: 'shadow' }),
      d: block(33, { applied: false }),
    })
    expect((await repair.plan({ select: 'all' })).items).toBe(1)
  })

  test('one page, and a table in which nothing is a formula', async () => {
    await repair.program(limit(20))
    await repair.decided(bad, { a: block(30, { entity: '=cmd()' }), b: block(31, { entity: '<script>' }) })
    await repair.plan()
    await repair.replay()
    const [html, csv] = [join(repair.dir, 'd.html'), join(repair.dir, 'd.csv')]
    await repair.diff({ html, csv, by: 'segment.region' })
    expect(readFileSync(html, 'utf8')).toContain('&lt;script&gt;')
    expect(readFileSync(html, 'utf8')).not.toMatch(/<script|https?:/)
    expect(readFileSync(csv, 'utf8').split('\n')[1]).toMatch(/^action_changed,'=cmd\(\),a,/)
  })
})

describe('what cannot be decided again is counted before anything runs', () => {
  test('absent, elsewhere, hashed, redacted inputs, and features that would be made anew', async () => {
    await repair.program(limit(20))
    await repair.decided(bad, {
      a: { label: 'block' },
      b: { label: 'block', input_ref: 's3://bucket/b' },
      c: { label: 'block', input_hash: `sha256:${'0'.repeat(64)}` },
      d: { label: 'block', input: '[REDACTED]' },
      e: { ...block(30), features_ts: '2026-09-01T00:00:00Z' },
      f: { ...block(30), input: { amount: 30, features: [1] }, features_ts: '2026-09-01T00:00:00Z' },
    })
    const reasons = { absent: 1, elsewhere: 1, hashed: 1, redacted: 1 }
    expect(await repair.plan()).toMatchObject({
      items: 6,
      replayable: 1,
      features: 'recorded',
      unreplayable: { ...reasons, features: 1 },
    })
    expect(await repair.plan({ recompute: true })).toMatchObject({
      replayable: 2,
      features: 'recompute',
      unreplayable: reasons,
    })
    await repair.replay()
    expect((await repair.diff()).classes).toMatchObject({ not_replayable: 4, action_changed: 2 })
  })

  test('the plan holds no inputs, and keeps its segments from being dropped', async () => {
    await repair.program(limit(20))
    await repair.decided(bad, { a: { ...block(30), input: { amount: 30, name: 'Secret Person' } } })
    const { plan } = await repair.plan()
    const { items, segments } = await planOf(plan)
    expect(JSON.stringify(await linesOf(items.digest))).not.toContain('Secret')
    expect(segments).toHaveLength(1)
    const { dropPredictions } = await import('../../src/index.ts')
    const { data } = await dropPredictions(await repair.context(), { olderThanMs: 0, apply: true, reason: null })
    expect(data.kept).toMatchObject([{ segment: segments[0] }])
  })

  test('what was taken out of the log since is erased, and the rest goes on', async () => {
    await repair.program(limit(20))
    await repair.decided(bad, { a: block(30) })
    await repair.decided(bad, { b: block(31) })
    const { plan } = await repair.plan()
    const { segments } = await planOf(plan)
    const gone = hexOf(segments[0] as Digest)
    rmSync(join(repair.dir, '.aiship/objects', gone.slice(0, 2), gone.slice(2)), { force: true })
    rmSync(join(repair.dir, '.aiship/objects', gone.slice(0, 2), gone), { force: true })
    rmSync(join(repair.dir, '.aiship/cache/segments'), { recursive: true, force: true })
    expect(await repair.replay()).toMatchObject({ decided: 1, erased: 1 })
    expect((await repair.diff()).classes).toMatchObject({ erased: 1, action_changed: 1 })
  })
})

test('nothing is decided again once a repair is over', async () => {
  await repair.program(limit(20))
  await repair.decided(bad, { a: block(30) })
  await repair.plan()
  await repair.replay()
  await repair.diff()
  await remediateAbort(await repair.context(), { plan: '@last', reason: null })
  expect(await codeOf(repair.replay({ again: true }))).toBe('OUT_OF_ORDER')
  expect(await codeOf(repair.diff({ epsilon: 0.5 }))).toBe('OUT_OF_ORDER')
  expect(await repair.diff()).toMatchObject({ work: 1 })
})

test('a plan that was lost keeps nobody from another', async () => {
  await repair.program(limit(20))
  await repair.decided(bad, { a: block(30) })
  const lost = digestOf('lost')
  const ctx = await repair.context()
  await append(ctx, remediationLog(ctx.app, lost), null, { ...EMPTY_STEP, plan: lost, action: 'planned' })
  expect(await repair.plan()).toMatchObject({ items: 1, epoch: 0 })
})

describe('programs that fail', () => {
  const many = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`r${i}`, block(i % 50)]))

  test('an input that ends the program is found, and costs no other its answer', async () => {
    await repair.program(`if (input.id === 'r17') process.exit(3); ${limit(20)}`)
    await repair.decided(bad, many(60))
    await repair.plan()
    const data = await repair.replay({ control: 5 })
    expect(data).toMatchObject({ decided: 59, errors: 1, reasons: [{ count: 1 }] })
    expect(data.reasons[0]?.error).toMatch(/exit code 3/)
    expect((await repair.diff()).classes.error).toBe(1)
  })

  test('one on which it hangs costs its time alone', async () => {
    await repair.program(`if (input.id === 'r3') return null; ${limit(20)}`)
    await repair.decided(bad, many(8))
    await repair.plan()
    const data = await repair.replay({ control: 2, workers: 1, itemMs: 700 })
    expect(data).toMatchObject({ decided: 7, errors: 1 })
    expect(data.reasons[0]?.error).toMatch(/did not answer within/)
  })

  test('its own errors, chatter on standard output, answers twice and out of order', async () => {
    await repair.program(
      `process.stdout.write('loading\\n{"id":"nobody","label":"x"}\\n'); if (input.id === 'r2') return { error: 'no amount' };
       await new Promise((resolve) => setTimeout(resolve, input.amount % 5)); const a = { label: 'block' };
       process.stdout.write(JSON.stringify({ id: input.id, ...a }) + '\\n'); return a`,
    )
    await repair.decided(bad, many(30))
    await repair.plan()
    expect(await repair.replay()).toMatchObject({ decided: 29, errors: 1, reasons: [{ error: 'no amount', count: 1 }] })
  })

  const withoutId = (body: string) => `process.stdout.write(JSON.stringify(${body}) + '\\n'); return null`

  test('one that answers without the ids is told so within seconds, and nothing is sealed', async () => {
    await repair.program(withoutId(`{ request: input.id, label: 'block' }`))
    await repair.decided(bad, many(30))
    await repair.plan()
    const error = await refusal(repair.replay({ itemMs: 600_000 }), 'COMMAND_FAILED')
    expect(error.message).toMatch(/^node serve.mjs answered, but no line of 30 had an id that was asked/)
    expect(error.hint).toMatch(/repeat the `id`/)
    expect(await codeOf(repair.diff())).toBe('OUT_OF_ORDER')
  })

  test('lines that say neither an id nor a label are told apart from silence by the first silence', async () => {
    await repair.program(withoutId('{ spam: true }'))
    await repair.decided(bad, many(3))
    await repair.plan()
    const start = Date.now()
    const error = await refusal(repair.replay({ itemMs: 3000, workers: 1 }), 'COMMAND_FAILED')
    expect(error.message).toMatch(/answered, but no line of 3 had an id that was asked/)
    expect(Date.now() - start).toBeLessThan(9000)
  })

  test('a chatty start is no answer: it may take its time', async () => {
    await repair.program(
      `if (!globalThis.isReady) { console.log('{"level":"info"}\\n{"level":"info"}'); globalThis.isReady = true; await new Promise((r) => setTimeout(r, 2500)) } ${limit(20)}`,
    )
    await repair.decided(bad, many(2))
    await repair.plan()
    expect(await repair.replay({ control: 0 })).toMatchObject({ decided: 2, errors: 0 })
  }, 20_000)

  test('what it prints beside answers gains it no time', async () => {
    await repair.program(`setInterval(() => console.log('still loading'), 50); return null`)
    await repair.decided(bad, many(3))
    await repair.plan()
    const error = await refusal(repair.replay({ itemMs: 500, workers: 1 }), 'COMMAND_FAILED')
    expect(error.message).toMatch(/did not answer within 0.5 s/)
  }, 30_000)

  test('a line without an end is not held for ever', async () => {
    await repair.program(
      `const much = 'x'.repeat(1 << 20); const go = () => process.stdout.write(much, go); go(); return null`,
    )
    await repair.decided(bad, many(3))
    await repair.plan()
    const error = await refusal(repair.replay({ workers: 1 }), 'COMMAND_FAILED')
    expect(error.message).toMatch(/printed a line of more than 16 MiB/)
  }, 30_000)

  test('one that does not start says so, and nothing is sealed', async () => {
    await repair.program(`process.exit(1)`)
    await repair.decided(bad, many(5))
    await repair.plan()
    expect(await codeOf(repair.replay())).toBe('COMMAND_FAILED')
    expect(await codeOf(repair.diff())).toBe('OUT_OF_ORDER')
  })

  test('a process that is used up is replaced: what leaks does not grow for ever', async () => {
    await repair.program(`await new Promise((r) => setTimeout(r, 1)); return { label: String(process.pid) }`)
    await repair.decided(bad, many(600))
    await repair.plan()
    await repair.replay({ control: 0, workers: 1, processMs: 1 })
    const diff = await repair.diff()
    // Each process has labels of its own.
    expect(new Set(diff.examples.map(({ label }) => label.to)).size + diff.classes.error).toBeGreaterThan(1)
  }, 60_000)

  test('a good bundle of which a part is gone is named', async () => {
    const good = await repair.program(limit(20))
    await repair.decided(bad, many(3))
    await repair.plan()
    const { registry } = await repair.context()
    const manifest = (await linesOf<{ components: { digest: Digest }[] }>(good))[0]
    for (const { digest } of manifest?.components ?? []) {
      const hex = hexOf(digest)
      for (const name of [hex, hex.slice(2)])
        rmSync(join(repair.dir, '.aiship/objects', hex.slice(0, 2), name), { force: true })
    }
    expect((await registry.objects.has(manifest?.components.map(({ digest }) => digest) ?? [])).size).toBe(0)
    expect(await codeOf(repair.replay())).toBe('OBJECT_MISSING')
  })

  test('other inputs than were logged go through the bundle’s own adapter; what it refuses is an error', async () => {
    repair.file(
      'aiship.yaml',
      YAML.replace('[node, serve.mjs]', '[node, serve.mjs], adapt: [node, adapt.mjs]').replace(
        'path: serve.mjs',
        'path: [serve.mjs, adapt.mjs]',
      ),
    )
    repair.file('serve.mjs', '')
    await repair.program(
      `return input.amount === 30 ? { error: 'none' } : { input: { cents: input.amount * 100 } }`,
      'adapt.mjs',
    )
    await repair.program(`return { label: input.cents < 2000 ? 'block' : 'allow', score: input.cents / 10000 }`)
    await repair.decided(bad, { a: block(10), b: block(30), c: block(40) })
    await repair.plan({ good: 'v4' })
    expect(await repair.replay()).toMatchObject({ decided: 2, errors: 1, reasons: [{ error: 'adapt: none' }] })
    expect((await repair.diff()).classes).toMatchObject({ same: 1, action_changed: 1, error: 1 })
  })
})

describe('how far it can be believed', () => {
  test('a model that decides by chance must not be applied automatically, and says why', async () => {
    await repair.program(`return { label: Math.random() < 0.5 ? 'block' : 'allow' }`)
    await repair.decided(bad, Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`r${i}`, block(i % 50)])))
    await repair.plan()
    await repair.replay()
    const diff = await repair.diff()
    expect(diff.manual).toMatch(/by chance/)
    expect(diff.classes.not_reproducible).toBeGreaterThan(0)
  })

  test('a bad bundle that does not decide as the log says shows that inputs are incomplete', async () => {
    await repair.program(limit(20))
    await repair.decided(bad, { a: block(30), b: allow(10), c: allow(11) })
    await repair.plan()
    expect((await repair.replay()).control).toMatchObject({ bad_sample: 3, bad_reproduced: 1 })
    const diff = await repair.diff()
    expect(diff.manual).toMatch(/33\.3 % as it did then/)
    expect(diff.classes).toMatchObject({ not_reproducible: 2, action_changed: 1 })
    expect((await repair.diff({ limit: 30 })).manual).toBeNull()
  })

  test('a label of which nobody knows what it leads to is no work', async () => {
    await repair.program(`return { label: 'review' }`)
    await repair.decided(bad, { a: block(30), b: { ...block(31), action: undefined } })
    await repair.plan()
    await repair.replay()
    const { classes, examples } = await repair.diff()
    expect(classes).toMatchObject({ error: 1, action_changed: 1 })
    expect(examples.find((one) => one.class === 'error')?.error).toBe('nobody knows what review leads to')
  })

  test('without a control nobody knows', async () => {
    await repair.program(limit(20))
    await repair.decided(bad, { a: block(30) })
    await repair.plan()
    await repair.replay({ control: 0 })
    expect((await repair.diff()).manual).toMatch(/nobody knows/)
  })

  test('a good bundle that is worse shows it: what it would change is counted by segment, whichever way', async () => {
    await repair.program(limit(100))
    await repair.decided(bad, {
      a: allow(60),
      b: allow(70),
      c: block(10),
      d: { ...allow(80), segment: { region: 'us' } },
    })
    await repair.plan()
    await repair.replay()
    const { moves, by } = await repair.diff({ by: 'segment.region' })
    expect(moves).toMatchObject([{ from: 'pay', to: 'hold', count: 3 }])
    expect(
      by.filter(({ key }) => key === 'segment.region').map(({ value, classes }) => [value, classes.action_changed]),
    ).toEqual([
      ['eu', 2],
      ['us', 1],
    ])
  })
})

describe('stopped', () => {
  test('it goes on where it was; what lies here meanwhile nobody else can read; a bad pointer is named', async () => {
    await repair.program(`await new Promise((r) => setTimeout(r, 1)); ${limit(20)}`)
    await repair.decided(bad, Object.fromEntries(Array.from({ length: 1200 }, (_, i) => [`r${i}`, block(i % 50)])))
    const { plan } = await repair.plan()
    const { promote } = await import('../../src/index.ts')
    const move = { reason: null, override: null, create: true, resetRoute: false, leavingBad: null }
    await promote(await repair.context(), { ref: 'v2', pointer: 'prod', ...move })
    const stop = new AbortController()
    const run = repair.replay({ control: 10 }, await repair.context({ signal: stop.signal }))
    const results = join(repair.dir, '.aiship/cache/replay', `${hexOf(plan as Digest)}-results`)
    while (!existsSync(results) || statSync(results).size === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(await codeOf(repair.replay({ control: 10 }))).toBe('RUNNING_ALREADY')
    stop.abort(new Error('stopped'))
    await expect(run).rejects.toThrow('stopped')
    for (const file of tapes()) expect(statSync(file).mode & 0o077).toBe(0)
    // A power cut in the middle of a line.
    const { appendFileSync } = await import('node:fs')
    appendFileSync(results, '{"action":null,"enti\0\0\0')
    const lines = readFileSync(results, 'utf8').split('\n').length - 1
    repair.warnings()
    const data = await repair.replay({ control: 10 })
    expect(data).toMatchObject({ resumed: lines, decided: 1200 })
    expect(data.resumed).toBeGreaterThan(0)
    expect(repair.warnings()).toContain('BAD_SERVES')
    expect((await repair.diff()).classes).toMatchObject({ action_changed: 720, same: 480 })
    expect(tapes()).toEqual([])
  }, 60_000)
})
