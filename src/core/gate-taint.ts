import { type Facts, fail, type Judgement, pass, unknown } from './judgement.ts'
import type { Arm, Gate, TaintFinding } from './model.gen.ts'
import { MEETS, taintWords } from './taint.ts'

type Strictness = NonNullable<Gate['unknown']>

/** How a gate takes what nobody can tell, each in its own way. */
const strictnessOf = ({ unknown = 'refuse', claims = 'warn' }: Gate): Readonly<Record<string, Strictness>> => ({
  ...{ tainted: 'refuse', waived: 'warn' },
  ...{ unknown, claimed: claims },
})

/** Whether nothing in a bundle was made of what is quarantined. In: a gate with `untainted`. */
export function judgeTaint(gate: Gate, { taint, subject: { arm } }: Facts): Judgement {
  const strict = strictnessOf(gate)
  const refused = taint.filter(({ state }) => strict[state] === 'refuse')
  const evidence = [...new Set(taint.flatMap((one) => one.evidence))]
  const isKnown = refused.some(({ state }) => state === 'tainted')
  if (refused.length > 0) {
    const worst = refused.filter(({ state }) => (state === 'tainted') === isKnown)
    const why = `${arm.version} is ${isKnown ? 'tainted' : 'not known to be untainted'}: ${several(worst)}`
    return { ...(isKnown ? fail : unknown)(why + leavingOut(worst), wayOn(worst, arm)), evidence }
  }
  const rest = taint.filter(({ state }) => strict[state] === 'warn')
  const why = rest.length === 0 ? UNTAINTED : `let through: ${several(rest)}`
  return { ...pass(why), evidence }
}

/** What a dataset says of its source that has none of these records. */
function leavingOut(findings: readonly TaintFinding[]): string {
  const ids = [...new Set(findings.flatMap(({ why, quarantine }) => (why === MEETS ? JSON.stringify(quarantine) : [])))]
  if (ids.length === 0) return ''
  const more = ids.length > MOST_SHOWN ? ', …' : ''
  return `; a dataset without these records says of its source excludes: [${ids.slice(0, MOST_SHOWN).join(', ')}${more}]`
}

/** A waiver of the first, or a look at the rows. */
function wayOn([first]: readonly TaintFinding[], { version }: Arm): string {
  if (first === undefined || first.quarantine === null) return `aiship show ${version}`
  const id = first.quarantine.slice(7, 19)
  return first.state === 'tainted'
    ? `aiship quarantine waive ${id} ${version} --until DATE --reason "REASON"`
    : `aiship quarantine check ${version} --key entity`
}

export const UNTAINTED = 'nothing in it was made of what is quarantined'

const MOST_SHOWN = 5

/** The whole way of each. */
function several(findings: readonly TaintFinding[]): string {
  const more = findings.length > MOST_SHOWN ? `; and ${findings.length - MOST_SHOWN} more` : ''
  return findings.slice(0, MOST_SHOWN).map(taintWords).join('; ') + more
}
