import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Digest, digestOf } from '../../src/core/digest.ts'
import { judgeTaint } from '../../src/core/gate-taint.ts'
import type { Facts } from '../../src/core/judgement.ts'
import type { DataSource, Gate, Quarantine, QuarantineEntry, Role, Waiver } from '../../src/core/model.gen.ts'
import { foldQuarantines, meets } from '../../src/core/quarantine.ts'
import { idOf, quarantineProblem } from '../../src/core/quarantine-id.ts'
import { type Graph, MOST_STEPS, type Part, type Scanned, taintOf, taintWords } from '../../src/core/taint.ts'

// What a bundle has to do with what is quarantined: windows meet sources, datasets lie in bundles, and one is made out of another.

const NOW = new Date('2026-11-27T12:00:00.000Z')
const time = (day: number): string => new Date(Date.UTC(2026, 9, day)).toISOString()
const d = (name: string): Digest => digestOf(name)

const NOTHING = { bundle: null, dataset: null, pointer: null, from: null, to: null, outcome_horizon: null }
const EMPTY = { ...NOTHING, entities: null, incident: null, app: 'mail' }
const window = (from: number, to: number | null, more: Partial<Quarantine> = {}): Quarantine => ({
  ...{ ...EMPTY, kind: 'window', from: time(from), to: to === null ? null : time(to) },
  ...more,
})
const dataset = (name: string): Quarantine => ({ ...EMPTY, kind: 'dataset', dataset: d(name) })

type Said = { readonly add: Quarantine } | { readonly lift: Digest } | { readonly waive: Waiver }

const logOf = (said: readonly Said[]): readonly QuarantineEntry[] =>
  said.map((one, i) => ({
    ...{ v: 1, log: 'quarantine/mail', seq: i + 1, prev: null, op: `op${i}`, registry: 'r', id: d('entry') },
    ...{ actor: { name: 'ana', kind: 'human' }, at: NOW.toISOString(), reason: null },
    action: 'add' in one ? 'add' : 'lift' in one ? 'lift' : 'waive',
    quarantine: 'add' in one ? one.add : null,
    lifts: 'lift' in one ? one.lift : null,
    waiver: 'waive' in one ? one.waive : null,
  }))

const part = (name: string, role: Role | null, more: Partial<Part> = {}): readonly [Digest, readonly Part[]] => [
  d(name),
  [{ name, app: 'mail', role, also: [], sources: [], inputs: [], ...more }],
]

/** v1 has weights made from data, whose records are of the days given. */
const simple = (sources: readonly DataSource[], more: Partial<Part> = {}) =>
  new Map([
    part('v1', null, { inputs: [d('data'), d('model')] }),
    part('model', 'model-weights', { inputs: [d('data')] }),
    part('data', 'dataset', { sources, ...more }),
  ])

const findings = (parts: Graph['parts'], said: readonly Said[], scans: Graph['scans'] = new Map()) =>
  taintOf({ parts, quarantines: foldQuarantines(logOf(said), NOW), scans, apps: ['fraud', 'mail'] }, d('v1'))

const states = (...args: Parameters<typeof findings>): readonly string[] =>
  findings(...args).map(({ state, path }) => `${state} ${path.at(-1)} <- ${path.at(-2)}`)

const log = (from: number, to: number, excludes?: readonly Quarantine[]): DataSource => ({
  ...{ log: 'mail', from: time(from), to: time(to) },
  ...(excludes === undefined ? {} : { excludes: excludes.map(idOf) }),
})

const scan = (of: Quarantine, rows: number, unread = 0): Scanned => ({
  ...{ key: 'entity', rows: 10, unread, evidence: d(`scan ${rows}`) },
  quarantines: [{ id: idOf(of), entities: 5, rows }],
})

