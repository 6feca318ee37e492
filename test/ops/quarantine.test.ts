import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from '../../src/cli/program.ts'
import { canonicalBytes, digestOf } from '../../src/core/digest.ts'
import { nextEntry } from '../../src/core/entry.ts'
import type {
  CheckData,
  FsckData,
  LsData,
  MoveData,
  QuarantineAddData,
  QuarantineCheckData,
  QuarantineEntry,
  QuarantineLiftData,
  QuarantineWaiveData,
  ShowData,
  StatusData,
  TransferData,
} from '../../src/core/model.gen.ts'
import type { Registry, Result } from '../../src/core/ports.ts'
import { findRoots } from '../../src/ops/gc-entries.ts'
import { push } from '../../src/ops/push.ts'
import { openMemory } from '../../src/store/memory.ts'
import { type ContextOptions, makeProject, type Project, refusal, retrain } from './context.ts'

// From "v2 was bad" to "nothing that learned from it goes out", through the real commands.

const config = (sources: string, more = ''): string => `version: 1
app: fraud
components:
  model: {role: model-weights, path: model.bin, from: [data]}
  data: {role: dataset, path: data, ${sources}}
${more}
gates:
  clean: {untainted: true}
  lenient: {untainted: true, unknown: warn, claims: refuse}
pointers: {prod: {require: [clean]}, open: {}, lenient: {require: [lenient]}}
`
const SEPTEMBER = 'sources: [{log: fraud, from: 2026-09-01, to: 2026-09-30}]'
const OCTOBER = 'sources: [{log: fraud, from: 2026-10-01, to: 2026-10-31}]'

let project: Project
beforeEach(() => {
  project = makeProject({
    'aiship.yaml': config(SEPTEMBER),
    'model.bin': 'w1',
    'data/a.csv': 'entity,y\no:1,1\no:2,0\n',
  })
})
afterEach(() => project.end())

/** A command as it is typed. Words with spaces go in double quotes. */
async function type<T>(line: string, options: ContextOptions = {}): Promise<Result<T>> {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
  const parsed = await parse(words)
  if ('print' in parsed) throw new Error(`${line} only prints`)
  const ctx = { ...project.ctx(options), input: async (file: string) => fs.readFileSync(join(project.root, file)) }
  return (await parsed.command.run(ctx, parsed.command.input(parsed.words))) as Result<T>
}

/** Bundles other weights, with what the dataset says of itself and has in it. */
async function bundle(weights: string, sources?: string, rows?: string, more?: string): Promise<string> {
  project.write({
    'model.bin': weights,
    ...(sources === undefined ? {} : { 'aiship.yaml': config(sources, more) }),
    ...(rows === undefined ? {} : { 'data/a.csv': rows }),
  })
  return (await type<{ version: string }>('bundle')).data.version
}

const add = async (line: string, options?: ContextOptions): Promise<QuarantineAddData> =>
  (await type<QuarantineAddData>(`quarantine add ${line}`, options)).data
const promote = (ref: string, pointer = 'prod', options?: ContextOptions) =>
  type<MoveData>(`promote ${ref} ${pointer}`, options)
const warned = (code: string): readonly string[] =>
  project.warnings().flatMap((one) => (one.code === code ? [one.message] : []))
const taintOf = async (ref: string): Promise<readonly string[]> =>
  (await type<ShowData>(`show ${ref}`)).data.taint.map(({ state }) => state)

/** v2 decided for an hour and was rolled back; the window is that hour. */
async function incident(more = ''): Promise<QuarantineAddData> {
  await bundle('w1')
  await promote('v1')
  await bundle('w2')
  project.wait(3600)
  await promote('v2')
  project.wait(3600)
  await type('rollback prod --reason "blocked real mail"')
  await type('unhold prod')
  project.warnings()
  return add(`--bundle v2 ${more}`)
}

