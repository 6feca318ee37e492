import { countText } from '../core/figures.ts'
import type { GuardVerdict, WatchData, WatchReplayData } from '../core/model.gen.ts'
import { spanWords } from '../core/rollout-words.ts'
import { columns, type Style } from './style.ts'
import { moveView, rolloutLines } from './views.ts'

const MODES: Readonly<Record<WatchData['mode'], string>> = {
  rollout: 'rollout',
  keep_watching: 'rollout complete, watched still',
  steady: 'everybody gets it',
}

/** Each guard, what it says and why, the counts behind it, and what is done. */
export function watchView(data: WatchData, style: Style): string {
  const { pointer, mode, verdict, action, why, guards, rollout, move, next_at: next, interval, told, ended } = data
  const lines = [
    `${style.bold(pointer)}  ${MODES[mode]}  ${style.dim(`entry ${data.seq}`)}`,
    ...(guards.length === 0 ? [] : [guardTable(guards, style)]),
    `${outcomeText(verdict, style)}: ${why}`,
  ]
  if (move !== null) lines.push('', moveView(move, true, style))
  else if (rollout !== null) lines.push(...rolloutLines(pointer, { ...rollout, guards: [] }, style))
  for (const { to, problem } of told)
    lines.push(problem === null ? `told ${to}` : `! ${to} could not be told: ${problem}`)
  if (ended === 'moved') lines.push(`somebody moved ${pointer}: ${style.command(`aiship log ${pointer}`)}`)
  else if (action === 'rollback' || action === 'abort' || action === 'hold')
    lines.push(`why, from the same numbers: ${style.command(`aiship watch ${pointer} --replay ${move?.seq}`)}`)
  else if (next !== null) {
    const left = Math.max(0, Date.parse(next) - style.now.getTime())
    lines.push(style.dim(`batches of ${spanWords(interval)}; the next one can be read in ${spanWords(left)}`))
  }
  return lines.join('\n')
}

export function replayView(data: WatchReplayData, style: Style): string {
  const { pointer, seq, replay, guards, verdict, action, why, evaluator, now, at } = data
  const isSame = replay === 'same'
  const rules =
    evaluator.made_by === evaluator.now ? '' : ` by rules ${evaluator.now}; then they were ${evaluator.made_by}`
  return [
    `${style.bold(`${pointer}@${seq}`)}  ${action}, judged at ${at}`,
    guardTable(guards, style),
    `${outcomeText(verdict, style)}: ${why}`,
    isSame
      ? `judged again from the same numbers: the same, byte for byte${rules}`
      : `${style.red('!')} judged again from the same numbers: different${rules}: ${now.verdict}, ${now.why}`,
  ].join('\n')
}

const outcomeText = (outcome: WatchData['verdict'], style: Style): string =>
  ({ pass: style.green('pass'), fail: style.red('! fail'), unknown: style.yellow('? unknown') })[outcome]

function guardTable(guards: readonly GuardVerdict[], style: Style): string {
  const head = ['guard', 'says', 'candidate', 'reference', 'evidence', 'why'].map(style.dim)
  return columns([head, ...guards.map((guard) => row(guard, style))], '  ')
}

function row(guard: GuardVerdict, style: Style): readonly string[] {
  const { name, outcome, why, candidate, reference, ln_e: lnE, alpha, dry_run: isDry } = guard
  const limit = alpha === null || alpha === 0 ? '' : ` of ${(-Math.log(alpha)).toFixed(1)}`
  return [
    isDry ? `${name} (dry run)` : name,
    outcomeText(outcome, style),
    counts(candidate),
    counts(reference),
    lnE === null ? '' : `ln E ${lnE.toFixed(1)}${limit}`,
    why,
  ]
}

const counts = (count: GuardVerdict['candidate']): string =>
  count === null ? '' : `${countText(count.events)} of ${countText(count.exposures)}`
