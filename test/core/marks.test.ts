import { describe, expect, test } from 'vitest'
import { marksInForce, standingAt } from '../../src/core/marks.ts'
import type { MarkEntry, Scope } from '../../src/core/model.gen.ts'

// A mark is a verdict on a digest, for the whole registry (a person's `mark`) or for one pointer (set by a rollback). An undo lifts
// what the undone move set, and nothing else.

const DIGEST = `sha256:${'a'.repeat(64)}` as const
const PROD: Scope = { app: 'fraud', pointer: 'prod' }
const EU: Scope = { app: 'fraud', pointer: 'prod-eu' }
const OTHER_APP: Scope = { app: 'spam', pointer: 'prod' }

/** A log from what happened, oldest first: `bad prod op1`, `good * op2`, `lifted prod op3 op1`. */
function log(...lines: readonly string[]): readonly MarkEntry[] {
  const scopes: Readonly<Record<string, Scope | null>> = { '*': null, prod: PROD, eu: EU, other: OTHER_APP }
  return lines.map((line, i) => {
    const [verdict, where, op, lifts] = line.split(' ') as [MarkEntry['verdict'], string, string, string?]
    return {
      ...{ v: 1, log: `marks/${'a'.repeat(64)}`, seq: i + 1, prev: null, registry: 'r', id: DIGEST, digest: DIGEST },
      ...{ actor: { name: 'ana', kind: 'human' }, at: '2026-10-01T12:00:00.000Z', reason: null },
      ...{ verdict, op, scope: scopes[where] ?? null, lifts: lifts ?? null },
    }
  })
}

const standing = (scope: Scope, ...lines: readonly string[]): Record<string, unknown> => {
  const { here, registry, elsewhere } = standingAt(log(...lines), scope)
  return { here: here?.op ?? null, registry: registry?.op ?? null, elsewhere: elsewhere.map((mark) => mark.op) }
}

const nothing = { here: null, registry: null, elsewhere: [] }

describe('what stands against serving a digest at prod', () => {
  test.each<[string, readonly string[], Record<string, unknown>]>([
    ['nothing said', [], nothing],
    ['bad for prod', ['bad prod 1'], { ...nothing, here: '1' }],
    ['bad for the registry', ['bad * 1'], { ...nothing, registry: '1' }],
    ['bad for another pointer', ['bad eu 1'], { ...nothing, elsewhere: ['1'] }],
    ["bad for another app's prod", ['bad other 1'], { ...nothing, elsewhere: ['1'] }],
    ['all at once', ['bad prod 1', 'bad * 2', 'bad eu 3'], { here: '1', registry: '2', elsewhere: ['3'] }],
    ['the newest counts', ['bad prod 1', 'bad prod 2'], { ...nothing, here: '2' }],
    ['good ends what was bad here', ['bad prod 1', 'good * 2'], nothing],
    ['good ends what was bad anywhere', ['bad prod 1', 'bad * 2', 'bad eu 3', 'good * 4'], nothing],
    ['bad after good', ['bad prod 1', 'good * 2', 'bad * 3'], { ...nothing, registry: '3' }],
    ['good without bad', ['good * 1'], nothing],
  ])('%s', (_, lines, expected) => {
    expect(standing(PROD, ...lines)).toEqual(expected)
  })
})

describe('a lift takes back the marks of one operation at one pointer', () => {
  test.each<[string, readonly string[], Record<string, unknown>]>([
    ['what it names', ['bad prod 1', 'lifted prod 2 1'], nothing],
    ['only what it names', ['bad prod 1', 'bad prod 2', 'lifted prod 3 2'], { ...nothing, here: '1' }],
    ['not a mark of the registry', ['bad prod 1', 'bad * 2', 'lifted prod 3 1'], { ...nothing, registry: '2' }],
    [
      'not the mark of the same operation at another pointer: one rollback of two pointers, one of them undone',
      ['bad prod 1', 'bad eu 1', 'lifted prod 2 1'],
      { ...nothing, elsewhere: ['1'] },
    ],
    ['nor the other way round', ['bad prod 1', 'bad eu 1', 'lifted eu 2 1'], { ...nothing, here: '1' }],
    ['what comes after it stands', ['bad prod 1', 'lifted prod 2 1', 'bad prod 3'], { ...nothing, here: '3' }],
    [
      'an undone undo: the mark stands again',
      ['bad prod 1', 'lifted prod 2 1', 'lifted prod 3 2'],
      { ...nothing, here: '1' },
    ],
    ['and undone once more', ['bad prod 1', 'lifted prod 2 1', 'lifted prod 3 2', 'lifted prod 4 3'], nothing],
    ['good in between stays good', ['bad prod 1', 'lifted prod 2 1', 'good * 3', 'lifted prod 4 2'], nothing],
    ['of nothing changes nothing', ['bad prod 1', 'lifted prod 2 9'], { ...nothing, here: '1' }],
  ])('%s', (_, lines, expected) => {
    expect(standing(PROD, ...lines)).toEqual(expected)
  })
})

test('marks in force are listed oldest first, and lifts are not among them', () => {
  const inForce = marksInForce(log('bad prod 1', 'bad eu 2', 'lifted prod 3 1', 'bad * 4'))
  expect(inForce.map((mark) => [mark.verdict, mark.op])).toEqual([
    ['bad', '2'],
    ['bad', '4'],
  ])
})