describe('a window of a bundle', () => {
  test('is the time in which pointers gave it weight', async () => {
    const { quarantine, live, undo } = await incident('--outcome-horizon 7d --incident INC-42 --reason "blocked mail"')
    expect(quarantine).toMatchObject({
      ...{ kind: 'window', app: 'fraud', from: '2026-10-01T13:00:00.000Z', to: '2026-10-01T14:00:00.000Z' },
      ...{ outcome_horizon: '7d', incident: 'INC-42', reason: 'blocked mail', by: { name: 'ana' }, lifted: null },
    })
    expect(live).toEqual([])
    expect(undo).toBe(`aiship quarantine lift ${quarantine.id.slice(7, 19)}`)
  })
  test('goes on while it is served, and says so', async () => {
    await bundle('w1')
    await promote('v1')
    expect((await add('--bundle v1')).quarantine.to).toBeNull()
    expect(warned('QUARANTINE_OPEN')).toHaveLength(1)
  })
  test('of one that never served has to be said', async () => {
    await bundle('w1')
    const error = await refusal(type('quarantine add --bundle v1'), 'NEVER_SERVED')
    expect(error.next).toEqual(['aiship quarantine add v1'])
    expect((await add('--bundle v1 --from 2026-10-01 --to 2026-10-01')).quarantine).toMatchObject({
      ...{ from: '2026-10-01T00:00:00.000Z', to: '2026-10-02T00:00:00.000Z' },
    })
  })
  test.each([
    ['', 'what is to be quarantined?'],
    ['v1 --from 2026-10-01', 'one by one'],
    ['--from 2026-10-03 --to 2026-10-01', 'ends before it begins'],
    ['--from 2026-02-30', 'is not a time'],
    ['--from yesterday', 'is not a time'],
    ['--pointer prod', '--from or --to'],
    ['--from 2026-10-01 --outcome-horizon 999d', 'up to a year'],
    ['--from 2026-10-01 --outcome-horizon soon', 'up to a year'],
  ])('%s is refused', async (line, words) => {
    await bundle('w1')
    expect((await refusal(type(`quarantine add ${line}`), 'USAGE')).message).toContain(words)
    expect(await project.registry.logs.list('quarantine/')).toEqual([])
  })
})

