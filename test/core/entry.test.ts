import { describe, expect, test } from 'vitest'
import { canonicalBytes, type Digest, digestOf } from '../../src/core/digest.ts'
import { type Body, MAX_ENTRY, nextEntry, type Read, readEntry } from '../../src/core/entry.ts'
import { AishipError } from '../../src/core/errors.ts'
import type { MarkEntry, PointerEntry } from '../../src/core/model.gen.ts'
import { plainRoute } from '../../src/core/route.ts'

// An entry carries v, log, seq, prev, op, registry, actor, at, then its body, and id over all of it; the next one carries the digest of
// its bytes. A reader takes nothing that does not fit (DESIGN §3, Entries).

const LOG = 'pointers/fraud/prod'
const REGISTRY = 'r-1'
const A = { bundle: `sha256:${'a'.repeat(64)}` as Digest, version: 'v1' }

const body: Body<PointerEntry> = {
  ...{ action: 'promote', reason: 'better', override: null, route: plainRoute(A), from: null, to: A.bundle },
  ...{
    hold: null,
    rollout: null,
    settled: 1,
    back: null,
    left: [],
    marks: [],
    policy: { protected: false },
    evidence: [],
  },
}
const stamp = (at: string, op = 'op-1') => ({
  registry: REGISTRY,
  op,
  actor: { name: 'ana', kind: 'human' as const },
  now: new Date(at),
})
const NOON = '2026-10-01T12:00:00.000Z'

const make = (before: Read<PointerEntry> | null = null, at = NOON) =>
  nextEntry<PointerEntry>(LOG, before, stamp(at), { ...body, settled: (before?.entry.seq ?? 0) + 1 })
const read = (bytes: Uint8Array, seq = 1) => readEntry('pointers', LOG, { seq, bytes }, REGISTRY)
const first = (): Read<PointerEntry> => read(make().bytes)

/** The bytes of an entry with some fields changed and its id made right again: what a forger who knows the format would write. */
function forged(change: Record<string, unknown>): Uint8Array {
  const { id, ...rest } = { ...(make().entry as unknown as Record<string, unknown>), ...change }
  return canonicalBytes({ ...rest, id: digestOf(canonicalBytes(rest)) })
}

const refusal = (run: () => unknown): AishipError => {
  try {
    run()
  } catch (error) {
    if (error instanceof AishipError) return error
    throw error
  }
  throw new Error('it was taken')
}

test('the first entry has number 1 and no entry before it', () => {
  const { entry, bytes } = make()
  const { id, ...rest } = entry
  expect(entry).toMatchObject({ v: 1, log: LOG, seq: 1, prev: null, op: 'op-1', registry: REGISTRY, at: NOON, ...body })
  expect(entry.actor).toEqual({ name: 'ana', kind: 'human' })
  expect(id).toBe(digestOf(canonicalBytes(rest)))
  expect(Buffer.compare(bytes, canonicalBytes(entry))).toBe(0)
})

test("the next one has the next number and the digest of the first one's bytes", () => {
  const before = first()
  const { entry } = make(before, '2026-10-01T12:00:01.000Z')
  expect([entry.seq, entry.prev]).toEqual([2, digestOf(make().bytes)])
  expect(read(make(before).bytes, 2).entry).toEqual(make(before).entry)
})

describe('the time of an entry never goes back', () => {
  test.each([
    ['a later clock is taken', '2026-10-01T12:00:00.001Z', '2026-10-01T12:00:00.001Z'],
    ['the same time is taken', NOON, NOON],
    ['a clock a millisecond behind is moved up', '2026-10-01T11:59:59.999Z', NOON],
    ['a clock a year behind is moved up', '2025-10-01T12:00:00.000Z', NOON],
  ])('%s', (_, now, at) => {
    expect(make(first(), now).entry.at).toBe(at)
  })
})

