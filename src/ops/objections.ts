import { AishipError } from '../core/errors.ts'
import type { PlanChecks } from './plan.ts'

/** Something that stands against a move, and the command that takes it away. */
export interface Objection {
  readonly code:
    | 'HELD'
    | 'MARKED_BAD'
    | 'POLICY_CHANGED'
    | 'CONTRACT_BROKEN'
    | 'CONTRACT_UNKNOWN'
    | 'GATE_FAILED'
    | 'GATE_UNKNOWN'
  readonly message: string
  readonly lift: string
  /** Also stops a person who has not said `--override`. */
  readonly stopsPeople: boolean
  /** `--override` does not pass it. */
  readonly isFinal?: boolean
  readonly details: Readonly<Record<string, unknown>>
}

/** The error of a move that something stands against, with all of it and the way on. */
export function refusal(
  isPerson: boolean,
  checks: PlanChecks,
  first: Objection,
  others: readonly Objection[],
): AishipError {
  const all = [first, ...others]
  const message = `${checks.pointer} was not moved: ${all.map((one) => one.message).join('; and ')}`
  const { hint, next } = wayOn(isPerson, checks, all)
  const also = others.map(({ code, details }) => ({ code, ...details }))
  return new AishipError(first.code, message, { hint, next, details: { ...first.details, also } })
}

/** What to do about it: bring what is asked for, lift what stands there, or go past it. */
function wayOn(
  isPerson: boolean,
  { command, pointer, isUndo }: PlanChecks,
  all: readonly Objection[],
): { readonly hint: string; readonly next: readonly string[] } {
  const isGate = ({ code }: Objection): boolean => code.startsWith('GATE_') || code.startsWith('CONTRACT_')
  const lifts = [
    ...new Set((isUndo === true ? all.filter((one) => isGate(one) || one.isFinal) : all).map((one) => one.lift)),
  ]
  const override = `${command} --override "REASON"`
  const last = all.find(({ isFinal }) => isFinal)?.lift
  if (last !== undefined)
    return {
      hint: isPerson
        ? 'look at the difference, and accept it if it is meant'
        : 'a person has to look at the difference and accept it with --accept-policy',
      next: [...lifts.filter((one) => one !== last), last],
    }
  if (all.every(isGate))
    return isPerson
      ? { hint: 'bring what it asks for, or move past it and say why', next: [override, ...lifts] }
      : { hint: 'bring what it asks for; automation cannot move past a gate', next: lifts }
  return isPerson
    ? { hint: 'lift it, or move past it and say why', next: [...lifts, override] }
    : { hint: 'a person has to lift it; automation can neither lift nor override it', next: [`aiship log ${pointer}`] }
}
