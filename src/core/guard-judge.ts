import type { Situation } from './guard.ts'
import { judgeCeiling, judgePairs, judgeRate, judgeRatio } from './guard-counts.ts'
import { judgeExpression } from './guard-expression.ts'
import { type Finding, type Heard, hear } from './guard-heard.ts'
import { idleness } from './guard-idle.ts'
import { judgeMean } from './guard-mean.ts'
import { judgeMix } from './guard-mix.ts'
import { SAMPLE_RATIO } from './guard-plan.ts'
import { atMost, type Settings, settingsOf } from './guard-settings.ts'
import type { Answer } from './metric-source.ts'
import type { Guard, GuardAction, GuardVerdict } from './model.gen.ts'

/** So many windows a source may be behind. */
const MOST_BEHIND = 3
/** A threshold read from fewer units is none. */
const LEAST_FROZEN = 500

/**
 * What a guard says of its closed windows. In: the answers to `questionsOf`, in its order. A pure function: the same answers give the same bytes.
 *
 * It fails once its evidence has been enough at any look, and stays so. It passes only if all of this holds: it can tell something as the pointer serves
 * now; of the last three closed windows one was answered (a log may lag behind); something came in within `noData.after` before the end of the last; and
 * the candidate has had so many exposures that five times what is tolerated would have shown (a rate under 1 % is taken for
 * 1 %). All else is unknown, and never a pass.
 */
export function judgeGuard(guard: Guard, situation: Situation, answers: readonly Answer[]): GuardVerdict {
  const settings = settingsOf(guard, situation.watch)
  const [answer] = answers
  const { finding, heard } = find(guard, situation, settings, answer)
  const idle = idleness(guard, situation)
  const unknown = finding.failed ? null : (idle ?? unsure(guard, situation, settings, finding, heard))
  const outcome = finding.failed ? 'fail' : unknown === null ? 'pass' : 'unknown'
  // A profile was counted some other day: what differs from it need not be the bundle's doing.
  const hasProfileAlone = guard.kind === 'distribution' && situation.sides.reference === null
  const onFail = hasProfileAlone ? atMost(settings.onFail, 'hold') : settings.onFail
  const isDryRun = situation.watch.dryRun?.includes(guard.name) ?? false
  const asked = finding.failed ? onFail : idle !== null ? 'none' : awaited(situation, settings, finding, outcome, heard)
  const last = heard.at(-1)
  return {
    name: guard.name,
    kind: guard.name === SAMPLE_RATIO ? 'sample-ratio' : guard.kind,
    outcome,
    why: unknown === null ? finding.says : `${unknown}${unknown === finding.says ? '' : `; ${finding.says}`}`,
    next: last !== undefined && last.reading === null ? last.next : null,
    ...{
      on_fail: onFail,
      action: isDryRun ? 'none' : inMode(asked, situation),
      idle: idle !== null,
      dry_run: isDryRun,
    },
    alpha: guard.kind === 'expression' ? null : settings.alpha,
    margin: guard.kind === 'expression' ? null : (settings.ceiling ?? 1 + settings.margin),
    direction: guard.kind === 'expression' || guard.kind === 'paired' ? null : settings.direction,
    ...{ ln_e: rounded(finding.lnE), ln_max: rounded(finding.lnMax) },
    failed_at: finding.failedAt === null ? null : new Date(finding.failedAt).toISOString(),
    ...{ windows: heard.length, unavailable: heard.filter(({ reading }) => reading === null).length },
    ...{ candidate: finding.candidate, reference: finding.reference },
    needed: Number.isFinite(finding.needed) ? finding.needed : null,
    threshold: rounded(finding.threshold ?? null),
    overdispersion: rounded(answer?.overdispersion ?? null),
    means:
      finding.means === undefined || finding.means === null
        ? null
        : {
            candidate: rounded(finding.means.candidate),
            reference: rounded(finding.means.reference),
            bound: rounded(finding.means.bound),
          },
    classes: finding.classes?.map((one) => ({ ...one, ln_e: rounded(one.ln_e) })) ?? null,
    query: answer?.query ?? null,
  }
}

