import type { Digest } from './digest.ts'
import type { RemediationEntry } from './model.gen.ts'

/** Where a repair stands, by its log. */
export interface RemediationState {
  readonly step: 'planned' | 'replayed' | 'diffed' | 'approved' | 'applying' | 'paused' | 'aborted' | 'closed'
  /** The newest replay. */
  readonly replayed: Pick<RemediationEntry, 'replay' | 'control'> | null
  /** The newest; what is approved and applied. */
  readonly diff: Digest | null
  /** Those of this diff, newest first. */
  readonly approvals: readonly RemediationEntry[]
  /** The newest run. */
  readonly run: RemediationEntry | null
  /** Items that a stage has ended with. */
  readonly done: number
  /** The journal as it was last stored in the registry. */
  readonly journal: Digest | null
  readonly receipt: Digest | null
  /** Ended for good before its work was done. */
  readonly isAborted: boolean
  /** What was said last, and by whom. */
  readonly last: RemediationEntry | null
}

const RUNS = ['applying', 'resumed']

/** In: the log's entries, newest first. */
export function remediationState(entries: readonly RemediationEntry[]): RemediationState {
  const newest = (...actions: readonly string[]): RemediationEntry | null =>
    entries.find(({ action }) => actions.includes(action)) ?? null
  const diff = newest('diffed')?.diff ?? null
  const approvals = entries.filter((one) => one.action === 'approved' && one.diff !== null && one.diff === diff)
  const run = newest(...RUNS)
  // Nothing that comes after the end of a repair takes the end back.
  const receipt = entries.findLast(({ action }) => action === 'closed')?.receipt ?? null
  const isAborted = newest('aborted') !== null
  const step = receipt !== null ? 'closed' : isAborted ? 'aborted' : stepOf(entries, approvals)
  return {
    ...{ step, replayed: newest('replayed'), diff, approvals, run, last: entries[0] ?? null },
    done: newest('stage')?.stage ?? 0,
    journal: entries.find(({ action, objects }) => isStored(action) && objects.length > 0)?.objects[0] ?? null,
    ...{ isAborted, receipt },
  }
}

/** Entries of a run whose one object is its journal. */
const isStored = (action: string): boolean => action === 'stage' || action === 'paused'

function stepOf(
  entries: readonly RemediationEntry[],
  approvals: readonly RemediationEntry[],
): RemediationState['step'] {
  for (const { action, seq } of entries) {
    if (action === 'paused') return action
    if (action === 'stage' || RUNS.includes(action)) return 'applying'
    // An approval of a diff that there was before another one says nothing of this one.
    if (action === 'approved' && approvals.some((one) => one.seq === seq)) return 'approved'
    if (action === 'planned' || action === 'replayed' || action === 'diffed') return action
  }
  return 'planned'
}
