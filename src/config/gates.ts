import { KNOWN_FORMATS } from '../core/formats.ts'
import { neverThaws, windowProblem } from '../core/freeze.ts'
import { OTHER_FORMAT } from '../core/gates.ts'
import type { ConfigFile, Gate, PointerRules, Rules } from '../core/model.gen.ts'
import { nearest } from '../core/names.ts'
import { readSpan } from '../core/rollout-words.ts'
import { rulesFor } from '../core/rules.ts'
import { allowedHint, brief, keyName } from './refusal.ts'
import type { Source } from './yaml.ts'

/**
 * What the schema can't say of gates and of the rules of pointers: keys that do not go together, names of nothing, and what could never pass or never
 * fail. Out: the rules of each pointer that has some. Errors: CONFIG_INVALID.
 */
export function readRules(
  source: Source,
  { gates = {}, pointers = {}, components }: ConfigFile,
): Readonly<Record<string, Rules>> {
  const names = { components: Object.keys(components), pointers: Object.keys(pointers), gates: Object.keys(gates) }
  for (const [name, gate] of Object.entries(gates)) checkGate(source, ['gates', name], gate, names)
  const rules: Record<string, Rules> = {}
  for (const [pointer, written] of Object.entries(pointers)) {
    checkPointer(source, pointer, written, names)
    const found = rulesFor(written, gates)
    if (found !== null) rules[pointer] = found
  }
  return rules
}

type Names = Readonly<Record<'components' | 'pointers' | 'gates', readonly string[]>>

/** What makes a gate the kind that it is, and what may stand beside it. */
const KINDS: readonly (readonly [keyof Gate, readonly (keyof Gate)[]])[] = [
  [
    'metric',
    ['evidence', 'min', 'max', 'max_drop_vs', 'max_rise_vs', 'by', 'confidence', 'eval_set', 'same', 'same_runtime'],
  ],
  ['roles', ['components']],
  ['components', ['roles']],
  ['allow_formats', []],
  ['git', []],
  ['approvals', []],
  ['untainted', ['unknown', 'claims']],
]

function checkGate(source: Source, place: readonly string[], gate: Gate, names: Names): void {
  const refuse = (message: string, hint?: string, ...key: readonly string[]) =>
    source.refuse(source.atKey([...place, ...key]), `${keyName([...place, ...key])} ${message}`, { hint })
  const keys = Object.keys(gate) as (keyof Gate)[]
  const kind = KINDS.find(([key]) => keys.includes(key))
  if (kind === undefined)
    throw refuse(
      'asks nothing',
      'a gate has one of metric, roles, components, allow_formats, git, approvals, untainted',
    )
  const stray = keys.find((key) => key !== kind[0] && !kind[1].includes(key))
  if (stray !== undefined) throw refuse(`does not go with ${kind[0]}: that is a gate of its own`, undefined, stray)
  const { min, max, max_drop_vs: drop, max_rise_vs: rise } = gate
  if (gate.metric !== undefined) {
    if (min === undefined && max === undefined && drop === undefined && rise === undefined && !gate.same_runtime)
      throw refuse('can never fail: it has no bound', 'say min, max, max_drop_vs or max_rise_vs')
    if (gate.evidence === undefined)
      throw refuse('does not say where the metric comes from', 'write evidence: evaluation')
  }
  if (min !== undefined && max !== undefined && min > max)
    throw refuse(`can never pass: min is ${min}, more than max`, undefined, 'min')
  if (drop !== undefined && rise !== undefined)
    throw refuse('goes with max_drop_vs in another gate', undefined, 'max_rise_vs')
  const compared = drop ?? rise
  for (const key of ['by', 'confidence'] as const)
    if (gate[key] !== undefined && compared === undefined)
      throw refuse('goes with max_drop_vs or max_rise_vs', undefined, key)
  if (compared !== undefined)
    checkKnown(
      source,
      [...place, drop === undefined ? 'max_rise_vs' : 'max_drop_vs'],
      compared,
      names.pointers,
      'pointer',
    )
  const parts = { same: gate.same ?? [], components: gate.components ?? [] }
  for (const [key, list] of Object.entries(parts))
    for (const [i, name] of list.entries())
      checkKnown(source, [...place, key, String(i)], name, names.components, 'component')
  if (gate.eval_set !== undefined)
    checkKnown(source, [...place, 'eval_set'], gate.eval_set, names.components, 'component')
  for (const [i, format] of (gate.allow_formats ?? []).entries())
    checkKnown(source, [...place, 'allow_formats', String(i)], format, [...KNOWN_FORMATS, OTHER_FORMAT], 'format')
}

/** What is asked of a thing that is not there could never pass. */
function checkKnown(
  source: Source,
  place: readonly string[],
  name: string,
  known: readonly string[],
  what: string,
): void {
  if (known.includes(name)) return
  const near = nearest(name.slice(0, 100), known)
  throw source.refuse(source.at(place), `${keyName(place)}: there is no ${what} ${brief(name)}`, {
    hint:
      near === null && known.length <= 40
        ? allowedHint(name, known, 'there is')
        : near === null
          ? undefined
          : `did you mean ${near}?`,
  })
}

function checkPointer(
  source: Source,
  pointer: string,
  { require = [], from, soak, freeze = [] }: PointerRules,
  names: Names,
): void {
  const place = ['pointers', pointer]
  for (const [i, gate] of require.entries()) {
    checkKnown(source, [...place, 'require', String(i)], gate, names.gates, 'gate')
    if (require.indexOf(gate) !== i)
      throw source.refuse(source.at([...place, 'require', String(i)]), `${keyName(place)}.require names ${gate} twice`)
  }
  for (const [i, other] of (from ?? []).entries()) {
    if (other === pointer)
      throw source.refuse(
        source.at([...place, 'from', String(i)]),
        `${keyName(place)}.from can never pass: nothing comes from where it is`,
      )
    checkKnown(source, [...place, 'from', String(i)], other, names.pointers, 'pointer')
  }
  if (soak !== undefined && from === undefined)
    throw source.refuse(
      source.atKey([...place, 'soak']),
      `${keyName(place)}.soak goes with from: it says how long it must have served there`,
    )
  if (soak !== undefined) checkSoak(source, [...place, 'soak'], soak)
  for (const [i, window] of freeze.entries()) {
    const problem = windowProblem(window)
    if (problem !== null)
      throw source.refuse(source.at([...place, 'freeze', String(i)]), `${keyName(place)}.freeze.${i}: ${problem}`, {
        hint: 'write {days: [sat, sun]}, {days: [fri], hours: "16:00-24:00", zone: Europe/Berlin} or {from: 2026-12-20, until: 2027-01-02}',
      })
  }
  if (neverThaws(freeze))
    throw source.refuse(
      source.atKey([...place, 'freeze']),
      `${keyName(place)}.freeze can never pass: it freezes the whole week`,
    )
}

function checkSoak(source: Source, place: readonly string[], soak: string): void {
  try {
    readSpan(soak, 'soak')
  } catch {
    throw source.refuse(source.at(place), `${keyName(place)} can't be ${brief(soak)}: it is longer than a year`)
  }
}
