import { describe, expect, test } from 'vitest'
import type { Digest } from '../../src/core/digest.ts'
import type { Actor, Arm, Hold, PointerEntry, Route } from '../../src/core/model.gen.ts'
import {
  backTo,
  isAnothersFreshRollback,
  type Move,
  mainOf,
  planHold,
  planPromote,
  planRetire,
  planRollback,
  planUndo,
  planUnhold,
  pointerLog,
} from '../../src/core/pointer.ts'
import { plainRoute } from '../../src/core/route.ts'

// A move is a full snapshot, planned from the newest entry alone (DESIGN §3, Moves). Here each plan is a value; nothing is written.

const arm = (letter: string, n: number): Arm => ({ bundle: `sha256:${letter.repeat(64)}` as Digest, version: `v${n}` })
const [A, B, C] = [arm('a', 1), arm('b', 2), arm('c', 3)]
const ANA: Actor = { name: 'ana', kind: 'human' }
const HOLD: Hold = { by: ANA, at: '2026-10-01T12:00:00.000Z', reason: 'incident' }

/** A history: each plan becomes the entry after the ones before. */
function history(...plans: readonly ((before: readonly PointerEntry[]) => Move | null)[]): readonly PointerEntry[] {
  const entries: PointerEntry[] = []
  for (const plan of plans) {
    const move = plan(entries)
    if (move === null) throw new Error(`plan ${entries.length + 1} does nothing`)
    const seq = entries.length + 1
    const at = new Date(Date.parse('2026-10-01T12:00:00Z') + seq * 1000).toISOString()
    const head = {
      v: 1 as const,
      log: 'pointers/fraud/prod',
      seq,
      prev: null,
      op: `op-${seq}`,
      registry: 'r',
      actor: ANA,
      at,
    }
    entries.push({ ...head, id: A.bundle, ...move })
  }
  return entries
}

const last = (entries: readonly PointerEntry[]): PointerEntry | null => entries.at(-1) ?? null
const newest = (entries: readonly PointerEntry[]): PointerEntry => last(entries) as PointerEntry
const promoting = { reason: null, override: null, policy: { protected: false }, resetRoute: false, leavingBad: false }
const promote = (to: Arm) => (entries: readonly PointerEntry[]) => planPromote(last(entries), { ...promoting, arm: to })
const rollback = (seq: number) => (entries: readonly PointerEntry[]) =>
  planRollback(newest(entries), {
    ...{ target: entries[seq - 1] as PointerEntry, to: null, reason: null, hold: HOLD, mark: true },
  })
const hold = (entries: readonly PointerEntry[]) => planHold(newest(entries), HOLD)
const unhold = (entries: readonly PointerEntry[]) => planUnhold(newest(entries), null)
const retire = (entries: readonly PointerEntry[]) => planRetire(newest(entries), null)
const undo = (entries: readonly PointerEntry[]) => planUndo(newest(entries), entries.at(-2) as PointerEntry, null)

test("a pointer's log stands under its app", () => {
  expect(pointerLog('fraud', 'prod')).toBe('pointers/fraud/prod')
})

describe('back is the settled entry that a rollback restores', () => {
  test.each<[string, readonly PointerEntry[], { seq: number; bundle: Digest } | null]>([
    ['a first entry has none', history(promote(A)), null],
    ['promote sets it to the one it leaves', history(promote(A), promote(B)), { seq: 1, bundle: A.bundle }],
    ['hold copies it', history(promote(A), promote(B), hold), { seq: 1, bundle: A.bundle }],
    ['unhold copies it', history(promote(A), promote(B), hold, unhold), { seq: 1, bundle: A.bundle }],
    [
      'promote after a hold names the settled entry, not the hold',
      history(promote(A), hold, promote(B)),
      { seq: 1, bundle: A.bundle },
    ],
    [
      'a rollback to T takes T’s own',
      history(promote(A), promote(B), promote(C), rollback(2)),
      { seq: 1, bundle: A.bundle },
    ],
    ['a rollback to the first has none', history(promote(A), promote(B), promote(C), rollback(1)), null],
    ['undo puts back the one before', history(promote(A), promote(B), rollback(1), undo), { seq: 1, bundle: A.bundle }],
    ['a tombstone names what it ended', history(promote(A), promote(B), retire), { seq: 2, bundle: B.bundle }],
    [
      'promote after a tombstone names what stood before it',
      history(promote(A), retire, promote(B)),
      { seq: 1, bundle: A.bundle },
    ],
  ])('%s', (_, entries, back) => {
    expect(newest(entries).back).toEqual(back)
  })

  test('what a move away would leave behind', () => {
    expect(backTo(null)).toBeNull()
    expect(backTo(newest(history(promote(A), hold)))).toEqual({ seq: 1, bundle: A.bundle })
  })
})

describe('an entry is settled if its route differs from the settled one before', () => {
  test.each<[string, readonly PointerEntry[], readonly number[]]>([
    ['promotes are', history(promote(A), promote(B), promote(A)), [1, 2, 3]],
    ['holds are not', history(promote(A), hold, unhold, promote(B)), [1, 1, 1, 4]],
    ['rollbacks and undos are', history(promote(A), promote(B), rollback(1), undo), [1, 2, 3, 4]],
    ['the undo of a hold is not', history(promote(A), hold, undo), [1, 1, 1]],
    ['a tombstone is', history(promote(A), retire), [1, 2]],
  ])('%s', (_, entries, settled) => {
    expect(entries.map((entry) => entry.settled)).toEqual(settled)
  })
})

