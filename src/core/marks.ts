import type { MarkEntry, Scope } from './model.gen.ts'

/** What the marks of one digest say about serving it at one pointer. Null where nothing bad stands. */
export interface Standing {
  readonly here: MarkEntry | null
  readonly registry: MarkEntry | null
  /** Bad for other pointers only: refuses automation, warns a person. */
  readonly elsewhere: readonly MarkEntry[]
}

/** Null is the whole registry. */
export const sameScope = (a: Scope | null, b: Scope | null): boolean =>
  a === null || b === null ? a === b : a.app === b.app && a.pointer === b.pointer

/**
 * What the lifts leave, oldest first: a lift takes back what one operation set within the lift's scope, other lifts included, so that an
 * undone undo puts the marks back. Operations are named with their scope because one `rollback` may move several pointers.
 */
function unlifted(log: readonly MarkEntry[]): readonly MarkEntry[] {
  const lifts: MarkEntry[] = []
  const left: MarkEntry[] = []
  for (const mark of [...log].reverse()) {
    if (lifts.some((lift) => lift.lifts === mark.op && sameScope(lift.scope, mark.scope))) continue
    if (mark.verdict === 'lifted') lifts.push(mark)
    else left.unshift(mark)
  }
  return left
}

/** What says that a gc took the bundle out; null where none did, or it was brought back since. */
export const collectedIn = (log: readonly MarkEntry[]): MarkEntry | null =>
  unlifted(log).findLast(({ verdict }) => verdict === 'collected') ?? null

/** The marks in force, oldest first: a `good` ends everything bad before it within its scope (the whole registry's covers every pointer). */
export function marksInForce(log: readonly MarkEntry[]): readonly MarkEntry[] {
  let inForce: MarkEntry[] = []
  for (const mark of unlifted(log)) {
    if (mark.verdict === 'good')
      inForce = inForce.filter((earlier) => mark.scope !== null && !sameScope(earlier.scope, mark.scope))
    inForce.push(mark)
  }
  return inForce
}

/** In: every entry of one digest's mark log, oldest first, and the pointer that would serve it. */
export function standingAt(log: readonly MarkEntry[], scope: Scope): Standing {
  const bad = marksInForce(log).filter((mark) => mark.verdict === 'bad')
  const last = (marks: readonly MarkEntry[]): MarkEntry | null => marks.at(-1) ?? null
  return {
    here: last(bad.filter((mark) => sameScope(mark.scope, scope))),
    registry: last(bad.filter((mark) => mark.scope === null)),
    elsewhere: bad.filter((mark) => mark.scope !== null && !sameScope(mark.scope, scope)),
  }
}