describe('when a source meets a window', () => {
  const ten = window(10, 20)
  test.each<[string, DataSource, Quarantine, boolean]>([
    ['before it', log(1, 10), ten, false],
    ['into it', log(1, 11), ten, true],
    ['within', log(12, 13), ten, true],
    ['around', log(1, 30), ten, true],
    ['behind it', log(20, 30), ten, false],
    ['behind it, where outcomes still came in', log(20, 30), window(10, 20, { outcome_horizon: '1d' }), true],
    ['long behind', log(21, 30), window(10, 20, { outcome_horizon: '1d' }), false],
    ['of a window that goes on', log(90, 91), window(10, null), true],
    ['without times', { log: 'mail' }, ten, true],
    ['only an end', { log: 'mail', to: time(10) }, ten, false],
    ['only a beginning', { log: 'mail', from: time(19) }, ten, true],
    ["another app's log", { ...log(12, 13), log: 'fraud' }, ten, false],
    ["a table, which is the dataset's app's", { table: 'orders', from: time(12), to: time(13) }, ten, true],
    [
      'an entity set, whenever',
      log(1, 2),
      { ...EMPTY, kind: 'entity-set', entities: { digest: d('e'), count: 1 } },
      true,
    ],
    ['a dataset, never', log(1, 2), dataset('x'), false],
  ])('%s', (_, source, quarantine, expected) => expect(meets(source, 'mail', quarantine)).toBe(expected))
})

