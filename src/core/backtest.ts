import { closedWindows, guardsOf } from './guard-plan.ts'
import type { BacktestVerdict, WatchLook } from './model.gen.ts'
import { judge, situationOf } from './watch-evidence.ts'

/** What a watch would have said of the same numbers at an earlier moment: of the windows that were closed by then. In: `at`, ms since 1970. */
export function judgeAt(look: Omit<WatchLook, 'verdicts'>, at: number): BacktestVerdict {
  const served = look.changes.findLast((change) => change.at <= at)?.served ?? look.served
  const then = { ...look, now: at, served }
  const situation = situationOf(then)
  const closed = new Map(guardsOf(look.watch).map((guard) => [guard.name, closedWindows(guard, situation).length]))
  const asked = look.asked.map(({ guard, answers }) => ({
    guard,
    answers: answers.map(({ readings, ...rest }) => ({
      ...rest,
      readings: (readings as readonly unknown[]).slice(0, closed.get(guard) ?? 0),
    })),
  }))
  const { verdict, action, why } = judge([{ ...then, asked }]).verdict
  return { at: new Date(at).toISOString(), verdict, action, why }
}

/** So many looks tell roughly when; between two of them each one is tried. */
const COARSE = 300

/** The first look at which something would have been done; null: none. What a guard has failed it has failed, so that looks may be skipped. */
export function firstAct(look: Omit<WatchLook, 'verdicts'>, times: readonly number[]): BacktestVerdict | null {
  const stride = Math.max(1, Math.ceil(times.length / COARSE))
  const acts = (i: number): BacktestVerdict | null => {
    const said = judgeAt(look, times[i] as number)
    return said.action === 'none' || said.action === 'warn' ? null : said
  }
  for (let i = Math.min(stride, times.length) - 1; i >= 0 && i < times.length; i += stride) {
    if (acts(i) === null && i + stride < times.length) continue
    const last = Math.min(i + stride, times.length) - 1
    for (let k = Math.max(0, i - stride + 1); k <= last; k++) {
      const found = acts(k)
      if (found !== null) return found
    }
  }
  return null
}
