import { KNOWN_FORMATS } from '../core/formats.ts'
import { neverThaws, windowProblem } from '../core/freeze.ts'
import { gateProblem } from '../core/gate-problem.ts'
import { OTHER_FORMAT } from '../core/gates.ts'
import type { AutoPromote, ConfigFile, Gate, PointerRules, Rules } from '../core/model.gen.ts'
import { nearest } from '../core/names.ts'
import { readSpan } from '../core/rollout-words.ts'
import { rulesFor } from '../core/rules.ts'
import { checkWatch } from './guards.ts'
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
    checkPointer(source, pointer, written, names, gates)
    const found = rulesFor(written, gates)
    if (found !== null) rules[pointer] = found
  }
  return rules
}

type Names = Readonly<Record<'components' | 'pointers' | 'gates', readonly string[]>>

function checkGate(source: Source, place: readonly string[], gate: Gate, names: Names): void {
  const found = gateProblem(gate)
  if (found !== null) {
    const at = [...place, ...found.at]
    throw source.refuse(source.atKey(at), `${keyName(at)} ${found.problem}`, { hint: found.hint })
  }
  const { max_drop_vs: drop, max_rise_vs: rise } = gate
  const compared = drop ?? rise
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
  { require = [], from, soak, freeze = [], auto_promote: auto, watch }: PointerRules,
  names: Names,
  gates: Readonly<Record<string, Gate>>,
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
  if (auto !== undefined) checkAuto(source, [...place, 'auto_promote'], pointer, auto, require, gates)
  if (watch !== undefined) checkWatch(source, [...place, 'watch'], watch)
  if (neverThaws(freeze))
    throw source.refuse(
      source.atKey([...place, 'freeze']),
      `${keyName(place)}.freeze can never pass: it freezes the whole week`,
    )
}

/** Without a comparison each retrained model would be good enough, and they would drift down step by step. */
function checkAuto(
  source: Source,
  place: readonly string[],
  pointer: string,
  { through, soak }: AutoPromote,
  require: readonly string[],
  gates: Readonly<Record<string, Gate>>,
): void {
  const compares = require.some((name) => [gates[name]?.max_drop_vs, gates[name]?.max_rise_vs].includes(pointer))
  if (!compares)
    throw source.refuse(
      source.atKey(place),
      `${keyName(place)} needs a gate under require that compares with what ${pointer} says`,
      {
        hint: `as in  gates: {as-good: {evidence: evaluation, metric: accuracy, max_drop_vs: ${pointer}, confidence: 0.95}}`,
      },
    )
  if (soak === undefined) return
  if (through !== 'rollout')
    throw source.refuse(source.atKey([...place, 'soak']), `${keyName(place)}.soak goes with through: rollout`)
  checkSoak(source, [...place, 'soak'], soak)
}

function checkSoak(source: Source, place: readonly string[], soak: string): void {
  try {
    readSpan(soak, 'soak')
  } catch {
    throw source.refuse(source.at(place), `${keyName(place)} can't be ${brief(soak)}: it is longer than a year`)
  }
}
