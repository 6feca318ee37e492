import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalBytes } from '../../src/core/digest.ts'
import { plannedGuards } from '../../src/core/guard-ahead.ts'
import { judgeFamily } from '../../src/core/guard-family.ts'
import { judgeGuard } from '../../src/core/guard-judge.ts'
import { halfWidth } from '../../src/core/guard-mean.ts'
import {
  beforeQuestion,
  closedWindows,
  guardsOf,
  questionsOf,
  SAMPLE_RATIO,
  sidesFor,
} from '../../src/core/guard-plan.ts'
import { requestsToPass, requestsToSee } from '../../src/core/guard-power.ts'
import type { Reading, Unavailable } from '../../src/core/metric-source.ts'
import type { Guard, GuardVerdict, RolloutPolicy } from '../../src/core/model.gen.ts'
import { ALONE, answerOf, CANARY, events, judge, SHADOW, START, silent, situationOf, value } from './situations.ts'

const ERRORS: Guard = { name: 'errors', kind: 'rate', events: "status = 'error'", margin: '0%', onFail: 'rollback' }
const TOLERANT: Guard = { ...ERRORS, margin: '20%' }

const SCHEMAS = path.join(import.meta.dirname, '../../schemas')
const common = JSON.parse(readFileSync(path.join(SCHEMAS, 'common.schema.json'), 'utf8'))
const ajv = new Ajv2020({ strict: false }).addSchema(common)
const isVerdict = ajv.compile({ $ref: 'common.schema.json#/$defs/guardVerdict' })
const isFamily = ajv.compile({ $ref: 'common.schema.json#/$defs/familyVerdict' })

/** `outcome action`. */
const short = ({ outcome, action }: GuardVerdict): string => `${outcome} ${action}`

describe('a rate', () => {
  test.each<[string, Guard, readonly [number, number, number, number], string]>([
    ['healthy', ERRORS, [12, 500, 190, 9500], 'pass none'],
    ['three times as bad', ERRORS, [30, 1000, 190, 19_000], 'fail rollback'],
    ['the same with a margin', TOLERANT, [30, 1000, 190, 19_000], 'fail rollback'],
    ['the first three of three', ERRORS, [3, 3, 0, 57], 'fail rollback'],
    ['the first two of two', ERRORS, [2, 2, 0, 38], 'unknown none'],
    ['few requests', ERRORS, [0, 100, 19, 1900], 'unknown none'],
    ['enough without any', ERRORS, [0, 200, 0, 3800], 'pass none'],
    ['none at all', ERRORS, [0, 0, 0, 0], 'unknown none'],
    ['none of the candidate', ERRORS, [0, 0, 10, 1000], 'unknown none'],
    ['fewer conversions', { ...ERRORS, direction: 'decrease' }, [10, 500, 950, 9500], 'fail rollback'],
    ['as many conversions', { ...ERRORS, direction: 'decrease' }, [50, 500, 950, 9500], 'pass none'],
    ['nothing that could become less', { ...ERRORS, direction: 'decrease' }, [0, 500, 0, 9500], 'unknown none'],
    ['either way, less', { ...TOLERANT, direction: 'either' }, [10, 1000, 1900, 19_000], 'fail rollback'],
    ['either way, more', { ...TOLERANT, direction: 'either' }, [60, 1000, 380, 19_000], 'fail rollback'],
    ['what cannot be so much more', TOLERANT, [500, 500, 9500, 9500], 'unknown none'],
  ])('%s: %o', (_, guard, [x, n, y, m], expected) => {
    const verdict = judge(guard, [events(x, n, [y, m])])
    expect(short(verdict), verdict.why).toBe(expected)
    expect(isVerdict(verdict), JSON.stringify(isVerdict.errors)).toBe(true)
  })

  test('has the evidence of the vectors, to nine decimals', () => {
    expect(judge(ERRORS, [events(12, 500, [190, 9500])]).ln_e).toBeCloseTo(Math.log(0.285674), 5)
    expect(judge(ERRORS, [events(30, 1000, [190, 19_000])]).ln_e).toBeCloseTo(10.070013, 6)
    expect(judge(TOLERANT, [events(30, 1000, [190, 19_000])]).ln_e).toBeCloseTo(6.842682, 6)
  })

  test('stays failed when things get better, and says when it failed', () => {
    const bad = [events(30, 1000, [190, 19_000]), events(0, 9000, [2000, 19_000])]
    const verdict = judge(ERRORS, bad)
    expect(verdict).toMatchObject({ outcome: 'fail', failed_at: '2026-11-27T12:01:00.000Z' })
    expect(verdict.ln_e as number).toBeLessThan(verdict.ln_max as number)
  })

  test('with one arm is unknown, says so, and waits for nobody', () => {
    const verdict = judge(ERRORS, [events(30, 1000, null)], { served: ALONE, mode: 'steady' })
    expect(verdict).toMatchObject({ outcome: 'unknown', action: 'none', idle: true })
    expect(verdict.why).toMatch(/^no control/)
  })

  test('counts requests down by how they clump, and without that may only hold', () => {
    const clumped = events(30, 1000, [190, 19_000])
    const perRequest: Guard = { ...ERRORS, unit: 'request' }
    expect(short(judge(perRequest, [clumped]))).toBe('fail hold')
    expect(judge(perRequest, [clumped]).on_fail).toBe('hold')
    expect(short(judge({ ...perRequest, overdispersion: 1 }, [clumped]))).toBe('fail rollback')
    expect(short(judge({ ...perRequest, overdispersion: 30 }, [clumped]))).toBe('unknown none')
    // Of users with 30 requests each, all or nothing, it is exactly the evidence of the users.
    const users = judge(ERRORS, [events(9, 100, [19, 1900])])
    const requests = judge({ ...perRequest, overdispersion: 30 }, [events(270, 3000, [570, 57_000])])
    expect(requests.ln_e).toBeCloseTo(users.ln_e as number, 8)
    // Counters are of requests, whoever says otherwise.
    expect(judge({ ...ERRORS, source: 'prometheus' }, [clumped]).on_fail).toBe('hold')
  })
})