describe('a bundle that learned from it', () => {
  test('is refused by a pointer that asks, with the whole way, and only warned of by others', async () => {
    const { quarantine } = await incident()
    await bundle('w3', OCTOBER)
    expect(warned('TAINTED')).toHaveLength(1)
    const error = await refusal(promote('v3'), 'GATE_FAILED')
    const way = `window ${quarantine.id.slice(7, 19)} (of ${quarantine.bundle?.slice(7, 19)}, 2026-10-01T13:00:00Z to 2026-10-01T14:00:00Z) -> log fraud, 2026-10-01 to 2026-11-01 -> data -> v3`
    expect(error).toMatchObject({ exit: 6 })
    expect(error.message).toContain(
      `${way}: its source meets it; a dataset without these records says of its source excludes: ["${quarantine.id}"]`,
    )
    expect(error.next).toEqual([
      'aiship promote v3 prod --override "REASON"',
      `aiship quarantine waive ${quarantine.id.slice(7, 19)} v3 --until DATE --reason "REASON"`,
    ])
    project.warnings()
    expect((await promote('v3', 'open')).changed).toBe(true)
    expect(warned('TAINTED')).toEqual([`v3 is tainted: ${way}: its source meets it`])
    // Automation may not pass, a person may and says why.
    await refusal(promote('v3', 'prod', { actor: retrain }), 'GATE_FAILED')
    expect((await promote('v3', 'prod --override "nothing else left"')).changed).toBe(true)
  })

  test('that is live already is called so at once, and rollback is never refused', async () => {
    await bundle('w1', OCTOBER)
    await promote('v1')
    project.wait(60)
    await bundle('w2')
    await promote('v2')
    const { live } = await add('--from 2026-10-05 --to 2026-10-06')
    expect(live.map(({ pointer, version }) => [pointer, version])).toEqual([['prod', 'v2']])
    const { data } = await type<StatusData>('status')
    expect(data.pointers.find(({ pointer }) => pointer === 'prod')?.taint.map(({ state }) => state)).toEqual([
      'tainted',
    ])
    expect(warned('TAINTED')).toHaveLength(1)
    const { versions } = (await type<LsData>('ls')).data
    expect(versions.map(({ version, tainted }) => [version, tainted])).toEqual([
      ['v2', true],
      ['v1', true],
    ])
    expect(await taintOf('v2')).toEqual(['tainted'])
    // v1 is tainted too.
    expect((await type<MoveData>('rollback prod')).data.to_version).toBe('v1')
  })

  test('that says it leaves it out is let through with a word, until a scan proves or refutes it', async () => {
    await bundle('w1')
    const { quarantine } = await add('--from 2026-10-05 --to 2026-10-06')
    const { excludes } = (await type<QuarantineAddData>('quarantine add --from 2026-10-05 --to 2026-10-06')).data
    expect(excludes).toBe(`excludes: ["${quarantine.id}"]`)
    await bundle('w2', `sources: [{log: fraud, from: 2026-10-01, ${excludes}}]`)
    expect(await taintOf('v2')).toEqual(['claimed'])
    const error = await refusal(promote('v2', 'lenient'), 'GATE_UNKNOWN')
    expect(error.next.at(-1)).toBe('aiship quarantine check v2 --key entity')
    expect((await promote('v2')).changed).toBe(true)
    expect(warned('TAINT_LET_THROUGH')).toHaveLength(1)
  })

  test('that says nothing is unknown, and the policy says what then', async () => {
    await bundle('w1', 'links: refuse')
    const error = await refusal(promote('v1'), 'GATE_UNKNOWN')
    expect(error.message).toContain('data -> v1: nobody says where its records come from')
    expect((await promote('v1', 'lenient')).changed).toBe(true)
    expect(warned('TAINT_LET_THROUGH')).toHaveLength(1)
  })

  test.each(['predictions', 'prod', 'fruad'])('of a log of the app %s, that there is not, is unknown', async (name) => {
    await incident()
    await bundle('w3', OCTOBER.replace('fraud', name))
    const words = `log names an app, and this registry has no app ${name}: `
    expect(warned('APP_UNKNOWN')).toEqual([
      expect.stringContaining(`by its source log ${name}, 2026-10-01 to 2026-11-01: ${words}`),
    ])
    const error = await refusal(promote('v3'), 'GATE_UNKNOWN')
    expect(error).toMatchObject({ exit: 6 })
    expect(error.message).toContain(`log ${name}, 2026-10-01 to 2026-11-01 -> data -> v3: ${words}`)
    expect((await type<CheckData>('check v3 --against prod')).data.outcome).toBe('unknown')
    expect(warned('TAINTED')).toEqual([])
  })

  test('of an app of which there are only predictions is known, and so is one without predictions', async () => {
    await bundle('w1')
    await project.registry.logs.append('segments/mail', 1, Buffer.from('{}'))
    await bundle('w2', OCTOBER.replace('fraud', 'mail'))
    expect(warned('APP_UNKNOWN')).toEqual([])
    expect((await promote('v2')).changed).toBe(true)
  })

  test('is found by one file in it, at whatever depth, also where that file comes later', async () => {
    await bundle('w1')
    await add(digestOf('poison'))
    expect(await taintOf('v1')).toEqual([])
    project.write({ 'data/deep/er/b.csv': 'poison' })
    await bundle('w2')
    expect(warned('TAINTED')).toHaveLength(1)
    const error = await refusal(promote('v2'), 'GATE_FAILED')
    expect(error.message).toContain('-> data -> v2: it is quarantined itself')
    expect(await taintOf('v1')).toEqual([])
  })

  test('is found by its weights, whatever data lies beside them now', async () => {
    await incident()
    await bundle('w3', OCTOBER, 'entity,y\no:1,1\n')
    await bundle('w3', SEPTEMBER, 'entity,y\nclean,1\n')
    expect((await refusal(promote('v4'), 'GATE_FAILED')).message).toContain('-> data -> model -> v4')
  })

  test('of another app, by its log and by what it was derived from', async () => {
    await incident()
    const tainted = await bundle('w3', OCTOBER)
    const { bundle: digest } = (await type<ShowData>(`show ${tainted}`)).data
    const other = (say: string): string =>
      config(say).replace('app: fraud', 'app: mail').replace('log: mail', 'log: fraud')
    project.write({ 'aiship.yaml': other(OCTOBER), 'data/a.csv': 'entity\nx\n' })
    await type('bundle')
    expect(await taintOf('v1')).toEqual(['tainted'])
    project.write({
      'aiship.yaml': other(`derived_from: ["${digest}"]`),
      'data/a.csv': 'entity\ny\n',
      'model.bin': 'w9',
    })
    await type('bundle')
    const { taint } = (await type<ShowData>('show v2')).data
    expect(taint[0]?.path.slice(-4)).toEqual(['data', 'v3 of fraud', 'data', 'v2'])
  })
})

