import type { ShownEvidence } from '../core/model.gen.ts'
import { ago, plural, type Style } from './style.ts'

const MOST_METRICS = 8

/** "evaluation by ci 3 h ago: accuracy 0.98 (1001), recall 0.96", "ben approved it for prod 5 min ago: looked at it". */
export function evidenceLine(fact: ShownEvidence, style: Style): string {
  const { evaluation, approval, actor, at, reason, scan, dataset } = fact
  const why = reason === null ? '' : `: ${reason}`
  const when = ago(at, style.now)
  if (scan !== undefined) {
    const hits = scan.quarantines.filter(({ rows }) => rows > 0)
    const unread = scan.unread === 0 ? '' : `, ${scan.unread} could not be read`
    const found =
      hits.length === 0
        ? `none of ${plural(scan.quarantines.length, 'quarantine')}`
        : style.red(hits.map(({ id, rows }) => `${rows} of quarantine ${id.slice(7, 19)}`).join(', '))
    return `scan of ${dataset?.slice(7, 19)} by ${scan.key}, by ${actor.name} ${when}: ${plural(scan.rows, 'row')}, ${found}${unread}`
  }
  if (approval !== null) {
    const verb = approval.withdrawn ? 'took back the approval' : 'approved it'
    return `${actor.name} ${verb} for ${approval.scope.pointer} ${when}${why}`
  }
  if (evaluation === null) return `${fact.type} by ${actor.name} ${when}${why}`
  const names = Object.keys(evaluation.metrics)
  const metrics = names.slice(0, MOST_METRICS).map((name) => {
    const count = evaluation.samples[name]
    return `${name} ${Number((evaluation.metrics[name] as number).toPrecision(6))}${count === undefined ? '' : ` (${count})`}`
  })
  const more = names.length > MOST_METRICS ? `, and ${names.length - MOST_METRICS} more` : ''
  const runtime = evaluation.runtime === 'different' ? `; ${style.yellow('in another runtime')}` : ''
  return `evaluation by ${evaluation.runner ?? actor.name} ${when}: ${metrics.join(', ')}${more}${runtime}${why}`
}