describe('what is no answer is unknown, whatever came before', () => {
  const good = events(12, 500, [190, 9500])
  test.each<[string, Reading | Unavailable | null]>([
    ['a source that is silent', silent],
    ['NaN', events(Number.NaN, 10, [0, 10])],
    ['a negative count', events(-1, 10, [0, 10])],
    ['half an event', events(0.5, 10, [0, 10])],
    ['more events than exposures', events(11, 10, [0, 10])],
    ['an answer to another question', value(0)],
    ['no answer for the last windows', null],
  ])('%s', (_, bad) => {
    const readings = [good, ...(bad === null ? [] : [bad, bad, bad])]
    const verdict = judge(ERRORS, readings, { minutes: 4 })
    expect(short(verdict)).toBe('unknown none')
    expect(verdict.why).toMatch(/^no data/)
    expect(verdict.unavailable).toBe(3)
    // A log may be behind by a window or two.
    expect(short(judge(ERRORS, readings, { minutes: 3 }))).toBe('pass none')
  })

  test('says what to do where the source does', () => {
    expect(judge(ERRORS, [silent]).next).toBe('aiship doctor')
  })

  test.each<[string | null, number, string]>([
    [null, 9, 'pass none'],
    [null, 11, 'unknown warn'],
    ['{"after": "5m", "then": "hold"}', 5, 'pass none'],
    ['{"after": "5m", "then": "hold"}', 6, 'unknown hold'],
    ['{"after": "5m", "then": "abort"}', 8, 'unknown abort'],
  ])('noData %s: after %d minutes %s', (noData, minutes, expected) => {
    const readings = [good, ...Array.from({ length: minutes - 1 }, () => events(0, 0, [0, 0]))]
    const guard = noData === null ? ERRORS : { ...ERRORS, noData: JSON.parse(noData) as NonNullable<Guard['noData']> }
    expect(short(judge(guard, readings))).toBe(expected)
  })

  test('a deadline aborts what has not passed, and never completes it', () => {
    const guard: Guard = { ...ERRORS, deadline: '2m' }
    const few = events(0, 10, [1, 190])
    expect(short(judge(guard, [few]))).toBe('unknown none')
    expect(short(judge(guard, [few, few]))).toBe('unknown abort')
    expect(short(judge(guard, [few, few], { mode: 'keep_watching' }))).toBe('unknown hold')
    expect(short(judge(guard, [good, good]))).toBe('pass none')
  })

  test('before a window is closed nothing is said', () => {
    expect(judge(ERRORS, [], { now: START + 64_000 }).why).toMatch(/^no window is closed yet/)
    expect(judge(ERRORS, [good], { now: START + 65_000 }).outcome).toBe('pass')
  })

  test('labels that come later close their windows later, and a rollout that is over before does not wait for them', () => {
    const guard: Guard = { ...ERRORS, delay: '1h' }
    const situation = situationOf([guard], { minutes: 90 })
    expect(closedWindows(guard, situation)).toHaveLength(30)
    const over = { minutes: 5, deadline: START + 3_000_000 }
    expect(judge(guard, [], over)).toMatchObject({ outcome: 'unknown', idle: true, action: 'none' })
    expect(judge(guard, [], { minutes: 5, deadline: START + 9_000_000 }).idle).toBe(false)
  })
})