describe('lifting', () => {
  test('restores exactly what was; a second quarantine of the same time stays; one lifted by mistake comes back', async () => {
    await bundle('w1', OCTOBER)
    const before = await taintOf('v1')
    const one = (await add('--from 2026-10-05 --to 2026-10-06 --incident A')).quarantine
    const two = (await add('--from 2026-10-05 --to 2026-10-06 --incident B')).quarantine
    expect(await taintOf('v1')).toEqual(['tainted', 'tainted'])
    await type(`quarantine lift ${one.id.slice(7, 19)}`)
    expect(await taintOf('v1')).toEqual(['tainted'])
    await refusal(promote('v1'), 'GATE_FAILED')
    await type(`quarantine add ${one.id.slice(7, 19)}`)
    expect(await taintOf('v1')).toEqual(['tainted', 'tainted'])
    for (const { id } of [one, two]) await type(`quarantine lift ${id}`)
    expect(await taintOf('v1')).toEqual(before)
    expect((await promote('v1')).changed).toBe(true)
    expect((await type<QuarantineLiftData>(`quarantine lift ${one.id}`)).changed).toBe(false)
    const entries = await project.registry.logs.numbers('quarantine/fraud')
    expect(entries).toEqual([1, 2, 3, 4, 5, 6])
  })
  test('is for people, and so are waivers; anybody may add', async () => {
    await bundle('w1')
    const { quarantine } = await add('--from 2026-10-05', { actor: retrain })
    await refusal(type(`quarantine lift ${quarantine.id}`, { actor: retrain }), 'PERSON_NEEDED')
    const waive = `quarantine waive ${quarantine.id} v1 --until 2026-12-01 --reason late`
    await refusal(type(waive, { actor: retrain }), 'PERSON_NEEDED')
    await refusal(type('quarantine lift aaaaaaa'), 'NOT_FOUND')
  })
  test('a repeated operation says it once, and another one under its name is refused', async () => {
    await bundle('w1')
    const line = 'quarantine add --from 2026-10-05'
    expect((await type(line, { op: 'x' })).changed).toBe(true)
    expect((await type(line, { op: 'x' })).changed).toBe(false)
    await refusal(type('quarantine add --from 2026-10-06', { op: 'x' }), 'USAGE')
    expect(await project.registry.logs.numbers('quarantine/fraud')).toEqual([1])
  })
})

describe('a waiver', () => {
  test('lets one bundle through until it ends, and every status says so', async () => {
    await bundle('w1', OCTOBER)
    const { quarantine } = await add('--from 2026-10-05 --to 2026-10-06')
    const line = `quarantine waive ${quarantine.id.slice(7, 19)} v1 --until 2026-10-02T12:00Z --reason "retrained next week"`
    const { waiver, undo } = (await type<QuarantineWaiveData>(line)).data
    expect(waiver).toMatchObject({ until: '2026-10-02T12:00:00.000Z', reason: 'retrained next week', active: true })
    expect((await promote('v1')).changed).toBe(true)
    expect(warned('TAINT_LET_THROUGH')[0]).toContain('waived until 2026-10-02T12:00:00.000Z')
    const first = (await type<StatusData>('status')).data
    expect(first.waivers.map(({ id }) => id)).toEqual([waiver.id])
    expect(first.pointers[0]?.taint.map(({ state }) => state)).toEqual(['waived'])
    project.wait(24 * 3600)
    const later = (await type<StatusData>('status')).data
    expect([later.waivers, later.pointers[0]?.taint.map(({ state }) => state)]).toEqual([[], ['tainted']])
    await bundle('w2')
    await refusal(promote('v2'), 'GATE_FAILED')
    expect(undo).toBe(`aiship quarantine lift ${waiver.id.slice(7, 19)}`)
  })
  test('has an end to come and a reason, and can be lifted', async () => {
    await bundle('w1', OCTOBER)
    const { id } = (await add('--from 2026-10-05 --to 2026-10-06')).quarantine
    await refusal(type(`quarantine waive ${id} v1 --until 2026-09-30 --reason x`), 'USAGE')
    await refusal(type(`quarantine waive ${id} v1 --until 2026-10-30`), 'USAGE')
    const { undo } = (await type<QuarantineWaiveData>(`quarantine waive ${id} v1 --until 2026-10-30 --reason x`)).data
    await type(undo.slice('aiship '.length))
    await refusal(promote('v1'), 'GATE_FAILED')
  })
})

