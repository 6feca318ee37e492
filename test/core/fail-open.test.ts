import { describe, expect, test } from 'vitest'
import { judgeFamily } from '../../src/core/guard-family.ts'
import { watchProblem } from '../../src/core/guard-lint.ts'
import type { Guard, GuardVerdict } from '../../src/core/model.gen.ts'
import { events, judge, silent, situationOf, value } from './situations.ts'

// Eleven places where a tool that decides by metrics says yes because it knows nothing. Here none of them is a pass.

const ERRORS: Guard = { name: 'errors', kind: 'rate', events: 'x', margin: '0%', onFail: 'rollback' }
const CPU: Guard = { name: 'cpu', kind: 'expression', query: 'q', onFail: 'abort' }
const good = events(12, 500, [190, 9500])

const family = (...verdicts: readonly GuardVerdict[]) => judgeFamily(verdicts, { mode: 'rollout' })
function expectUnknown(...verdicts: readonly GuardVerdict[]): void {
  for (const { outcome, why } of verdicts) expect(outcome, why).toBe('unknown')
  expect(family(...verdicts)).toMatchObject({ verdict: 'unknown' })
}

describe('never a pass', () => {
  test('1: a measurement without any condition', () => {
    expect(watchProblem({ guards: [CPU] })?.problem).toMatch(/can never fail: it has no condition/)
    expectUnknown(judge(CPU, [value(0.5)]))
  })

  test('2: NaN, where only a failure has a condition', () => {
    const guard = { ...CPU, failureCondition: 'result > 0.9' }
    expect(judge(guard, [value(0.5)]).outcome).toBe('pass')
    expectUnknown(judge(guard, [value(Number.NaN)]))
    expectUnknown(judge({ ...CPU, failureCondition: '!(result <= 0.9)' }, [value(Number.NEGATIVE_INFINITY)]))
  })

  test('3: ended before anything was measured', () => {
    expectUnknown(judge({ ...CPU, successCondition: 'result < 1', count: 1 }, []), judge(ERRORS, []))
  })

  test('4: a time that is up', () => {
    const verdict = judge({ ...ERRORS, deadline: '2m' }, [events(0, 5, [0, 95]), events(0, 5, [0, 95])])
    expectUnknown(verdict)
    expect(family(verdict).action).toBe('abort')
  })

  test('5: errors of the source that do not count, and failures that are within the limit', () => {
    const guard = { ...CPU, successCondition: 'result < 0.9' }
    const [bad, none] = [value(0.95), value(null)]
    expectUnknown(judge({ ...guard, failureLimit: 2, count: 4 }, [bad, bad, none, none, none, none]))
    expectUnknown(judge({ ...guard, failureLimit: 2, count: 2 }, [bad, bad]))
    expect(watchProblem({ guards: [{ ...guard, failureLimit: 1, count: 1 }] })?.problem).toMatch(/can never fail/)
  })

  test('6: guards of which each source fails', () => {
    expectUnknown(judge(ERRORS, [silent]), judge({ ...CPU, successCondition: 'result < 1' }, [silent]))
  })

  test('7: no data, alone and among others that have some', () => {
    const [empty, full] = [judge(ERRORS, [events(0, 0, [0, 0])]), judge({ ...ERRORS, name: 'other' }, [good])]
    expectUnknown(empty)
    expect(full.outcome).toBe('pass')
    expect(family(full, empty)).toMatchObject({ verdict: 'unknown', guard: 'errors' })
  })

  test('8: a few errors that could be taken for outliers', () => {
    const quiet = Array.from({ length: 355 }, () => events(0, 1, [0, 19]))
    const verdict = judge(ERRORS, [...quiet, ...Array.from({ length: 3 }, () => events(1, 1, [0, 19]))])
    expect(verdict).toMatchObject({ outcome: 'fail', candidate: { events: 3, exposures: 358 } })
  })

  test('9: too little data, and no guard at all', () => {
    expectUnknown(judge(ERRORS, [events(0, 5, [0, 95])]))
    expectUnknown()
  })

  test('10: nothing decided at the end', () => {
    const watched = judge(
      { ...CPU, successCondition: 'result > 0.9', failureCondition: 'result < 0.5', deadline: '1m' },
      [value(0.7)],
    )
    expectUnknown(watched)
    expect(family(watched).action).toBe('abort')
  })

  test('11: a candidate that never answers, unannounced, and a value that is not what people see', () => {
    const nobody = Array.from({ length: 11 }, () => events(0, 0, [1, 95]))
    const verdict = judge(ERRORS, nobody)
    expectUnknown(verdict)
    // It is told, in a sentence.
    expect(family(verdict)).toMatchObject({ action: 'warn', why: expect.stringMatching(/^errors: no data: nothing/) })
    const shown = judge({ ...CPU, successCondition: 'result < 5' }, [value(1)])
    expect(shown).toMatchObject({ threshold: 1, query: 'asked' })
  })
})

test('a watch that asks nothing of what is served is no pass either', () => {
  const { watch } = situationOf([ERRORS])
  expect(watch.guards).toHaveLength(1)
  expect(
    family(judge(ERRORS, [], { mode: 'steady', served: { candidate: 0, control: 0, stable: 0, mirror: 0 } })),
  ).toMatchObject({ verdict: 'unknown', action: 'none', guard: null })
})