describe('the five rules', () => {
  const bad = window(10, 20)
  test('a dataset that is quarantined itself', () => {
    expect(states(simple([log(1, 2)]), [{ add: dataset('data') }])).toEqual([`tainted v1 <- data`])
  })
  test('a source that meets a window', () => {
    const [one] = findings(simple([log(12, 13)]), [{ add: bad }])
    expect(one && taintWords(one)).toBe(
      `window ${idOf(bad).slice(7, 19)} (2026-10-10 to 2026-10-20) -> log mail, 2026-10-12 to 2026-10-13 -> data -> v1: its source meets it`,
    )
  })
  test('excluding it is a claim; a scan without a hit makes it evidence, one with a hit refutes it', () => {
    const parts = simple([log(12, 13, [bad])])
    const at = (...all: readonly Scanned[]): readonly string[] =>
      findings(parts, [{ add: bad }], new Map([[d('data'), all]])).map(({ state }) => state)
    expect(at()).toEqual(['claimed'])
    expect(at(scan(bad, 0))).toEqual([])
    expect(at(scan(bad, 0, 1))).toEqual(['claimed'])
    expect(at(scan(bad, 0), scan(bad, 3))[0]).toBe('tainted')
    expect(at(scan(window(11, 20), 0))).toEqual(['claimed'])
  })
  test('excluding another one is nothing: windows that overlap are two', () => {
    const wider = window(9, 20)
    expect(states(simple([log(12, 13, [bad])]), [{ add: bad }, { add: wider }])).toEqual([
      `tainted v1 <- data`,
      `claimed v1 <- data`,
    ])
  })
  test('derived from what is tainted, over bundles and in circles', () => {
    const parts = new Map([
      part('v1', null, { inputs: [d('d2')] }),
      part('d2', 'dataset', { inputs: [d('d1')] }),
      part('d1', 'dataset', { sources: [log(12, 13)], inputs: [d('d2')] }),
    ])
    expect(findings(parts, [{ add: bad }])[0]?.path.slice(2)).toEqual(['d1', 'd2', 'v1'])
    expect(states(parts, [{ add: dataset('d1') }])).toEqual(['tainted v1 <- d2'])
  })
  test('weights that were made from tainted data are tainted, whatever lies beside them', () => {
    const parts = new Map([
      part('v1', null, { inputs: [d('model'), d('new')] }),
      part('model', 'model-weights', { inputs: [d('old')] }),
      part('new', 'dataset', { sources: [log(1, 2)] }),
      part('old', 'dataset', { sources: [log(12, 13)] }),
    ])
    expect(findings(parts, [{ add: bad }])[0]?.path.slice(2)).toEqual(['old', 'model', 'v1'])
  })
  test('what has no source is unknown, quarantine or none', () => {
    expect(states(simple([]), [])).toEqual(['unknown v1 <- data'])
    const lost = new Map([part('v1', null, { inputs: [d('data')] }), part('data', 'dataset', { inputs: [d('gone')] })])
    expect(findings(lost, [])[0]).toMatchObject({ state: 'unknown', path: [d('gone').slice(0, 19), 'data', 'v1'] })
    const silent = new Map([part('v1', null, { inputs: [d('model')] }), part('model', 'model-weights')])
    expect(findings(silent, [])[0]).toMatchObject({ state: 'unknown', why: 'nobody says what it was made of' })
  })
  test.each([
    ['predictions', 'it has fraud, mail'],
    ['mial', 'did you mean mail?'],
  ])('a log of the app %s, that there is not, is unknown, quarantine or none, whatever it excludes', (name, hint) => {
    const parts = simple([{ ...log(12, 13, [bad]), log: name }])
    for (const said of [[], [{ add: bad }]])
      expect(findings(parts, said).map(taintWords)).toEqual([
        `log ${name}, 2026-10-12 to 2026-10-13 -> data -> v1: log names an app, and this registry has no app ${name}: ${hint}`,
      ])
    expect(states(simple([{ ...log(1, 2), log: 'fraud' }]), [{ add: bad }])).toEqual([])
  })
  test('rows that were copied and not declared: only the scan finds them', () => {
    const parts = simple([{ table: 'orders', from: time(1), to: time(5) }])
    expect(findings(parts, [{ add: bad }])).toEqual([])
    const [found] = findings(parts, [{ add: bad }], new Map([[d('data'), [scan(bad, 3)]]]))
    expect(found).toMatchObject({ state: 'tainted', why: '3 of its rows are quarantined', evidence: [d('scan 3')] })
  })
  test('an entity set asks every dataset with a log or table to be looked at', () => {
    const set: Quarantine = { ...EMPTY, kind: 'entity-set', entities: { digest: d('e'), count: 5 } }
    const parts = simple([log(1, 2)])
    expect(findings(parts, [{ add: set }])[0]).toMatchObject({ state: 'unknown', quarantine: idOf(set) })
    expect(findings(parts, [{ add: set }], new Map([[d('data'), [scan(set, 0)]]]))).toEqual([])
  })
  test('an eval set is measured on and not learned from, until something is derived from it', () => {
    const evals = part('eval', 'eval-set', { sources: [log(12, 13)] })
    const one = new Map([part('v1', null, { inputs: [d('eval')] }), evals])
    expect(findings(one, [{ add: bad }])).toEqual([])
    const two = new Map([
      part('v1', null, { inputs: [d('eval'), d('data')] }),
      evals,
      part('data', 'dataset', { inputs: [d('eval')] }),
    ])
    expect(states(two, [{ add: bad }])).toEqual(['tainted v1 <- data'])
    expect(states(one, [{ add: dataset('eval') }])).toEqual(['tainted v1 <- eval'])
  })
  test('a bundle, and what a reference refers to', () => {
    const teacher: Quarantine = { ...EMPTY, kind: 'bundle', bundle: d('v0') }
    const parts = new Map([
      part('v1', null, { inputs: [d('data')] }),
      part('data', 'dataset', { inputs: [d('v0')], also: [d('lake')] }),
      part('v0', null),
    ])
    expect(states(parts, [{ add: teacher }])).toEqual(['tainted v1 <- data'])
    expect(states(parts, [{ add: dataset('lake') }])).toEqual(['tainted v1 <- data'])
  })
  test('what lies too far back is not known', () => {
    const chain = [...Array(MOST_STEPS + 5).keys()].map((i) => part(`d${i}`, 'dataset', { inputs: [d(`d${i + 1}`)] }))
    const parts = new Map([part('v1', null, { inputs: [d('d0')] }), ...chain])
    expect(findings(parts, []).map(({ state, why }) => [state, why.includes('too long')])).toEqual([['unknown', true]])
  })
})

