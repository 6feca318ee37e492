import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AishipError } from '../../src/core/errors.ts'
import { emptyJournal, FIRST_SUM, journalText, readJournal, STATUSES } from '../../src/core/journal.ts'
import type { JournalLine, ReceiptStatus } from '../../src/core/model.gen.ts'

// A journal as it is written, torn, filled with zeros, damaged; and what it says, against a model of plain objects.

const ITEMS = 12

const ack = fc.record(
  { i: fc.nat(ITEMS - 1), s: fc.constantFrom(...STATUSES), undo: fc.jsonValue(), note: fc.string() },
  { requiredKeys: ['i', 's'] },
)
const line: fc.Arbitrary<JournalLine> = fc.oneof(
  fc.record({
    t: fc.constant('group' as const),
    sent: fc.array(fc.nat(ITEMS - 1), { maxLength: 4 }),
    acks: fc.array(ack, { maxLength: 4 }),
  }),
  fc.record({ t: fc.constant('stage' as const), done: fc.nat(ITEMS) }),
)
const lines = fc.array(line, { maxLength: 12 })

function written(all: readonly JournalLine[]): Buffer {
  let sum = FIRST_SUM
  const texts = all.map((one) => {
    const made = journalText(one, sum)
    sum = made.sum
    return made.text
  })
  return Buffer.from(texts.join(''))
}

/** In chunks of an odd size, as a file is read. */
function read(bytes: Uint8Array, chunk = 7) {
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, i) =>
    bytes.subarray(i * chunk, (i + 1) * chunk),
  )
  const found: JournalLine[] = []
  const places: number[] = []
  const reader = readJournal(chunks)
  for (;;) {
    const next = reader.next()
    if (next.done) return { found, places, ...next.value }
    found.push(next.value.line)
    places.push(next.value.at)
  }
}

/** How many lines end within so many bytes. */
const wholeIn = (bytes: Buffer, length: number): number =>
  bytes.subarray(0, length).filter((byte) => byte === 10).length
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('what is read', () => {
  test('is what was written, and goes on from there', () => {
    fc.assert(
      fc.property(lines, line, (all, more) => {
        const bytes = written(all)
        const { found, end, sum, places } = read(bytes)
        expect(found).toEqual(plain(all))
        expect(end).toBe(bytes.length)
        const next = Buffer.concat([bytes, Buffer.from(journalText(more, sum).text)])
        expect(read(next).found).toEqual(plain([...all, more]))
        for (const [i, at] of places.entries()) expect(read(bytes.subarray(0, at)).found).toHaveLength(i)
      }),
    )
  })

  test('of a torn or zero-filled tail is what is whole before it', () => {
    fc.assert(
      fc.property(lines, fc.nat(), fc.nat(5000), (all, cut, zeros) => {
        const bytes = written(all)
        const at = bytes.length === 0 ? 0 : cut % (bytes.length + 1)
        const torn = Buffer.concat([bytes.subarray(0, at), Buffer.alloc(zeros)])
        const { found, end } = read(torn, 1 + (cut % 90))
        expect(found).toEqual(plain(all.slice(0, wholeIn(bytes, at))))
        expect(end).toBe(bytes.lastIndexOf(10, at - 1) === -1 || at === 0 ? 0 : bytes.lastIndexOf(10, at - 1) + 1)
      }),
    )
  })

  test('never has a line that was changed: it is a tail, or the journal is damaged', () => {
    fc.assert(
      fc.property(lines, fc.nat(), fc.integer({ min: 1, max: 255 }), (all, place, bits) => {
        const bytes = written(all)
        if (bytes.length === 0) return
        const at = place % bytes.length
        bytes[at] = (bytes[at] as number) ^ bits
        const before = wholeIn(written(all), at)
        try {
          const { found } = read(bytes)
          expect(found).toEqual(plain(all.slice(0, found.length)))
          expect(found.length).toBeLessThanOrEqual(before)
        } catch (error) {
          expect(error).toBeInstanceOf(AishipError)
          expect((error as AishipError).code).toBe('CORRUPT')
        }
      }),
    )
  })

  test('a line in the middle that was changed is not passed over', () => {
    const group = { t: 'group', sent: [0, 1, 2], acks: [] } as const
    const bytes = written([group, { ...group, sent: [3] }, { ...group, sent: [4] }])
    const middle = bytes.indexOf(10) + 30
    bytes[middle] = (bytes[middle] as number) ^ 1
    expect(() => read(bytes)).toThrow(/damaged at byte \d+, and goes on/)
  })
})

describe('what a journal says', () => {
  test('is the fold of its lines', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const state = emptyJournal(ITEMS)
        const model = Array.from({ length: ITEMS }, () => ({
          status: 'not_sent' as ReceiptStatus,
          tries: 0,
          at: null as number | null,
        }))
        let stage = 0
        for (const [at, one] of all.entries()) {
          state.add(one, at)
          if (one.t === 'stage') stage = one.done
          if (one.t !== 'group') continue
          for (const { i, s, undo, note } of one.acks) {
            const isOpen = ['not_sent', 'in_doubt', 'failed'].includes(s)
            const before = isOpen ? (model[i]?.at ?? null) : null
            Object.assign(model[i] as object, {
              status: s,
              at: undo === undefined && note === undefined ? before : at,
            })
          }
          for (const i of one.sent) {
            const item = model[i] as (typeof model)[number]
            item.status = 'in_doubt'
            item.tries++
          }
        }
        expect(
          model.map((_, i) => ({ status: state.statusOf(i), tries: state.triesOf(i), at: state.saidAt(i) })),
        ).toEqual(model)
        expect(state.stage).toBe(stage)
        for (const status of STATUSES)
          expect(state.counts()[status]).toBe(model.filter((item) => item.status === status).length)
        for (const [i, item] of model.entries())
          expect(state.isOpen(i)).toBe(['not_sent', 'in_doubt', 'failed'].includes(item.status))
      }),
    )
  })

  test('nothing is done by being sent: only an answer says so', () => {
    const state = emptyJournal(1)
    state.add({ t: 'group', sent: [0], acks: [] }, 0)
    expect(state.statusOf(0)).toBe('in_doubt')
    expect(state.isOpen(0)).toBe(true)
  })
})
