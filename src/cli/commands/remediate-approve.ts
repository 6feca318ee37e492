import { shortDigest } from '../../core/digest.ts'
import { countText } from '../../core/figures.ts'
import { remediateApprove } from '../../ops/remediate-approve.ts'
import { arg, defineCommand, PLAN, REASON, text } from '../command.ts'

export const command = defineCommand({
  name: 'remediate approve',
  summary: "A person's yes to the newest diff of a plan, and to no other: a diff that is made later needs another.",
  args: [PLAN],
  options: [
    ['--diff <digest>', 'the diff that you have looked at: refused if it is not the newest'],
    [
      '--not-reproducible <reason>',
      'the replay did not agree with itself, or with the log: why it may be applied all the same',
    ],
    REASON,
  ],
  examples: ['aiship remediate approve @last', 'aiship remediate approve 3fa4c28 --diff 01d9780 --reason INC-42'],
  registry: 'open',
  does: 'change',
  rules: true,
  input: (words) => ({
    ...{ plan: arg(words, 0), reason: text(words, 'reason'), diff: text(words, 'diff') },
    word: text(words, 'notReproducible'),
  }),
  run: remediateApprove,
  quiet: ({ data }) => data.diff,
  view: ({ data }, style) =>
    [
      `diff ${style.bold(shortDigest(data.diff))} with ${countText(data.items)} items is approved by ${data.approved_by.join(', ')}`,
      `try it:  ${style.command(`aiship remediate apply ${shortDigest(data.plan)} --hook 'HOOK' --dry-run`)}`,
    ].join('\n'),
})
