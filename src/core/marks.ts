import type { MarkEntry, Scope } from './model.gen.ts'

/** What the marks of one digest say about serving it at one pointer. Null where nothing bad stands. */
export interface Standing {
  readonly here: MarkEntry | null
  readonly registry: MarkEntry | null
  /** Bad for other pointers only: refuses automation, warns a person. */
  readonly elsewhere: readonly MarkEntry[]
}

const sameScope = (a: Scope, b: Scope): boolean => a.app === b.app && a.pointer === b.pointer

/**
 * The marks in force, oldest first: a `lifted` takes back those of the operation it names, a `good` everything bad before it
 * within its scope (the whole registry's covers every pointer).
 */
export function marksInForce(log: readonly MarkEntry[]): readonly MarkEntry[] {
  const lifted = new Set(log.filter((mark) => mark.verdict === 'lifted').map((mark) => mark.lifts))
  let inForce: MarkEntry[] = []
  for (const mark of log) {
    if (mark.verdict === 'lifted' || lifted.has(mark.op)) continue
    if (mark.verdict === 'good')
      inForce = inForce.filter(
        (earlier) => mark.scope !== null && !(earlier.scope && sameScope(earlier.scope, mark.scope)),
      )
    inForce.push(mark)
  }
  return inForce
}

/** In: every entry of one digest's mark log, oldest first, and the pointer that would serve it. */
export function standingAt(log: readonly MarkEntry[], scope: Scope): Standing {
  const bad = marksInForce(log).filter((mark) => mark.verdict === 'bad')
  const last = (marks: readonly MarkEntry[]): MarkEntry | null => marks.at(-1) ?? null
  return {
    here: last(bad.filter((mark) => mark.scope !== null && sameScope(mark.scope, scope))),
    registry: last(bad.filter((mark) => mark.scope === null)),
    elsewhere: bad.filter((mark) => mark.scope !== null && !sameScope(mark.scope, scope)),
  }
}
