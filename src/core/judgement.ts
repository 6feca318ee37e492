import type { Arm, Component, EvidenceEntry, GateResult, Scope, TaintFinding, VersionEntry } from './model.gen.ts'

/** What is known of a bundle. */
export interface Known {
  readonly arm: Arm
  readonly components: readonly Component[]
  /** True where the bundle can be evaluated by a program of its own. */
  readonly canRun: boolean
  readonly made: VersionEntry
  /** Newest first. */
  readonly evidence: readonly EvidenceEntry[]
}

/** What a gate asks about. */
export interface Facts {
  readonly subject: Known
  readonly scope: Scope
  /** Bundles whose evaluations may count for it too, the nearest first: for a gate with `same`. */
  readonly others: readonly Known[]
  /** What the pointer that it is compared with says; null where it says nothing. */
  readonly baseline: Known | null
  /** How it may have learned from what is quarantined: for a gate with `untainted`. */
  readonly taint: readonly TaintFinding[]
}

export type Judgement = Omit<GateResult, 'name'>

const judged =
  (outcome: Judgement['outcome']) =>
  (why: string, next: string | null = null): Judgement => ({ outcome, why, next, evidence: [] })

export const pass = judged('pass')
export const fail = judged('fail')
/** Refuses too: no data is not a pass. */
export const unknown = judged('unknown')

/** Several things that one gate asks: the worst decides, and a failure is worse than not knowing. Nothing asked is nothing known. */
export function worst(all: readonly Judgement[]): Judgement {
  if (all.length === 0) return unknown('it asks nothing')
  const outcome = (['fail', 'unknown'] as const).find((one) => all.some((part) => part.outcome === one)) ?? 'pass'
  const deciding = all.filter((part) => part.outcome === outcome)
  return {
    outcome,
    why: deciding.map(({ why }) => why).join('; '),
    next: deciding.find(({ next }) => next !== null)?.next ?? null,
    evidence: [...new Set(all.flatMap(({ evidence }) => evidence))],
  }
}

/** A component by its name. */
export const partOf = (known: Known, name: string): Component | undefined =>
  known.components.find((one) => one.name === name)
