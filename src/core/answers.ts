import { countText } from './figures.ts'
import type { ReceiptStatus, RepairAnswer } from './model.gen.ts'

/** What became of an item, in the words of people. */
export const STATUS_WORDS: Readonly<Record<ReceiptStatus, string>> = {
  applied: 'applied',
  already_applied: 'applied before',
  conflict: 'left alone (conflict)',
  irreversible: 'cannot be undone',
  failed: 'failed',
  in_doubt: 'in doubt',
  not_sent: 'not sent',
}

const MOST_NOTE = 160

/** "5 failed, e.g. order:17: no such order". */
export function answerText({ status, note, count, entity }: RepairAnswer, words = STATUS_WORDS): string {
  const said = note === null ? '' : `: ${note.length > MOST_NOTE ? `${note.slice(0, MOST_NOTE)}…` : note}`
  return `${countText(count)} ${words[status]}, e.g. ${entity}${said}`
}
