import { hexOf, shortDigest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { Hooks, Workshop } from '../core/hook.ts'
import { emptyJournal, type JournalFile, type JournalState } from '../core/journal.ts'
import type { ApplyOptions, RemediationDiff, RemediationEntry } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import type { Hold } from './remediate-close.ts'
import { addStep, lookAgain, type Repair, typed } from './remediation-log.ts'

/** How long a run that begins waits for the hook of one that was killed. */
const ORPHAN_MS = 10_000

const DEFAULTS: Omit<ApplyOptions, 'hook'> = {
  ...{ env: [], rate: null, concurrency: 4, deadline_ms: 30_000, attempts: 8, stages: [100, 1000], pause: true },
  ...{ verify: null, verify_ms: 600_000, breaker: { in_a_row: 5, failed_share: 0.02, conflict_share: 0.05 } },
}

/** What was typed: what was not is as the run before had it. */
export type TypedOptions = { readonly [K in keyof ApplyOptions]?: ApplyOptions[K] | undefined }

/** Errors: USAGE where no hook was ever named. */
export function optionsOf(typedNow: TypedOptions, before: ApplyOptions | undefined): ApplyOptions {
  const given = Object.fromEntries(Object.entries(typedNow).filter(([, value]) => value !== undefined))
  const merged = { ...DEFAULTS, ...before, ...given } as ApplyOptions
  if (merged.hook !== undefined) return merged
  throw new AishipError('USAGE', 'no hook is named, and no journal here has one that was used before', {
    hint: '--hook names the program that does what it is sent',
    next: ['aiship help remediate apply'],
  })
}

export async function workshopOf(ctx: Context): Promise<Workshop> {
  if (ctx.workshop === undefined) throw new AishipError('INTERNAL', 'there is nothing to run a repair with')
  return ctx.workshop()
}

export const journalName = (ctx: Context, repair: Repair): string =>
  [ctx.registry.id, ctx.app, hexOf(repair.digest)].join('/')

/** The journal as it lies here. In: `isTolerant`, to do with what damage has left of it: then what is not known to have been sent is in doubt. */
export function readState(journal: JournalFile, items: number, isTolerant = false): JournalState {
  const state = emptyJournal(items)
  if (journal.read((line, at) => state.add(line, at), isTolerant)) state.doubt()
  return state
}

interface Beginning {
  readonly repair: Repair
  readonly diff: RemediationDiff
  readonly approval: RemediationEntry
  readonly options: TypedOptions
  /** The other machine is known to be dead. */
  readonly takeOver: boolean
  readonly reason: string | null
}

/**
 * Becomes the one run of a repair: first what an earlier one may have left running here has ended, then the log says so, then the journal.
 * Errors: RUNNING_ALREADY, naming who runs it.
 */
export async function begin(
  ctx: Context,
  workshop: Workshop,
  beginning: Beginning,
): Promise<Hold & { readonly options: ApplyOptions }> {
  const { repair, diff, approval, takeOver } = beginning
  const { run } = repair.state
  const { hooks } = workshop
  const journal = workshop.journal(journalName(ctx, repair))
  const isHere = run === null || journal.hasClaim(run.op)
  let state = isHere && journal.exists ? readState(journal, diff.work.count) : null
  // What was here must not be less than what a run that has ended said of itself.
  const isLost = isHere && repair.state.journal !== null && journal.end < ((await sizeOf(ctx, repair)) ?? 0)
  if (!isHere) refuseElsewhere(repair, run, takeOver)
  if (state !== null) await refuseAlive(repair, state, hooks, takeOver)
  const before = state?.open?.options
  if (!isLost && (isHere || repair.state.journal === null)) optionsOf(beginning.options, before)

  const generation = (run?.generation ?? 0) + 1
  journal.claim(ctx.op.id)
  const step = {
    ...({ action: run === null ? 'applying' : 'resumed', diff: repair.state.diff, approval: approval.seq } as const),
    ...{ generation, host: ctx.host, reason: beginning.reason },
  }
  const begun = await addStep(ctx, repair, step)
  if (begun === null) throw alreadyRunning(await lookAgain(ctx, repair))
  if (!isHere || isLost) await journal.replace(storedJournal(ctx, repair))
  if (!isHere || isLost || state === null) state = readState(journal, diff.work.count)
  if (isHere && run !== null && (isLost || state.open === null)) warnOfLoss(ctx, repair)
  const options = optionsOf(beginning.options, state.open?.options)
  const open = {
    ...({
      t: 'open',
      plan: repair.digest,
      diff: repair.state.diff as typeof repair.digest,
      items: diff.work.count,
    } as const),
    ...{ generation, op: ctx.op.id, host: ctx.host, process: hooks.own, at: ctx.now().toISOString(), options },
  }
  for (const at of journal.append([open])) state.add(open, at)
  return { repair: begun, diff, journal, state, generation, options }
}

const sizeOf = (ctx: Context, { state }: Repair): Promise<number | null> =>
  state.journal === null ? Promise.resolve(null) : ctx.registry.objects.size(state.journal)

function warnOfLoss(ctx: Context, { state }: Repair): void {
  const from = state.journal === null ? 'nothing of it is left' : 'it goes on from what the registry has of it'
  const message = `the journal of the run before has gone from this machine: ${from}; what came after is sent again with the same keys`
  ctx.emit({ type: 'warning', code: 'JOURNAL_LOST', message })
}

async function* storedJournal(ctx: Context, { state }: Repair): AsyncGenerator<Uint8Array> {
  if (state.journal !== null) yield* ctx.registry.objects.get(state.journal)
}

/** Whether the run said itself that it is over: then it has left its journal in the registry, and nobody has to be dead. */
export const isPutDown = ({ state: { last, step } }: Repair): boolean =>
  step === 'paused' && (last?.objects.length ?? 0) > 0

/** Errors: RUNNING_ALREADY for a run of another machine that may go on. */
function refuseElsewhere(repair: Repair, run: RemediationEntry | null, takeOver: boolean): void {
  if (!isPutDown(repair) && !takeOver && run !== null) throw alreadyRunning(repair)
}

/** Errors: RUNNING_ALREADY for a run whose process lives, or whose hook does and can't be told from another process. */
async function refuseAlive(repair: Repair, state: JournalState, hooks: Hooks, takeOver: boolean): Promise<void> {
  const { open, hook } = state
  const isAlive = open === null || isPutDown(repair) ? false : hooks.isAlive(open.process)
  if (isAlive === true || (isAlive === null && !takeOver)) throw alreadyRunning(repair)
  if (hook === null || (await hooks.endGroup(hook, ORPHAN_MS)) || takeOver) return
  throw new AishipError('RUNNING_ALREADY', `process ${hook.pid} may be the hook of a run that was killed`, {
    hint: 'end it; if it is something else, say so',
    next: [`${typed('resume', repair)} --take-over`],
  })
}

function alreadyRunning(repair: Repair): AishipError {
  const { run } = repair.state
  const who = run === null ? 'somebody' : `${run.actor.name} on ${run.host} since ${run.at}`
  return new AishipError('RUNNING_ALREADY', `plan ${shortDigest(repair.digest)} is applied by ${who}`, {
    hint: 'only if that machine is known to be dead: what it had no answer for is sent again, with the same keys',
    next: [`${typed('resume', repair)} --take-over`, typed('status', repair)],
    details: { host: run?.host ?? null, actor: run?.actor.name ?? null, since: run?.at ?? null },
  })
}
