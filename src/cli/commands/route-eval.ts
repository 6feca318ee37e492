import type { RouteEvalData, RuleOutcome, SampleData } from '../../core/model.gen.ts'
import { routeEval } from '../../ops/route-eval.ts'
import { arg, defineCommand, text, whole } from '../command.ts'
import { columns, type Style } from '../style.ts'
import { bundleName } from '../views.ts'

export const command = defineCommand({
  name: 'route eval',
  summary:
    'Which bundle a request gets from a pointer, and why: the rule, the hash, its place. -q prints the arm alone.',
  args: [['<pointer>', 'the pointer, or prod@41 for what it said then']],
  options: [
    ['--context <json>', 'what is known of the request: JSON, @FILE, or - for standard input (default: nothing)'],
    ['--key <text>', 'the key that is drawn by, without writing the context for it'],
    ['--sample <n>', 'draw n made-up keys too, and compare the shares with the weights'],
  ],
  examples: [
    `aiship route eval prod --context '{"targetingKey":"user-8","geo":{"country":"DE"}}'`,
    'aiship route eval prod --key user-8 -q',
    'aiship route eval prod --sample 100000',
  ],
  registry: 'open',
  does: 'look',
  input: (words) => ({
    ref: arg(words, 0),
    context: text(words, 'context'),
    key: text(words, 'key'),
    sample: whole(words, 'sample', 1) ?? null,
  }),
  run: routeEval,
  // For scripts: `arm=$(aiship route eval prod --key user-8 -q)`.
  view: ({ data }, style) => (style.quiet ? data.arm : view(data, style)),
})

function view(data: RouteEvalData, style: Style): string {
  const { arm, bundle, version, reason, sample, mirror } = data
  // Nothing was asked about one request.
  if (sample !== null && data.unassigned) return sampleView(sample, style)
  const lines = [
    `${style.bold(arm)}  ${bundleName(bundle, version)}  ${reason}`,
    columns(
      data.rules.map((rule) => ruleRow(rule)),
      '  ',
    ),
    ...why(data),
    ...mirror.map((one) => `mirrored to ${one.arm} too (effects: ${one.effects})`),
  ]
  return [...lines, ...(sample === null ? [] : ['', sampleView(sample, style)])].join('\n')
}

function ruleRow({ rule, words, to, matched, error }: RuleOutcome): readonly string[] {
  const outcome = matched ? `-> ${to}` : error === null ? 'no' : `no: ${error}`
  return [String(rule), words, outcome]
}

function why({ rule, bucket, hashed, hash, unassigned, arm }: RouteEvalData): readonly string[] {
  if (rule === null) return [`no rule matches: the fallback ${arm} serves`]
  if (unassigned) return [`there is no key to draw with, so ${arm} serves: pass --key, or the context that has it`]
  if (bucket === null) return []
  return [`murmur3(${JSON.stringify(hashed)}) = ${hash}, place ${bucket} of 100000`]
}

const BAR = 40
/** Farther off than this, a draw is no accident any more: one time in 15,000. */
const FAR = 4

function sampleView({ size, drawn, failed, arms }: SampleData, style: Style): string {
  const rows = arms.map(({ arm, count, expected, deviations }) => {
    const share = count / size
    const bar = '█'.repeat(Math.round(share * BAR)) || (count > 0 ? '▏' : '')
    const off = deviations === null ? '' : `${deviations < 0 ? '-' : '+'}${Math.abs(deviations).toFixed(1)} sd`
    const isFar = deviations !== null && Math.abs(deviations) > FAR
    return [arm, bar.padEnd(BAR), shown(share), `of ${shown(expected / size)}`, isFar ? style.red(`! ${off}`) : off]
  })
  const others = size - drawn
  return [
    `${size} made-up keys: ${drawn} drawn${others === 0 ? '' : `, ${others} sent by a rule`}`,
    columns(rows, '  '),
    ...(failed === 0 ? [] : [`! for ${failed} of them a rule could not be evaluated`]),
  ].join('\n')
}

const shown = (share: number): string => `${(share * 100).toFixed(2)} %`
