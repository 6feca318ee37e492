import { AishipError } from '../../core/errors.ts'
import { type MarkInput, mark } from '../../ops/mark.ts'
import { arg, defineCommand, REASON, text } from '../command.ts'

export const command = defineCommand({
  name: 'mark',
  summary: 'Call a bundle or a component bad or good, for the whole registry.',
  args: [
    ['<subject>', "a bundle, or a component's digest or the start of one"],
    ['<verdict>', 'bad or good'],
  ],
  options: [REASON],
  examples: [
    'aiship mark v42 bad --reason "leaks prompts"',
    'aiship mark sha256:3f9a2c51ab12 bad --reason "poisoned rows"',
    'aiship mark v42 good',
  ],
  registry: 'open',
  does: 'change',
  input: (words): MarkInput => {
    const verdict = arg(words, 1)
    if (verdict !== 'bad' && verdict !== 'good') {
      throw new AishipError('USAGE', `a verdict is bad or good, not ${JSON.stringify(verdict)}`, {
        next: [`aiship mark ${arg(words, 0)} bad`],
      })
    }
    return { subject: arg(words, 0), verdict, reason: text(words, 'reason') }
  },
  run: mark,
  quiet: () => '',
  view: ({ data }, style) => {
    const lines = [
      `${style.bold(`${data.kind} ${data.version} (${data.digest.slice(7, 19)})`)} is marked ${data.verdict} in ${data.registry}`,
    ]
    for (const { app, pointer, version } of data.serving) {
      const what = `${app}/${pointer} serves it now (${version})`
      lines.push(
        data.verdict === 'bad' ? `! ${what}: ${style.command(`aiship rollback ${pointer} --app ${app}`)}` : what,
      )
    }
    if (data.undo !== null) lines.push(`undo: ${style.bold(data.undo)}`)
    return lines.join('\n')
  },
})