describe('a scan of the rows', () => {
  const check = async (line: string): Promise<QuarantineCheckData> =>
    (await type<QuarantineCheckData>(`quarantine check ${line}`)).data

  test('finds rows that were copied and not declared, in whatever bundle the dataset lies', async () => {
    project.write({ 'bad.txt': 'o:2\no:9\n\no:2\n' })
    await bundle('w1', 'sources: [{table: orders, from: 2026-01-01, to: 2026-01-31}]')
    const { quarantine } = await add('--entities bad.txt')
    expect(quarantine.entities?.count).toBe(2)
    // Nobody has looked yet, and that is no pass.
    const error = await refusal(promote('v1'), 'GATE_UNKNOWN')
    expect(error.next.at(-1)).toBe('aiship quarantine check v1 --key entity')
    const { outcome, datasets } = await check('v1 --key entity')
    expect(outcome).toBe('fail')
    expect(datasets[0]).toMatchObject({ name: 'data', outcome: 'fail', found: ['o:2'] })
    expect(datasets[0]?.scan).toMatchObject({ rows: 2, unread: 0, quarantines: [{ entities: 2, rows: 1 }] })
    const failed = (await refusal(promote('v1'), 'GATE_FAILED')).message
    expect(failed).toContain('1 of its rows is quarantined')
    expect(failed).not.toContain('excludes')
    await bundle('w2')
    const [finding] = (await type<ShowData>('show v2')).data.taint
    expect(finding?.evidence).toEqual([datasets[0]?.evidence])
    await refusal(promote('v2'), 'GATE_FAILED')
    await bundle('w3', undefined, 'entity,y\no:1,1\n')
    expect((await check('v3')).outcome).toBe('pass')
    const moved = await promote('v3')
    expect(moved.changed).toBe(true)
    expect((await type<CheckData>('check v3 --against prod')).data.outcome).toBe('pass')
  })

  test('that could not read everything proves nothing', async () => {
    project.write({ 'bad.txt': 'o:9\n' })
    await bundle('w1', undefined, 'entity,y\no:1,1\n,0\n')
    await add('--entities bad.txt')
    expect(await check('v1')).toMatchObject({ outcome: 'unknown', datasets: [{ scan: { rows: 2, unread: 1 } }] })
    expect(await taintOf('v1')).toEqual(['unknown'])
    const error = await refusal(type('quarantine check v1 --key customer'), 'USAGE')
    expect(error.hint).toBe('it has entity, y')
  })

  test('tells of rows that are replays: they are no training data', async () => {
    project.write({ 'bad.txt': 'o:9\n', 'data/b.jsonl': '{"entity":"o:4","mode":"replay"}\n{"entity":"o:5"}\n' })
    await bundle('w1')
    await add('--entities bad.txt')
    expect((await check('v1')).datasets[0]).toMatchObject({ outcome: 'pass', replayed: 1 })
    expect(warned('REPLAYED_ROWS')).toHaveLength(1)
  })

  test('needs something to look for', async () => {
    await bundle('w1')
    await add('--from 2026-10-05 --to 2026-10-06')
    await refusal(type('quarantine check v1'), 'NOT_FOUND')
    expect(warned('NOT_LOOKED_FOR')).toHaveLength(1)
  })
})

describe('between registries', () => {
  const pushTo = (to: Registry, ref: string): Promise<Result<TransferData>> =>
    push({ ...project.ctx(), open: async () => to }, { ref, to: to.url, create: false })
  const there = (to: Registry): ContextOptions => ({ registry: to })

  test('a quarantine goes with what it is about, with its entities and scans; waivers do not', async () => {
    project.write({ 'bad.txt': 'o:2\n' })
    await bundle('w1', OCTOBER)
    const { quarantine } = await add('--from 2026-10-05 --to 2026-10-06 --reason "bad labels"')
    await add('--from 2026-12-05 --to 2026-12-06')
    await add('--entities bad.txt')
    await type('quarantine check v1')
    await type(`quarantine waive ${quarantine.id} v1 --until 2026-10-30 --reason x`)
    const target = openMemory({ id: randomUUID(), url: 'team' })
    const { data } = await pushTo(target, 'v1')
    expect([data.quarantines, data.evidence]).toEqual([2, 1])
    const shown = (await type<ShowData>('show v1', there(target))).data
    expect(shown.taint.map(({ state }) => state).sort()).toEqual(['tainted', 'tainted'])
    expect(shown.taint.every(({ quarantine: id }) => id !== null)).toBe(true)
    // Again it is not news, and what was lifted there stays lifted.
    await type(`quarantine lift ${quarantine.id}`, there(target))
    expect((await pushTo(target, 'v1')).data.quarantines).toBe(0)
    expect((await type<ShowData>('show v1', there(target))).data.taint).toHaveLength(1)
  })

  test('what is quarantined keeps what it needs from a gc', async () => {
    project.write({ 'bad.txt': 'o:2\n' })
    await bundle('w1')
    const { entities } = (await add('--entities bad.txt')).quarantine
    const roots = await findRoots(project.ctx(), { keepLast: 1, keepWithin: 0, keepReports: 0 } as never)
    expect(roots.named.has(entities?.digest ?? digestOf(''))).toBe(true)
  })
})

