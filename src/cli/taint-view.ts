import type { ShownQuarantine, ShownWaiver, TaintFinding } from '../core/model.gen.ts'
import { quarantineWords } from '../core/quarantine.ts'
import { taintWords } from '../core/taint.ts'
import { ago, type Style } from './style.ts'

/** "! tainted: window 3fa9… -> log fraud, … -> training-data -> v43: its source meets it". */
export function taintLine(finding: TaintFinding, style: Style): string {
  const paint = finding.state === 'tainted' ? style.red : style.yellow
  return `${paint('!')} ${WORDS[finding.state]}: ${taintWords(finding)}`
}

const WORDS: Readonly<Record<TaintFinding['state'], string>> = {
  tainted: 'tainted',
  waived: 'tainted, and waived',
  claimed: 'claims to be untainted',
  unknown: 'not known to be untainted',
}

/** "window 3fa9c2d1a0b4 (of 9f1c2ab34d5e, …) by ana 3 h ago: blocked real mail". */
export function quarantineLine(one: ShownQuarantine, style: Style): string {
  const why = one.reason === null ? '' : `: ${one.reason}`
  const over =
    one.lifted === null ? '' : style.dim(`; lifted by ${one.lifted.by.name} ${ago(one.lifted.at, style.now)}`)
  return `${quarantineWords(one)} by ${one.by.name} ${ago(one.at, style.now)}${why}${over}`
}

/** "waiver 1c2d… of quarantine 3fa9… for 9f1c… until …, by ana: no other data". */
export function waiverLine(one: ShownWaiver, style: Style): string {
  const [id, quarantine, subject] = [one.id, one.quarantine, one.subject].map((digest) => digest.slice(7, 19))
  const over = one.active ? '' : style.dim('; it is over')
  return `waiver ${id} of quarantine ${quarantine} for ${subject} until ${one.until}, by ${one.by.name}: ${one.reason}${over}`
}
