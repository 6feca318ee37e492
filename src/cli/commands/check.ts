import type { CheckData, GateResult } from '../../core/model.gen.ts'
import { check } from '../../ops/check.ts'
import { arg, defineCommand, duration, flag, text } from '../command.ts'
import { evidenceLine } from '../evidence-view.ts'
import type { Style } from '../style.ts'
import { bundleName } from '../views.ts'

const TIMEOUT_MS = 10 * 60 * 1000

export const command = defineCommand({
  name: 'check',
  summary:
    'What stands against promoting a bundle: exit 0 where every gate passes, 6 where one fails or cannot be evaluated. Nothing is moved.',
  args: [['<ref>', 'the bundle']],
  options: [
    ['--against <pointer>', 'the pointer (default: all that aiship.yaml declares)'],
    [
      '--run',
      'evaluate it first: its own evaluate command, in a checkout of it; what it prints is put down as evidence',
    ],
    ['--timeout <time>', 'how long that may take (default 10m)'],
  ],
  examples: ['aiship check v42 --against prod', 'aiship check @last --run --against prod'],
  registry: 'open',
  rules: true,
  workspace: true,
  first: (words) => [arg(words, 0)],
  input: (words) => ({
    ref: arg(words, 0),
    against: text(words, 'against'),
    run: flag(words, 'run'),
    timeout: duration(words, 'timeout') ?? TIMEOUT_MS,
  }),
  run: check,
  quiet: ({ data }) => data.outcome,
  view: ({ data }, style) => view(data, style),
  exit: ({ outcome }) => (outcome === 'pass' ? 0 : 6),
})

function view({ bundle, version, pointers, ran }: CheckData, style: Style): string {
  const lines = [style.bold(bundleName(bundle, version))]
  if (ran !== null) lines.push(evidenceLine(ran, style))
  if (pointers.length === 0) lines.push('there is no pointer to check it against')
  for (const { pointer, gates, policy_changes: changes } of pointers) {
    lines.push('', style.bold(pointer), ...gates.flatMap((gate) => gateLines(gate, style)))
    if (changes.length > 0) lines.push('  the policy is not the one that judged the newest entry:')
    lines.push(...changes.map((change) => `    ${change}`))
  }
  return lines.join('\n')
}

function gateLines({ name, outcome, why, next }: GateResult, style: Style): readonly string[] {
  const paint = { pass: style.green, fail: style.red, unknown: style.yellow }[outcome]
  const line = `  ${paint(outcome.padEnd(7))}  ${name}: ${why}`
  return next === null || outcome === 'pass' ? [line] : [line, `           ${style.command(next)}`]
}