describe('hostile entries', () => {
  async function forge(body: object, change: (entry: Record<string, unknown>) => object = (entry) => entry) {
    const stamp = { registry: project.registry.id, op: 'forged', actor: { name: 'eve', kind: 'human' } as const }
    const sound: Parameters<typeof nextEntry<QuarantineEntry>>[3] = {
      ...{ action: 'lift', quarantine: null, waiver: null, lifts: digestOf('x'), reason: null },
    }
    const { entry } = nextEntry<QuarantineEntry>('quarantine/fraud', null, { ...stamp, now: new Date(0) }, sound)
    const { id, ...rest } = change({ ...entry, ...body }) as Record<string, unknown>
    const bytes = canonicalBytes({ ...rest, id: digestOf(canonicalBytes(rest)) })
    await project.registry.logs.append('quarantine/fraud', 1, bytes)
  }
  const window = { kind: 'window', app: 'fraud', bundle: null, dataset: null, pointer: null, incident: null }
  const backwards = { ...window, from: '2026-10-02T00:00:00.000Z', to: '2026-10-01T00:00:00.000Z' }

  test.each<[string, object]>([
    [
      'a window that ends before it begins',
      { action: 'add', lifts: null, quarantine: { ...backwards, outcome_horizon: null, entities: null } },
    ],
    [
      'two things at once',
      {
        action: 'add',
        quarantine: { ...window, from: null, to: '2026-10-01T00:00:00.000Z', outcome_horizon: null, entities: null },
      },
    ],
    ['nothing', { lifts: null }],
    ['more than the format has', { extra: 1 }],
    ['another registry', { registry: 'r2' }],
  ])('%s stops a pointer that asks, and nothing else', async (_, body) => {
    await bundle('w1')
    await forge(body)
    await refusal(promote('v1'), 'GATE_UNKNOWN')
    project.warnings()
    expect((await promote('v1', 'open')).changed).toBe(true)
    const { pointers } = (await type<StatusData>('status')).data
    expect(pointers.find(({ pointer }) => pointer === 'open')?.version).toBe('v1')
    expect(warned('CORRUPT')).toHaveLength(2)
    await refusal(type('quarantine ls'), 'CORRUPT')
    const { findings } = (await refusal(type('fsck'), 'FINDINGS')).details as unknown as FsckData
    expect(findings.map(({ subject }) => subject)).toEqual(['quarantine/fraud@1'])
  })

  test('a lift of nothing lifts nothing', async () => {
    await bundle('w1', OCTOBER)
    await forge({})
    await add('--from 2026-10-05 --to 2026-10-06')
    expect(await taintOf('v1')).toEqual(['tainted'])
  })

  test('a large set of entities', async () => {
    const ids = Array.from({ length: 200_000 }, (_, i) => `order:${i}`)
    project.write({ 'bad.txt': ids.join('\n') })
    await bundle('w1', undefined, 'entity,y\norder:199999,1\nother,0\n')
    expect((await add('--entities bad.txt')).quarantine.entities?.count).toBe(200_000)
    const { data } = await type<QuarantineCheckData>('quarantine check v1')
    expect(data.datasets[0]?.scan.quarantines[0]?.rows).toBe(1)
  })

  test('a rollback asks nothing of all this', async () => {
    await bundle('w1')
    await promote('v1', 'open')
    await bundle('w2')
    await promote('v2', 'open')
    await forge({ extra: 1 })
    expect((await type<MoveData>('rollback open')).data.to_version).toBe('v1')
  })
})
