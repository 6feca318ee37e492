import { describe, expect, test } from 'vitest'
import type { MetricSource, Question, Sides } from '../../src/core/metric-source.ts'
import { SIDES, windowsOf } from '../metrics/question.ts'

/** One source and what it was filled with: in each of three windows of a minute the same counts. */
export interface Filled {
  /** In: `hurt`, one that can't answer: a place that is away. */
  open(options: { readonly signal: AbortSignal; readonly hurt?: boolean }): Promise<MetricSource>
  readonly question: Question
  readonly candidate: { readonly exposures: number; readonly events: number }
  readonly reference: { readonly exposures: number; readonly events: number }
}

/** The laws of MetricSource (src/core/metric-source.ts). In: `fill`, which makes its place once; `runs`, whether what it needs is here. */
export function metricSourceContract(name: string, fill: () => Promise<Filled>, runs = true): void {
  describe.skipIf(!runs)(`${name} is a source of numbers`, () => {
    const made = (() => {
      let filled: Promise<Filled> | undefined
      return () => (filled ??= fill())
    })()
    const read = async (count: number, sides: Sides = SIDES, hurt = false) => {
      const { open, question } = await made()
      const source = await open({ signal: new AbortController().signal, hurt })
      try {
        return await source.read(question, sides, windowsOf(count))
      } finally {
        await source.close()
        await source.close()
      }
    }

    test('a reading for each window, in their order, the same each time', { timeout: 120_000 }, async () => {
      const { candidate, reference } = await made()
      const answer = await read(3)
      expect(answer.readings).toEqual(Array(3).fill({ kind: 'events', counts: { candidate, reference } }))
      expect(answer.query.length).toBeGreaterThan(0)
      expect(await read(3)).toEqual(answer)
      // Fewer windows are the first of more.
      expect((await read(2)).readings).toEqual(answer.readings.slice(0, 2))
    })

    test('where nothing serves beside the candidate, nothing is said of it', async () => {
      const { candidate } = await made()
      expect((await read(2, { ...SIDES, reference: null })).readings).toEqual(
        Array(2).fill({ kind: 'events', counts: { candidate, reference: null } }),
      )
    })

    test('a place that is away is unavailable in each window, and throws nothing', async () => {
      const { readings } = await read(2, SIDES, true)
      expect(readings).toEqual(Array(2).fill({ kind: 'unavailable', why: expect.stringMatching(/./), next: null }))
    })

    test('an abort is thrown', async () => {
      const { open, question } = await made()
      const abort = new AbortController()
      const source = await open({ signal: abort.signal })
      const reading = source.read(question, SIDES, windowsOf(3))
      abort.abort(new Error('enough'))
      await expect(reading).rejects.toThrow('enough')
      await expect(source.read(question, SIDES, windowsOf(3))).rejects.toThrow('enough')
    })

    test('windows that do not follow each other are a mistake of ours', async () => {
      const { open, question } = await made()
      const source = await open({ signal: new AbortController().signal })
      const [a, b, c] = windowsOf(3)
      for (const windows of [[], [a, c], [b, a]] as never[])
        await expect(source.read(question, SIDES, windows)).rejects.toMatchObject({ code: 'INTERNAL' })
    })
  })
}