describe('a ceiling', () => {
  const floor: Guard = {
    ...{ name: 'floor', kind: 'rate', events: "status = 'error'", ceiling: '20%', alpha: 0.001, onFail: 'rollback' },
  }
  test.each<[number, number, string]>([
    [5, 5, 'unknown none'],
    [6, 6, 'fail rollback'],
    [10, 100, 'pass none'],
    [2, 10, 'unknown none'],
    [200, 1000, 'pass none'],
    [300, 1000, 'fail rollback'],
  ])('of 20 %%: %d of %d is %s, with one arm or two', (x, n, expected) => {
    const alone = judge(floor, [events(x, n, null)], { served: ALONE, mode: 'steady' })
    expect(short(alone), alone.why).toBe(expected)
    expect(short(judge(floor, [events(x, n, [0, 0])]))).toBe(expected)
  })

  test('needs as much as it says', () => {
    expect(requestsToPass(0.6, 0.2, { alpha: 0.001 })).toBe(judge(floor, [events(0, 9, null)]).needed)
  })
})

describe('an exceedance', () => {
  const p95: Guard = {
    name: 'p95',
    kind: 'exceedance',
    field: 'latency_ms',
    of: 'p95',
    margin: '0%',
    onFail: 'rollback',
  }
  const frozen = { p95: { value: 812.5, n: 5000 } }

  test('asks for the threshold once, of the day before, and for events over it afterwards', () => {
    const situation = situationOf([p95])
    const before = beforeQuestion(p95, situation)
    expect(before).toEqual({
      question: { kind: 'quantile', guard: p95, quantile: 0.95 },
      windows: [{ from: START - 86_400_000, until: START }],
    })
    expect(questionsOf(p95, situation)).toEqual([])
    expect(questionsOf(p95, { ...situation, frozen })).toEqual([{ kind: 'events', guard: p95, threshold: 812.5 }])
  })

  test.each<[number, number, string]>([
    [20, 100, 'fail rollback'],
    [9, 100, 'pass none'],
  ])('%d of 100 over it is %s', (x, n, expected) => {
    const verdict = judge(p95, [events(x, n, [95, 1900])], { frozen })
    expect(short(verdict), verdict.why).toBe(expected)
    expect(verdict.threshold).toBe(812.5)
  })

  test.each([{}, { p95: { value: 812.5, n: 499 } }, { p95: { value: Number.NaN, n: 5000 } }])(
    'without a threshold of 500 units it says nothing: %j',
    (few) => {
      const verdict = judge(p95, [events(20, 100, [95, 1900])], { frozen: few })
      expect(short(verdict)).toBe('unknown none')
    },
  )
})