describe('from, to and left follow from the routes', () => {
  test.each<[string, readonly PointerEntry[], readonly [Digest | null, Digest | null, readonly Arm[]]]>([
    ['first', history(promote(A)), [null, A.bundle, []]],
    ['promote', history(promote(A), promote(B)), [A.bundle, B.bundle, [A]]],
    ['rollback', history(promote(A), promote(B), rollback(1)), [B.bundle, A.bundle, [B]]],
    ['hold', history(promote(A), hold), [A.bundle, A.bundle, []]],
    ['retire', history(promote(A), retire), [A.bundle, null, [A]]],
    ['back from a tombstone', history(promote(A), retire, rollback(1)), [null, A.bundle, []]],
  ])('%s', (_, entries, [from, to, left]) => {
    expect(newest(entries)).toMatchObject({ from, to, left })
  })
})

describe('marks that a move implies', () => {
  test('a rollback: exactly what it leaves, as bad', () => {
    expect(newest(history(promote(A), promote(B), rollback(1))).marks).toEqual([
      { digest: B.bundle, verdict: 'bad', lifts: null },
    ])
  })

  test('an undo: lifts of what the undone move set, by its operation', () => {
    expect(newest(history(promote(A), promote(B), rollback(1), undo)).marks).toEqual([
      { digest: B.bundle, verdict: 'lifted', lifts: 'op-3' },
    ])
  })

  test('an undo of an undo lifts the lift', () => {
    expect(newest(history(promote(A), promote(B), rollback(1), undo, undo)).marks).toEqual([
      { digest: B.bundle, verdict: 'lifted', lifts: 'op-4' },
    ])
  })

  test('promote, hold, retire: none; promote --leaving-bad: what it replaces', () => {
    for (const entries of [history(promote(A), promote(B)), history(promote(A), hold), history(promote(A), retire)])
      expect(newest(entries).marks).toEqual([])
    const fixing = planPromote(newest(history(promote(A))), { ...promoting, arm: B, leavingBad: true })
    expect(fixing?.marks).toEqual([{ digest: A.bundle, verdict: 'bad', lifts: null }])
  })
})

describe('what changes nothing is no move', () => {
  test.each<[string, Move | null]>([
    ['promote of what is there', planPromote(newest(history(promote(A))), { ...promoting, arm: A })],
    ['resetting a plain route', planPromote(newest(history(promote(A))), { ...promoting, arm: A, resetRoute: true })],
    ['lifting no hold', planUnhold(newest(history(promote(A))), null)],
    ['retiring twice', planRetire(newest(history(promote(A), retire)), null)],
  ])('%s', (_, move) => {
    expect(move).toBeNull()
  })
})

describe('a route with rules', () => {
  const rules: Route = {
    arms: { stable: A, candidate: B },
    serve: [{ to: { candidate: 5000, stable: 95_000 } }],
    fallback: 'stable',
  }
  const withRules = (): Move => ({ ...(planPromote(null, { ...promoting, arm: A }) as Move), route: rules })

  test('promote replaces the fallback arm and keeps the rest', () => {
    const move = planPromote(newest(history(withRules)), { ...promoting, arm: C })
    expect(move?.route).toEqual({ ...rules, arms: { stable: C, candidate: B } })
    expect(move?.left).toEqual([A])
  })

  test('--reset-route drops the rules, even for the bundle that is there', () => {
    for (const to of [A, C]) {
      const move = planPromote(newest(history(withRules)), { ...promoting, arm: to, resetRoute: true })
      expect(move?.route).toEqual(plainRoute(to))
    }
  })

  test('a rollback restores all of it; --to writes one arm', () => {
    const entries = history(withRules, promote(C))
    const target = entries[0] as PointerEntry
    const input = { target, reason: null, hold: null, mark: true }
    expect(planRollback(newest(entries), { ...input, to: null }).route).toEqual(rules)
    expect(planRollback(newest(entries), { ...input, to: A }).route).toEqual(plainRoute(A))
    expect(planRollback(newest(entries), { ...input, to: B }).route).toEqual(plainRoute(B))
  })
})

test('a rollback without a hold of its own leaves the one that stands', () => {
  const entries = history(promote(A), promote(B), hold)
  const target = entries[0] as PointerEntry
  expect(planRollback(newest(entries), { target, to: null, reason: null, hold: null, mark: false })).toMatchObject({
    hold: HOLD,
    marks: [],
  })
})

describe("another's fresh rollback", () => {
  const entry = newest(history(promote(A), promote(B), rollback(1)))
  const after = (ms: number): Date => new Date(Date.parse(entry.at) + ms)
  const BEN: Actor = { name: 'ben', kind: 'human' }
  const TEN_MINUTES = 10 * 60 * 1000

  test.each<[string, Actor, Date, boolean]>([
    ['a minute later, another person', BEN, after(60_000), true],
    ['at the same moment', BEN, after(0), true],
    ['a millisecond before ten minutes', BEN, after(TEN_MINUTES - 1), true],
    ['ten minutes later', BEN, after(TEN_MINUTES), false],
    ['by a clock that is behind', BEN, after(-TEN_MINUTES), true],
    ['the same person', ANA, after(1000), false],
    ['a program with the same name', { name: 'ana', kind: 'automation' }, after(1000), true],
  ])('%s: %s', (_, actor, now, is) => {
    expect(isAnothersFreshRollback(entry, actor, now)).toBe(is)
  })

  test('is not a promote, and not an undo', () => {
    expect(isAnothersFreshRollback(newest(history(promote(A))), BEN, after(0))).toBe(false)
    expect(isAnothersFreshRollback(newest(history(promote(A), promote(B), rollback(1), undo)), BEN, after(0))).toBe(
      false,
    )
  })
})

test('the main bundle of no entry and of a tombstone is none', () => {
  expect(mainOf(null)).toBeNull()
  expect(mainOf(newest(history(promote(A), retire)))).toBeNull()
})
