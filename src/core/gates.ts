import { bearsPickle } from './formats.ts'
import { judgeMetric } from './gate-metric.ts'
import { judgeTaint } from './gate-taint.ts'
import { type Facts, fail, type Judgement, type Known, partOf, pass, unknown, worst } from './judgement.ts'
import { sameScope } from './marks.ts'
import type { EvidenceEntry, Gate, Scope, VersionEntry } from './model.gen.ts'
import { shellWord } from './shell.ts'

/** In: a gate whose keys go together, as `gateProblem` tells. */
export function judgeGate(gate: Gate, facts: Facts): Judgement {
  if (gate.metric !== undefined) return judgeMetric(gate, gate.metric, facts)
  if (gate.approvals !== undefined) return judgeApprovals(gate.approvals, facts)
  if (gate.allow_formats !== undefined) return judgeFormats(gate.allow_formats, facts.subject)
  if (gate.git !== undefined) return judgeGit(facts.subject)
  if (gate.untainted !== undefined) return judgeTaint(gate, facts)
  return judgeParts(gate, facts.subject)
}

/** The approvals that stand: of each person the newest word counts. In: newest first. Out: sorted by name. */
export function approvedBy(evidence: readonly EvidenceEntry[], scope: Scope): readonly EvidenceEntry[] {
  const words = new Map<string, EvidenceEntry>()
  for (const entry of evidence) {
    const { approval, actor } = entry
    const isIt = approval !== null && sameScope(approval.scope, scope) && actor.kind === 'human'
    if (isIt && !words.has(actor.name)) words.set(actor.name, entry)
  }
  return [...words]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, entry]) => (entry.approval?.withdrawn ? [] : entry))
}

/** Of who made the bundle, the word does not count. */
function judgeApprovals(count: number, { subject: { arm, made, evidence }, scope }: Facts): Judgement {
  const author = authorOf(made)
  const yes = approvedBy(evidence, scope)
  const counted = yes.filter(({ actor }) => actor.name !== author.name)
  const names = counted.map(({ actor }) => actor.name).join(', ')
  const own = yes.length > counted.length ? `; ${author.name} made it, and does not count` : ''
  const people = count === 1 ? '1 person' : `${count} people`
  const who = `${counted.length} of ${people} approved ${arm.version}${names === '' ? '' : ` (${names})`}${own}`
  const next = `aiship approve ${arm.version} --for ${shellWord(scope.pointer)}`
  return { ...(counted.length >= count ? pass(who) : fail(who, next)), evidence: counted.map(({ id }) => id) }
}

/** Who made a bundle, wherever that was. */
export const authorOf = ({ origin, actor }: VersionEntry): VersionEntry['actor'] => origin?.author ?? actor

const WEIGHTS: ReadonlySet<string> = new Set(['model-weights', 'model', 'embedder'])
/** In `allow_formats`: a file of no format that aiship knows. */
export const OTHER_FORMAT = 'other'

function judgeFormats(allowed: readonly string[], { components, made }: Known): Judgement {
  const parts = components.flatMap((component): Judgement[] => {
    const { name, role, kind, stored } = component
    const found = Object.hasOwn(made.components, name) ? made.components[name] : undefined
    const formats = Object.entries(found?.formats ?? {})
    // Of anything but weights, what runs code when it is loaded.
    const bad = formats.filter(([format]) => !allowed.includes(format) && (WEIGHTS.has(role) || bearsPickle(format)))
    if (bad.length > 0) return bad.map(([format, files]) => fail(`${name} has ${format} (${files[0]})`))
    if (!WEIGHTS.has(role) || kind === 'value') return []
    if (stored === false) return [unknown(`the bytes of ${name} lie elsewhere`)]
    if (found === undefined || found.files === 0)
      return [unknown(`nobody looked at the files of ${name}`, 'aiship bundle')]
    if (formats.length > 0) return [pass(`${name} is ${formats.map(([format]) => format).join(', ')}`)]
    if (allowed.includes(OTHER_FORMAT)) return [pass(`${name} has no file of a known format`)]
    return [unknown(`${name} has no file of a format that aiship knows; allow_formats may name ${OTHER_FORMAT}`)]
  })
  return parts.length === 0 ? pass('it has no weights') : worst(parts)
}

function judgeGit({ arm: { version }, made: { git } }: Known): Judgement {
  if (git === null) return unknown(`nobody knows the commit of ${version}`)
  if (git.commit === null) return fail(`${version} was made where there was no commit yet`)
  if (git.dirty) return fail(`${version} was made with changes that are in no commit`)
  return pass(`${version} was made from commit ${git.commit.slice(0, 12)}`)
}

function judgeParts({ roles = [], components = [] }: Gate, known: Known): Judgement {
  const missing = [
    ...roles.filter((role) => !known.components.some((one) => one.role === role)),
    ...components.filter((name) => partOf(known, name) === undefined),
  ]
  if (roles.length + components.length === 0) return unknown('it asks nothing')
  const has = [...roles, ...components].join(', ')
  return missing.length === 0 ? pass(`it has ${has}`) : fail(`${known.arm.version} has no ${missing.join(', no ')}`)
}
