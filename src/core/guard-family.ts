import type { Situation } from './guard.ts'
import { mostOf } from './guard-settings.ts'
import type { FamilyVerdict, GuardVerdict } from './model.gen.ts'

/**
 * What all guards come to. One that fails decides, by the most that any asks for; else what is unknown does: only where every guard that can tell
 * something now passes, and at least one does, is it a pass. Guards that only warn, and those in dry run, decide nothing.
 */
export function judgeFamily(verdicts: readonly GuardVerdict[], { mode }: Pick<Situation, 'mode'>): FamilyVerdict {
  const acting = verdicts.filter(({ dry_run, on_fail }) => !dry_run && on_fail !== 'warn' && on_fail !== 'none')
  const action = mostOf(verdicts.map((one) => one.action))
  const asks = action === 'none' ? undefined : verdicts.find((one) => one.action === action)
  const failed = acting.filter(({ outcome }) => outcome === 'fail')
  if (failed.length > 0) {
    const one = failed.find((verdict) => verdict.action === action) ?? (failed[0] as GuardVerdict)
    return { verdict: 'fail', action, why: said(one), guard: one.name }
  }
  const open = acting.find(({ outcome, idle }) => outcome === 'unknown' && !idle)
  if (open !== undefined || asks !== undefined) {
    const one = asks ?? (open as GuardVerdict)
    return { verdict: open === undefined ? settled(acting) : 'unknown', action, why: said(one), guard: one.name }
  }
  if (settled(acting) === 'unknown') {
    const why =
      mode === 'rollout'
        ? 'no guard can tell anything in this step'
        : 'no guard can tell anything of what is served now'
    return { verdict: 'unknown', action, why, guard: null }
  }
  const judged = acting.filter(({ outcome }) => outcome === 'pass').map(({ name }) => name)
  return { verdict: 'pass', action, why: `${judged.join(', ')}: nothing worse`, guard: null }
}

/** Of guards none of which fails or is waited for. One that nobody wrote is not enough. */
const settled = (acting: readonly GuardVerdict[]): 'pass' | 'unknown' =>
  acting.some(({ outcome, kind }) => outcome === 'pass' && kind !== 'sample-ratio') ? 'pass' : 'unknown'

const said = ({ name, why }: GuardVerdict): string => `${name}: ${why}`