describe('a reader refuses with 7', () => {
  const whole = make().bytes
  test.each<[string, Uint8Array, RegExp]>([
    ['an empty entry', Buffer.alloc(0), /is not readable/],
    ['JSON that is no entry', Buffer.from('[]'), /is not an object/],
    ['null', Buffer.from('null'), /is not an object/],
    ['an entry of another number', forged({ seq: 2 }), /says that it is pointers\/fraud\/prod@2/],
    ["another pointer's entry", forged({ log: 'pointers/fraud/canary' }), /says that it is pointers\/fraud\/canary@1/],
    ["another registry's entry", forged({ registry: 'r-2' }), /belongs to another registry, r-2/],
    [
      'an id of something else',
      Buffer.from(Buffer.from(whole).toString().replace('"better"', '"bettre"')),
      /does not match its own id/,
    ],
    ['no id', canonicalBytes({ ...make().entry, id: undefined }), /does not match its own id/],
    ['an unknown field', forged({ extra: 1 }), /shape/],
    ['a field that is missing', forged({ hold: undefined }), /shape/],
    ['an action that there is not', forged({ action: 'explode' }), /shape/],
    ['a number 0', forged({ seq: 0 }), /shape/],
    ['a time without milliseconds', forged({ at: '2026-10-01T12:00:00Z' }), /shape/],
    ['a time in another zone', forged({ at: '2026-10-01T12:00:00.000+02:00' }), /shape/],
    ['a digest in capitals', forged({ to: `sha256:${'A'.repeat(64)}` }), /shape/],
    ['format 0', forged({ v: 0 }), /shape/],
    ['white space behind it', Buffer.concat([whole, Buffer.from('\n')]), /canonical/],
    ['more than an entry may have', Buffer.concat([whole, Buffer.alloc(MAX_ENTRY)]), /more than the 4194304 allowed/],
  ])('%s', (_, bytes, message) => {
    const error = refusal(() => read(bytes))
    expect([error.code, error.exit, error.next]).toEqual(['CORRUPT', 7, ['aiship fsck']])
    expect(error.message).toMatch(message)
    expect(error.message).toContain('entry pointers/fraud/prod@1')
  })

  test('every flipped bit and every truncation', () => {
    for (let i = 0; i < whole.length; i++) {
      const flipped = Uint8Array.from(whole)
      flipped[i] = (flipped[i] as number) ^ (1 << (i % 8))
      expect(refusal(() => read(flipped)).code, `bit ${i % 8} of byte ${i}`).toBe('CORRUPT')
      expect(refusal(() => read(whole.slice(0, i))).code, `cut at ${i}`).toBe('CORRUPT')
    }
  })

  test('a version entry in a pointer log, and a pointer entry in a mark log', () => {
    expect(refusal(() => readEntry('marks', LOG, { seq: 1, bytes: whole }, REGISTRY)).message).toMatch(/shape/)
    expect(refusal(() => readEntry('versions', LOG, { seq: 1, bytes: whole }, REGISTRY)).message).toMatch(/shape/)
  })
})

test('an entry of a later format says that this aiship is too old (2), not that it is damaged', () => {
  const error = refusal(() => read(forged({ v: 2, whatever: true })))
  expect([error.code, error.exit]).toEqual(['FORMAT_NEWER', 2])
  expect(error.message).toMatch(/format 2; this aiship reads format 1/)
  expect(error.hint).toMatch(/newer aiship/)
})

test('a mark is an entry like any other', () => {
  const log = `marks/${'a'.repeat(64)}`
  const mark: Body<MarkEntry> = {
    digest: A.bundle,
    verdict: 'bad',
    reason: null,
    scope: { app: 'fraud', pointer: 'prod' },
    lifts: null,
  }
  const { entry, bytes } = nextEntry<MarkEntry>(log, null, stamp(NOON), mark)
  expect(readEntry('marks', log, { seq: 1, bytes }, REGISTRY).entry).toEqual(entry)
})