describe('waivers', () => {
  const bad = window(10, 20)
  const waive = (subject: string, until: string): Said => ({
    waive: { quarantine: idOf(bad), subject: d(subject), until },
  })
  const at = (...said: readonly Said[]): readonly string[] =>
    findings(simple([log(12, 13)]), [{ add: bad }, ...said]).map(({ state }) => state)
  test('let through until they end, and are told', () => {
    expect(at(waive('v1', '2026-11-28T00:00:00.000Z'))).toEqual(['waived'])
    expect(at(waive('data', '2026-11-28T00:00:00.000Z'))).toEqual(['waived'])
    expect(at(waive('v1', '2026-11-27T12:00:00.000Z'))).toEqual(['tainted'])
    expect(at(waive('v2', '2026-11-28T00:00:00.000Z'))).toEqual(['tainted'])
  })
  test('of one way do not hide another', () => {
    const parts = new Map([
      part('v1', null, { inputs: [d('a'), d('b')] }),
      part('a', 'dataset', { sources: [log(12, 13)] }),
      part('b', 'dataset', { sources: [log(12, 13)] }),
    ])
    const said = [{ add: bad }, waive('a', '2026-11-28T00:00:00.000Z')]
    expect(states(parts, said)).toEqual(['tainted v1 <- b'])
  })
})

test.each<[string, Quarantine]>([
  ['ends before it begins', window(20, 10)],
  ['ends when it begins', window(10, 10)],
  ['says nothing', { ...EMPTY, kind: 'window' }],
  ['is of two kinds', { ...window(1, 2), dataset: d('x') }],
  ['has no such day', { ...window(1, 2), from: '2026-02-31T00:00:00.000Z', to: '2026-99-01T00:00:00.000Z' }],
  ['is a dataset without one', { ...EMPTY, kind: 'dataset' }],
  ['is a set without entities', { ...EMPTY, kind: 'entity-set' }],
  ['is a bundle without one', { ...EMPTY, kind: 'bundle' }],
])('a quarantine that %s is none', (_, quarantine) => expect(quarantineProblem(quarantine)).not.toBeNull())

