import { shortDigest } from '../core/digest.ts'
import { countText, valueText } from '../core/figures.ts'
import type { DecisionLine, PointerThen, TraceStep, WhyData } from '../core/model.gen.ts'
import { ago, columns, type Style } from './style.ts'
import { badLine, bundleName } from './views.ts'

export function whyView(data: WhyData, style: Style): string {
  const { prediction, version, git } = data
  const commit = git?.commit
    ? `git ${git.commit.slice(0, 12)}${git.dirty ? ', with uncommitted changes' : ''}`
    : 'no git commit'
  const bundle =
    version === null
      ? [`! made by ${data.bundle}, which this registry does not know`]
      : [
          `made by ${style.bold(bundleName(data.bundle, version))}  ${data.message ?? ''}  ${style.dim(commit)}`.trimEnd(),
        ]
  return [
    `${style.bold(data.request_id)}  ${prediction.ts}  ${answerText(prediction, style)}`,
    ...bundle,
    ...data.marks.map((bad) => badLine(bad, style)),
    ...routeLines(data),
    ...data.pointers.flatMap((then) => pointerLines(then, data, style)),
    ...(data.components.length === 0
      ? []
      : [
          '',
          columns(
            data.components.map((one) => componentRow(one, style)),
            '  ',
          ),
        ]),
    ...beforeLines(data, style),
    ...data.outcomes.map(({ name, value, at, bundle }) => {
      const whose = bundle === data.bundle ? '' : `, said of ${shortDigest(bundle)}`
      return `came of it: ${name} ${value}  ${style.dim(`${at}${whose}`)}`
    }),
    ...data.others.map((other) => `also answered: ${decisionText(other)}`),
    ...decisionLines(data, style),
    ...(data.steps.length === 0 ? [] : ['', 'steps', ...stepLines(data.steps, '  ')]),
  ].join('\n')
}

/** "block, score 0.810, 41.2 ms, eu-west ios". */
function answerText(prediction: WhyData['prediction'], style: Style): string {
  const { mode, label, score, action, applied, status, latency_ms, error_type, entity } = prediction
  const segment = Object.entries((prediction.segment ?? {}) as Readonly<Record<string, unknown>>)
  const parts = [
    mode === 'live' ? null : style.yellow(String(mode)),
    status === 'ok' ? null : style.red(`${status}${error_type === undefined ? '' : ` (${error_type})`}`),
    label,
    typeof score === 'number' ? `score ${valueText(score, 'number')}` : null,
    action === undefined ? null : `${action}${applied === false ? ' (not applied)' : ''}`,
    typeof latency_ms === 'number' ? valueText(latency_ms, 'ms') : null,
    entity === undefined ? null : `about ${entity}`,
    segment.length === 0 ? null : segment.map(([key, value]) => `${key} ${value}`).join(' '),
  ]
  return parts.filter((part) => part !== null && part !== undefined).join(', ')
}

function routeLines({ decided_by, prediction }: WhyData): readonly string[] {
  const said = [prediction.arm, prediction.reason].filter((one) => one !== undefined)
  if (decided_by === null)
    return said.length === 0 ? [] : [`arm ${said.join(', ')}; it names no entry of a pointer here`]
  const { pointer, seq, arm, reason, rule, bucket, targeting_key, agrees } = decided_by
  const drawn = bucket === null ? '' : `, ${targeting_key} fell on ${countText(bucket)} of 100,000`
  const which = rule === null ? '' : `, rule ${rule}`
  const doubt = agrees === false ? `; ! that entry gives another bundle` : ''
  return [`by ${pointer}@${seq}: arm ${arm ?? '?'}, ${reason ?? 'no reason logged'}${which}${drawn}${doubt}`]
}

function pointerLines(then: PointerThen, data: WhyData, style: Style): readonly string[] {
  const { pointer, seq, put, served } = then
  const main = bundleName(then.bundle, then.version)
  if (!served || put === null) return [`! ${pointer} said ${main} then (entry ${seq}), and not what answered`]
  const who = `${put.actor.name}${put.actor.kind === 'automation' ? ' (automation)' : ''}`
  const why = put.reason === null ? '' : `: ${put.reason}`
  const over = put.override === null ? '' : `, override: ${put.override}`
  const split = then.bundle === data.bundle ? '' : `, with ${bundleName(data.bundle, data.version)} beside it`
  return [
    `${pointer} said ${main}${split} then (entry ${seq})`,
    `put there by ${style.bold(who)} ${ago(put.at, style.now)}, ${put.action}, entry ${put.seq}${why}${over}`,
  ]
}

function componentRow(one: WhyData['components'][number], style: Style): readonly string[] {
  const { name, role, layer, digest, since, commit, made_from } = one
  const from = Object.entries(made_from ?? {}).map(([input, of]) => `${input} ${shortDigest(of)}`)
  const origin = [since === null ? null : `since ${since}`, commit === null ? null : `git ${commit.slice(0, 12)}`]
  const made = made_from === null ? [] : [`made from ${from.join(', ')}`]
  return [
    style.dim(layer),
    style.bold(name),
    role,
    shortDigest(digest),
    [...origin, ...made].filter((part) => part !== null).join(', '),
  ]
}

function beforeLines({ before }: WhyData, style: Style): readonly string[] {
  if (before === null) return []
  const { decision, changes } = before
  const head = `before, ${bundleName(decision.bundle, decision.version)} said: ${decisionText(decision)}`
  if (changes === null) return ['', head, 'what differs is not known: this registry does not have both bundles']
  const rows = changes.map(({ name, role, state, from, to }) => [
    ...[style.bold(name), role, state],
    `${from === null ? '-' : shortDigest(from)} -> ${to === null ? '-' : shortDigest(to)}`,
  ])
  return ['', head, rows.length === 0 ? '  the components are the same' : columns(rows, '  ')]
}

const decisionText = ({ ts, request_id, mode, label, score, action, applied, status }: DecisionLine): string =>
  [
    `${ts}  ${request_id}`,
    mode === 'live' ? null : mode,
    label,
    score === null ? null : `score ${valueText(score, 'number')}`,
    action === null ? null : `${action}${applied === false ? ' (not applied)' : ''}`,
    status === 'ok' ? null : status,
  ]
    .filter((part) => part !== null)
    .join(', ')

const SHOWN_DECISIONS = 5

function decisionLines({ decisions, decisions_total }: WhyData, style: Style): readonly string[] {
  if (decisions_total < 2) return []
  const shown = decisions.slice(0, style.verbose ? undefined : SHOWN_DECISIONS)
  const rows = shown.map((one) => `  ${decisionText(one)}  ${style.dim(bundleName(one.bundle, one.version))}`)
  const more = shown.length < decisions_total ? `, showing ${shown.length}` : ''
  return ['', `${countText(decisions_total)} decisions about it${more}`, ...rows]
}

function stepLines(steps: readonly TraceStep[], indent: string): readonly string[] {
  return steps.flatMap((step) => {
    const { op, action, entity, applied, status, latency_ms, model_served } = step
    const parts = [
      [op, action].filter((part) => part !== null).join(' '),
      entity,
      model_served,
      applied === false ? 'not applied' : null,
      latency_ms === null ? null : valueText(latency_ms, 'ms'),
      status === 'ok' ? null : status,
    ]
    return [
      `${indent}${parts.filter((part) => part !== null && part !== '').join(', ')}`,
      ...stepLines(step.steps, `${indent}  `),
    ]
  })
}