describe('a distribution', () => {
  const mix: Guard = {
    name: 'mix',
    kind: 'distribution',
    field: 'label',
    bins: ['a', 'b', 'c', 'd'],
    onFail: 'rollback',
  }
  const classes = (now: readonly number[], beside: readonly number[] | null): Reading => {
    const named = (counts: readonly number[]) =>
      Object.fromEntries(counts.map((one, i) => ['abcdefgh'[i] as string, one]))
    return { kind: 'classes', classes: { candidate: named(now), reference: beside === null ? null : named(beside) } }
  }
  const control = [500, 300, 150, 50]

  test('of the vectors', () => {
    // One class more than theirs, which nobody was given: it says 1.
    const mean = (e: number): number => Math.log((4 * e + 1) / 5)
    expect(judge(mix, [classes([80, 70, 30, 20], control)]).ln_e).toBeCloseTo(mean(1.419726), 6)
    expect(judge(mix, [classes([130, 30, 30, 10], control)]).ln_e).toBeCloseTo(mean(101.510582), 6)
    expect(short(judge(mix, [classes([100, 60, 30, 10], control)]))).toBe('pass none')
    const shifted = judge(mix, [classes([30, 130, 30, 10], control)])
    expect(short(shifted)).toBe('fail rollback')
    expect(shifted.classes?.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', '(other)'])
    expect(isVerdict(shifted)).toBe(true)
  })

  test('sees a class that is new', () => {
    expect(short(judge(mix, [classes([100, 60, 30, 0, 10], [...control, 0])]))).toBe('fail rollback')
  })

  test('learns classes that nobody named from windows that it does not judge', () => {
    const { bins: _, ...open } = mix
    const first = classes([5, 3, 2, 0], [100, 60, 30, 10])
    expect(short(judge(open, [first]))).toBe('unknown none')
    expect(short(judge(open, [first, classes([100, 60, 30, 10], control)]))).toBe('pass none')
    expect(short(judge(open, [first, classes([30, 130, 30, 10], control)]))).toBe('fail rollback')
  })

  const profile = (counts: Readonly<Record<string, number>>) => ({
    digest: `sha256:${'c'.repeat(64)}` as const,
    profile: { v: 1 as const, fields: { label: { edges: null, counts } } },
  })
  const alone = { served: ALONE, mode: 'steady' as const }

  test('with one arm it is held against the profile, and may hold', () => {
    const known = { ...alone, profile: profile({ a: 5000, b: 3000, c: 1500, d: 500 }) }
    const healthy = judge(mix, [classes([500, 300, 150, 50], null)], known)
    expect(short(healthy), healthy.why).toBe('pass none')
    const drifted = judge(mix, [classes([300, 500, 150, 50], null)], known)
    expect(short(drifted)).toBe('fail hold')
    expect(drifted.on_fail).toBe('hold')
    expect(short(judge(mix, [classes([500, 300, 150, 50, 60], null)], known))).toBe('fail hold')
  })

  test('a profile of few units says little, and none at all nothing', () => {
    const few = judge(mix, [classes([300, 500, 150, 50], null)], {
      ...alone,
      profile: profile({ a: 5, b: 3, c: 1, d: 1 }),
    })
    expect(few.outcome).toBe('unknown')
    const none = judge(mix, [classes([300, 500, 150, 50], null)], alone)
    expect(none).toMatchObject({ outcome: 'unknown', idle: true })
    expect(none.why).toMatch(/no profile/)
  })

  test('of a number it asks by the edges of the guard, else of the profile', () => {
    const score: Guard = { name: 'score', kind: 'distribution', field: 'score', bins: [0.2, 0.5, 0.9] }
    expect(questionsOf(score, situationOf([score]))).toEqual([
      { kind: 'classes', guard: score, edges: [0.2, 0.5, 0.9] },
    ])
    const { bins: _, ...open } = score
    const frozen = { fields: { score: { edges: [0.5], counts: { '0': 10, '1': 20 } } }, v: 1 as const }
    const situation = situationOf([open], { profile: { digest: `sha256:${'c'.repeat(64)}`, profile: frozen } })
    expect(questionsOf(open, situation)).toEqual([{ kind: 'classes', guard: open, edges: [0.5] }])
  })
})

describe('pairs', () => {
  const judged: Guard = { name: 'judge', kind: 'paired', worse: 'w', better: 'b', onFail: 'abort' }
  const pairs = (worse: number, better: number, ties: number): Reading => ({ kind: 'pairs', worse, better, ties })
  const shadow = { served: SHADOW }

  test('have the evidence of the vectors, whatever is alike', () => {
    expect(judge(judged, [pairs(18, 4, 0)], shadow).ln_e).toBeCloseTo(Math.log(40.618905), 6)
    expect(judge(judged, [pairs(12, 10, 500)], shadow).ln_e).toBeCloseTo(Math.log(0.341213), 5)
  })

  test.each<[Guard['margin'], readonly [number, number, number], string]>([
    [undefined, [30, 4, 0], 'fail abort'],
    // A judge that calls the second answer worse three times as often, whoever gave it.
    ['200%', [30, 10, 60], 'pass none'],
    [undefined, [18, 4, 0], 'unknown none'],
    [undefined, [0, 0, 400], 'unknown none'],
    [undefined, [0, 0, 500], 'pass none'],
    [undefined, [20, 20, 100], 'pass none'],
    [undefined, [0, 0, 0], 'unknown none'],
  ])('with a margin of %s: %j are %s', (margin, [worse, better, ties], expected) => {
    const guard = margin === undefined ? judged : { ...judged, margin }
    const verdict = judge(guard, [pairs(worse, better, ties)], shadow)
    expect(short(verdict), verdict.why).toBe(expected)
  })

  test('come of a mirror alone', () => {
    expect(judge(judged, [pairs(0, 0, 500)])).toMatchObject({ outcome: 'unknown', idle: true })
  })
})

describe('a mean', () => {
  const revenue: Guard = {
    name: 'revenue',
    kind: 'mean',
    field: 'usd',
    direction: 'decrease',
    margin: '0%',
    onFail: 'hold',
  }
  /** n values around `mean` with a variance of 1. */
  const moments = (n: number, mean: number) => ({ n, sum: n * mean, squares: n * (mean * mean + 1) })
  const look = (n: number, mean: number, m: number, beside: number): Reading => ({
    kind: 'moments',
    moments: { candidate: moments(n, mean), reference: moments(m, beside) },
  })

  test('has the width of the vectors', () => {
    expect(halfWidth(0.1298308, 6461, 0.05)).toBeCloseTo(0.3609451, 6)
  })

  test.each<[Partial<Guard>, Reading, string]>([
    [{}, look(499, 5, 499, 10), 'unknown none'],
    [{}, look(600, 9, 600, 10), 'fail hold'],
    [{}, look(600, 11, 600, 10), 'pass none'],
    [{ direction: 'increase' }, look(600, 11, 600, 10), 'fail hold'],
    [{ direction: 'either' }, look(600, 11, 600, 10), 'fail hold'],
    [{ margin: '20%' }, look(600, 9, 600, 10), 'pass none'],
    [{ burnIn: 1000 }, look(600, 9, 600, 10), 'unknown none'],
    [{ burnIn: 10 }, look(100, 1, 100, 10), 'unknown none'],
    // Hardly anything, in values that spread by 1.
    [{}, look(600, 0.02, 600, 0.02), 'unknown none'],
  ])('%j', (keys, reading, expected) => {
    const verdict = judge({ ...revenue, ...keys }, [reading])
    expect(short(verdict), verdict.why).toBe(expected)
    expect(isVerdict(verdict), JSON.stringify(isVerdict.errors)).toBe(true)
  })

  test('needs a control as large, and looks at no other windows', () => {
    const lopsided = { ...CANARY, control: 1000 }
    const verdict = judge(revenue, [look(600, 9, 600, 10)], { served: lopsided })
    expect(verdict).toMatchObject({ outcome: 'unknown', idle: true, candidate: { exposures: 0 } })
    const situation = situationOf([revenue])
    expect(sidesFor(revenue, situation).reference?.arms).toEqual(['control'])
  })
})

describe('an expression', () => {
  const cpu: Guard = { name: 'cpu', kind: 'expression', query: 'q', successCondition: 'result < 0.9', onFail: 'hold' }
  test.each<[Partial<Guard>, readonly (number | null)[], string]>([
    [{}, [0.5], 'pass none'],
    [{}, [0.95], 'fail hold'],
    [{ failureLimit: 2 }, [0.95, 0.95, 0.5], 'pass none'],
    [{ failureLimit: 2 }, [0.95, 0.95, 0.5, 0.95], 'fail hold'],
    [{ failureLimit: 2 }, [0.95, 0.95], 'unknown none'],
    [{}, [Number.NaN], 'unknown none'],
    [{}, [0.5, null], 'unknown none'],
    [{ count: 3 }, [0.5, 0.5], 'unknown none'],
    [{ count: 3 }, [0.5, 0.5, 0.5], 'pass none'],
    // It goes on after it has passed, and what failed once has failed.
    [{ count: 2 }, [0.5, 0.5, 0.95], 'fail hold'],
    [{}, [0.95, Number.NaN], 'fail hold'],
    [{ successCondition: 'default(result, 0) < 0.9' }, [null], 'pass none'],
    [{ successCondition: 'eval(1)' }, [0.5], 'unknown none'],
  ])('%j over %j', (keys, values, expected) => {
    const verdict = judge({ ...cpu, ...keys }, values.map(value))
    expect(short(verdict), verdict.why).toBe(expected)
    expect(isVerdict(verdict), JSON.stringify(isVerdict.errors)).toBe(true)
  })
})

describe('the sample ratio', () => {
  const ratio = (drawn: readonly [number, number], setting = {}) => {
    const situation = situationOf([ERRORS], setting)
    const guard = guardsOf(situation.watch).find(({ name }) => name === SAMPLE_RATIO)
    if (guard === undefined) throw new Error('there is none')
    return judgeGuard(guard, situation, [answerOf([events(drawn[0], drawn[0], [drawn[1], drawn[1]])])])
  }

  test('is watched in every split, and holds', () => {
    expect(ratio([80, 920]).ln_e).toBeCloseTo(Math.log(331.878349), 6)
    expect(short(ratio([80, 920]))).toBe('pass none')
    expect(short(ratio([100, 900]))).toBe('fail hold')
    expect(short(ratio([5, 995]))).toBe('fail hold')
    expect(ratio([50, 950], { served: ALONE }).idle).toBe(true)
  })

  test('is not asked where no unit can be told from another', () => {
    expect(guardsOf({ source: 'prometheus', guards: [ERRORS] }).map(({ name }) => name)).toEqual(['errors'])
  })
})

describe('the family', () => {
  const good = events(12, 500, [190, 9500])
  const bad = events(30, 1000, [190, 19_000])
  const family = (...verdicts: readonly GuardVerdict[]) => {
    const found = judgeFamily(verdicts, { mode: 'rollout' })
    expect(isFamily(found)).toBe(true)
    return `${found.verdict} ${found.action} ${found.guard}`
  }
  const other: Guard = { ...ERRORS, name: 'other', onFail: 'hold' }
  const warns: Guard = { ...ERRORS, name: 'warns', onFail: 'warn' }

  test('is as bad as the worst of it', () => {
    expect(family(judge(ERRORS, [good]), judge(other, [good]))).toBe('pass none null')
    expect(family(judge(other, [bad]), judge(ERRORS, [bad]))).toBe('fail rollback errors')
    expect(family(judge(ERRORS, [good]), judge(other, [bad]))).toBe('fail hold other')
    expect(family(judge(ERRORS, [bad]), judge(other, [silent]))).toBe('fail rollback errors')
    expect(family(judge(ERRORS, [good]), judge(other, [silent]))).toBe('unknown none other')
    expect(family()).toBe('unknown none null')
  })

  test('is not moved by what only warns, nor by a dry run', () => {
    expect(family(judge(ERRORS, [good]), judge(warns, [bad]))).toBe('pass warn warns')
    expect(family(judge(warns, [good]))).toBe('unknown none null')
    const dry = judge(ERRORS, [bad], { watch: { dryRun: ['errors'] } })
    expect(dry).toMatchObject({ outcome: 'fail', action: 'none', dry_run: true, on_fail: 'rollback' })
    expect(family(dry, judge(other, [good]))).toBe('pass none null')
  })

  test('does not wait for what can say nothing now, but for something', () => {
    const shadow = { served: SHADOW }
    const pairs: Guard = { name: 'judge', kind: 'paired', worse: 'w', better: 'b', onFail: 'abort' }
    const tied = judge(pairs, [{ kind: 'pairs', worse: 0, better: 0, ties: 500 }], shadow)
    expect(family(judge(ERRORS, [silent], shadow), tied)).toBe('pass none null')
    expect(family(judge(ERRORS, [silent], shadow))).toBe('unknown none null')
  })
})

describe('whatever is said', () => {
  const number = fc.oneof(fc.nat(1000), fc.constantFrom(Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY, 1e300))
  const pair = fc.tuple(number, number)
  const reading: fc.Arbitrary<Reading | Unavailable> = fc.oneof(
    fc.tuple(pair, fc.option(pair)).map(([[x, n], beside]) => events(x, n, beside)),
    fc.constant(silent),
    number.map(value),
    fc.tuple(number, number, number).map(([worse, better, ties]) => ({ kind: 'pairs' as const, worse, better, ties })),
    fc
      .tuple(
        fc.dictionary(fc.string({ maxLength: 3 }), number),
        fc.option(fc.dictionary(fc.string({ maxLength: 3 }), number)),
      )
      .map(([candidate, reference]) => ({ kind: 'classes' as const, classes: { candidate, reference } })),
    fc.tuple(number, number, number).map(([n, sum, squares]) => ({
      kind: 'moments' as const,
      moments: { candidate: { n, sum, squares }, reference: { n, sum, squares } },
    })),
  )
  const KINDS: readonly Guard[] = [
    ERRORS,
    { ...ERRORS, name: 'ceiling', ceiling: '5%' },
    { name: 'p95', kind: 'exceedance', field: 'latency_ms', of: 'p95' },
    { name: 'mix', kind: 'distribution', field: 'label' },
    { name: 'judge', kind: 'paired', worse: 'w', better: 'b' },
    { name: 'revenue', kind: 'mean', field: 'usd' },
    { name: 'cpu', kind: 'expression', query: 'q', failureCondition: 'result > 0.9' },
  ]
  const setting = fc.record({
    served: fc.constantFrom(CANARY, ALONE, SHADOW),
    mode: fc.constantFrom('rollout' as const, 'steady' as const, 'keep_watching' as const),
    frozen: fc.constantFrom({}, { p95: { value: 10, n: 600 } }),
  })

  test('a verdict has its shape, the same answers the same bytes, and an unknown never promotes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...KINDS), fc.array(reading, { maxLength: 4 })), { maxLength: 4 }),
        setting,
        (asked, given) => {
          const verdicts = asked.map(([guard, readings]) => judge(guard, readings, given))
          for (const verdict of verdicts)
            expect(isVerdict(verdict), JSON.stringify([isVerdict.errors, verdict])).toBe(true)
          const again = asked.map(([guard, readings]) => judge(guard, structuredClone(readings), given))
          expect(canonicalBytes(again)).toEqual(canonicalBytes(verdicts))
          const { verdict, action } = judgeFamily(verdicts, given)
          if (verdict !== 'pass') return
          expect(
            verdicts.filter(({ idle, on_fail }) => !idle && on_fail !== 'warn').map(({ outcome }) => outcome),
          ).not.toContain('unknown')
          expect(verdicts.map(({ outcome }) => outcome)).toContain('pass')
          expect(['none', 'warn']).toContain(action)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('one event more never makes it less, and the order of windows changes nothing', () => {
    const counts = fc.tuple(
      fc.nat(20),
      fc.integer({ min: 21, max: 500 }),
      fc.nat(50),
      fc.integer({ min: 50, max: 9000 }),
    )
    const guards = fc.constantFrom<Guard>(ERRORS, TOLERANT, { ...ERRORS, ceiling: '5%' })
    fc.assert(
      fc.property(guards, fc.array(counts, { minLength: 1, maxLength: 6 }), fc.nat(5), (guard, windows, at) => {
        const lnE = (list: typeof windows): number =>
          judge(
            guard,
            list.map(([x, n, y, m]) => events(x, n, [y, m])),
          ).ln_e as number
        const more = windows.map(([x, n, y, m], i): [number, number, number, number] => [
          x + (i === at ? 1 : 0),
          n,
          y,
          m,
        ])
        expect(lnE(more)).toBeGreaterThanOrEqual(lnE(windows))
        expect(lnE(windows.toReversed())).toBeCloseTo(lnE(windows), 6)
      }),
    )
  })
})

test('a guard needs more to see with a margin, a smaller alpha or in clumps, and never sees what is tolerated', () => {
  expect(requestsToSee(2, 0.01, 0.05, 0.95)).toBe(1848)
  const tolerant = requestsToSee(2, 0.01, 0.05, 0.95, { margin: 1.2 })
  expect(tolerant).toBeGreaterThan(1848)
  expect(requestsToSee(2, 0.01, 0.05, 0.95, { margin: 1.2, alpha: 0.001 })).toBeGreaterThan(tolerant)
  expect(requestsToSee(2, 0.01, 0.05, 0.95, { overdispersion: 3 })).toBeCloseTo(3 * 1848, -1)
  expect(requestsToSee(1.1, 0.01, 0.05, 0.95, { margin: 1.2 })).toBe(Number.POSITIVE_INFINITY)
  expect(requestsToSee(0.9, 0.01, 0.05, 0.95, { margin: 0.8 })).toBe(Number.POSITIVE_INFINITY)
})

test('before a rollout each guard says what its steps can see, by its own alpha and margin', () => {
  const guards: readonly Guard[] = [
    ERRORS,
    { ...TOLERANT, name: 'tolerant' },
    { ...ERRORS, name: 'half', margin: '50%' },
    { name: 'p95', kind: 'exceedance', field: 'latency_ms', of: 'p95', margin: '0%' },
    { ...ERRORS, name: 'floor', ceiling: '20%' },
  ]
  const step = { control: 0, mirror: 0, effects: 'stub', preview: false, hold: 0, units: 0, approval: false } as const
  const policy: RolloutPolicy = {
    ...{ name: null, strategy: 'canary', by: 'targetingKey', ends: 'candidate', preview: null, until: null },
    ...{ deadline: 1, onNewCandidate: 'queue', analysis: { guards } },
    steps: [
      { ...step, approvers: [], weight: 5000 },
      { ...step, approvers: [], weight: 100_000 },
    ],
  }
  const planned = plannedGuards(policy, ({ name }) => ({ perHour: 1000, baseRate: 0.01, measured: name === 'errors' }))
  expect(planned.map(({ name, base_rate, measured }) => [name, base_rate, measured])).toEqual([
    ['errors', 0.01, true],
    ['tolerant', 0.01, false],
    ['half', 0.01, false],
    ['p95', 0.05, false],
  ])
  const [errors, tolerant, half, p95] = planned.map(({ steps }) => steps[0]?.map(({ requests }) => requests))
  expect(errors).toEqual([6554, 1848, 182])
  expect(planned[0]?.steps[0]?.[1]).toEqual({ ratio: 2, requests: 1848, hours: 37 })
  expect(tolerant?.[1]).toBeGreaterThan(1848)
  expect(half?.[0]).toBeNull()
  expect(p95).toEqual([1311, 370, 36])
  expect(planned[0]?.steps[1]).toEqual([])
})