describe('whatever was said', () => {
  const names = ['v1', 'a', 'b', 'c', 'e', 'f']
  const day = fc.integer({ min: 1, max: 30 })
  const quarantine: fc.Arbitrary<Quarantine> = fc.oneof(
    fc
      .record({ from: day, length: fc.option(fc.integer({ min: 1, max: 9 })), horizon: fc.constantFrom(null, '2d') })
      .map(({ from, length, horizon }) =>
        window(from, length === null ? null : from + length, { outcome_horizon: horizon }),
      ),
    fc.constantFrom(...names).map(dataset),
    fc.constantFrom(...names).map((name): Quarantine => ({ ...EMPTY, kind: 'bundle', bundle: d(name) })),
    fc.integer({ min: 0, max: 2 }).map(
      (n): Quarantine => ({
        ...{ ...EMPTY, kind: 'entity-set' },
        entities: { digest: d(`set ${n}`), count: 3 },
      }),
    ),
  )
  const said: fc.Arbitrary<readonly Said[]> = fc
    .uniqueArray(quarantine, { maxLength: 4, selector: idOf })
    .chain((all) =>
      fc
        .array(
          fc.oneof(
            fc.constantFrom(...all, window(1, 2)).map((add): Said => ({ add })),
            fc.constantFrom(...all, window(1, 2)).map((one): Said => ({ lift: idOf(one) })),
            fc
              .record({
                one: fc.constantFrom(...all, window(1, 2)),
                subject: fc.constantFrom(...names),
                isOver: fc.boolean(),
              })
              .map(
                ({ one, subject, isOver }): Said => ({
                  waive: {
                    quarantine: idOf(one),
                    subject: d(subject),
                    until: isOver ? time(1) : '2027-01-01T00:00:00.000Z',
                  },
                }),
              ),
          ),
          { maxLength: 8 },
        )
        .map((log_) => [...all.map((add): Said => ({ add })), ...log_]),
    )
  const graph = fc.tuple(said, quarantine).chain(([all, one]) => {
    const known = [...all.flatMap((each) => ('add' in each ? [each.add] : [])), one]
    const source: fc.Arbitrary<DataSource> = fc
      .record({ from: day, length: fc.integer({ min: 1, max: 9 }), out: fc.subarray(known), isLog: fc.boolean() })
      .map(({ from, length, out, isLog }) => ({
        ...(isLog ? { log: 'mail' } : { table: 'orders' }),
        ...{ from: time(from), to: time(from + length) },
        ...(out.length === 0 ? {} : { excludes: out.map(idOf) }),
      }))
    const partOf = (name: string) =>
      fc
        .record({
          role: fc.constantFrom<Role>('dataset', 'model-weights', 'eval-set'),
          sources: fc.array(source, { maxLength: 2 }),
          inputs: fc.subarray([...names, 'gone']).map((list) => list.map(d)),
        })
        .map((more) => part(name, name === 'v1' ? null : more.role, name === 'v1' ? { inputs: more.inputs } : more))
    const scans = fc.array(
      fc
        .record({
          of: fc.constantFrom(...known),
          on: fc.constantFrom(...names),
          rows: fc.integer({ min: 0, max: 1 }),
          unread: fc.integer({ min: 0, max: 1 }),
        })
        .map(({ of, on, rows, unread }) => [d(on), scan(of, rows, unread)] as const),
      { maxLength: 4 },
    )
    return fc.record({
      said: fc.constant(all),
      one: fc.constant(one),
      parts: fc.tuple(...names.map(partOf)).map((rows) => new Map(rows)),
      scans: scans.map(
        (rows) => new Map(names.map((name) => [d(name), rows.filter(([on]) => on === d(name)).map(([, s]) => s)])),
      ),
    })
  })
  const gate: fc.Arbitrary<Gate> = fc.record({
    untainted: fc.constant(true),
    unknown: fc.constantFrom('allow', 'warn', 'refuse'),
    claims: fc.constantFrom('allow', 'warn', 'refuse'),
  })
  const isRefused = (rule: Gate, taint: Facts['taint']): boolean =>
    judgeTaint(rule, { taint, subject: { arm: { bundle: d('v1'), version: 'v1' } } } as unknown as Facts).outcome !==
    'pass'

  test('one more quarantine never unblocks anything, and lifting it restores exactly what was', () => {
    const seen = { blocked: 0, changed: 0 }
    fc.assert(
      fc.property(graph, gate, ({ said: all, one, parts, scans }, rule) => {
        const before = findings(parts, all, scans)
        const inForce = foldQuarantines(logOf(all), NOW).all.some(
          ({ id, lifted }) => id === idOf(one) && lifted === null,
        )
        const after = findings(parts, [...all, { add: one }], scans)
        if (isRefused(rule, before)) expect(isRefused(rule, after)).toBe(true)
        else if (isRefused(rule, after)) seen.blocked++
        // Nothing that was known is not known any more.
        const known = after.filter(({ state }) => state === 'tainted').map(({ quarantine: id }) => id)
        for (const { state, quarantine: id } of before) if (state === 'tainted') expect(known).toContain(id)
        if (inForce) expect(after).toEqual(before)
        else {
          if (JSON.stringify(after) !== JSON.stringify(before)) seen.changed++
          expect(findings(parts, [...all, { add: one }, { lift: idOf(one) }], scans)).toEqual(before)
        }
      }),
      { numRuns: 500 },
    )
    // Else the property would hold of a walk that finds nothing.
    expect(seen.blocked).toBeGreaterThan(5)
    expect(seen.changed).toBeGreaterThan(50)
  })
})