/** The last digits of a logarithm differ between machines, and canonical JSON has no integers that readers would round. */
function rounded(value: number): number
function rounded(value: number | null): number | null
function rounded(value: number | null): number | null {
  if (value === null) return null
  const most = Number.MAX_SAFE_INTEGER
  return Number(Math.max(-most, Math.min(most, value)).toFixed(9)) + 0
}

function find(
  guard: Guard,
  situation: Situation,
  settings: Settings,
  answer: Answer | undefined,
): { readonly finding: Finding; readonly heard: readonly Heard[] } {
  switch (guard.kind) {
    case 'rate':
    case 'exceedance': {
      const heard = hear('events', guard, situation, answer)
      if (guard.name === SAMPLE_RATIO) return { heard, finding: judgeRatio(settings, situation, heard) }
      if (settings.ceiling !== null) return { heard, finding: judgeCeiling(settings, heard) }
      const finding = judgeRate(settings, heard)
      return { heard, finding: guard.kind === 'rate' ? finding : withThreshold(guard, situation, finding) }
    }
    case 'distribution': {
      const heard = hear('classes', guard, situation, answer)
      return { heard, finding: judgeMix(guard, situation, settings, heard) }
    }
    case 'paired': {
      const heard = hear('pairs', guard, situation, answer)
      return { heard, finding: judgePairs(settings, heard) }
    }
    case 'mean': {
      const heard = hear('moments', guard, situation, answer)
      return { heard, finding: judgeMean(guard, settings, heard) }
    }
    case 'expression': {
      const heard = hear('value', guard, situation, answer)
      return { heard, finding: judgeExpression(guard, heard) }
    }
  }
}

/** Both sides are held against the same threshold, whatever it is; but one of a handful of units may lie where nothing ever is. */
function withThreshold(guard: Guard, { frozen }: Situation, finding: Finding): Finding {
  const { value, n } = frozen[guard.name] ?? { value: null, n: 0 }
  if (value !== null && Number.isFinite(value) && n >= LEAST_FROZEN) return { ...finding, threshold: value }
  const unsure = `no threshold: ${n} of ${LEAST_FROZEN} units of the reference in the day before the start`
  return { ...finding, failed: false, failedAt: null, unsure }
}

/** Why it is no pass yet; null: it is one. */
function unsure(
  guard: Guard,
  situation: Situation,
  settings: Settings,
  { unsure: own, seen, needed, lastSeen }: Finding,
  heard: readonly Heard[],
): string | null {
  const last = heard.at(-1)
  if (last === undefined) return 'no window is closed yet'
  if (last.reading === null && heard.slice(-MOST_BEHIND).every(({ reading }) => reading === null))
    return `no data: ${last.why}`
  if (own !== null) return own
  if (lastSeen === null) return 'no data: nothing has come in'
  // Whoever comes back was counted when first seen: nobody new is no news.
  if (
    guard.name !== SAMPLE_RATIO &&
    silentFor(situation, lastSeen, heard) >= Math.max(settings.silence.after, settings.interval)
  )
    return `no data since ${new Date(lastSeen).toISOString()}`
  return seen >= needed
    ? null
    : `not enough data: ${seen} of ${Number.isFinite(needed) ? needed : 'any number of'} exposures of the candidate`
}

/** How long nothing had come in at the end of the last closed window, in ms. */
const silentFor = ({ start }: Situation, lastSeen: number | null, heard: readonly Heard[]): number =>
  (heard.at(-1)?.window.until ?? start) - (lastSeen ?? start)

/** What is asked for because something does not come: data, or a pass. */
function awaited(
  situation: Situation,
  { silence: { after, asks }, deadline }: Settings,
  { lastSeen }: Finding,
  outcome: GuardVerdict['outcome'],
  heard: readonly Heard[],
): GuardAction {
  if (outcome !== 'unknown') return 'none'
  if (deadline !== null && situation.now - situation.start >= deadline) return 'abort'
  return silentFor(situation, lastSeen, heard) >= after ? asks : 'none'
}

/** Where no rollout runs there is none to abort. */
const inMode = (action: GuardAction, { mode }: Situation): GuardAction =>
  action === 'abort' && mode !== 'rollout' ? 'hold' : action
