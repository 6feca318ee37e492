import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { Workshop } from '../core/hook.ts'
import { doneIn, emptyJournal } from '../core/journal.ts'
import type { ApplyData, ApplyOptions, RemediationDiff, RemediationWork } from '../core/model.gen.ts'
import type { Context, Operation } from '../core/ports.ts'
import { answersOf } from './remediate-answers.ts'
import { closePaused, closeSealed, type Hold, storeJournal } from './remediate-close.ts'
import { makeRunner, type Run, type Runner, type Stop } from './remediate-run.ts'
import { begin, journalName, optionsOf, type TypedOptions, workshopOf } from './remediate-start.ts'
import { partly, stopped, stoppedWith } from './remediate-stopped.ts'
import { servedAgain, watchRepair } from './remediate-watch.ts'
import { checkApproval } from './remediation-approval.ts'
import { readLines, verifyLines } from './remediation-lines.ts'
import { addStepTo, openRepair, outOfOrder, type Repair, refuseUndone, tooEarly, typed } from './remediation-log.ts'
import { readDiff, readReceipt } from './remediation-objects.ts'

export interface ApplyInput {
  readonly plan: string
  readonly options: TypedOptions
  /** `resume`: after a pause. */
  readonly verb: 'apply' | 'resume'
  /** Through the hook with `dry_run`, into a journal of its own; nothing is put down in the registry. */
  readonly dry: boolean
  readonly takeOver: boolean
  readonly reason: string | null
}

/**
 * Sends what an approved diff would change to a hook: at a rate, in stages, with a breaker; each item with a key, so that what is sent twice is done once.
 * Errors: NOT_APPROVED, OUT_OF_ORDER, RUNNING_ALREADY, SERVED_AGAIN before anything is sent; BREAKER_OPEN, VERIFY_FAILED, SERVED_AGAIN, HELD, OVERTAKEN,
 * ITEMS_OPEN, HOOK_FAILED, INTERRUPTED, DISK_FULL with a part done.
 */
export const remediateApply: Operation<ApplyInput, ApplyData> = async (ctx, input) => {
  const repair = await openRepair(ctx, input.plan)
  const { state } = repair
  if (state.diff === null) throw tooEarly(repair)
  const diff = await readDiff(ctx, state.diff)
  if (input.dry) return dryRun(ctx, repair, diff, input)
  refuseOrder(repair, input.verb)
  if (state.receipt !== null) {
    const { counts } = await readReceipt(ctx, state.receipt)
    return { changed: false, data: { ...dataOf(repair, null, { step: 'closed', receipt: state.receipt }), counts } }
  }
  await refuseUndone(ctx, repair)
  const approval = await checkApproval(ctx, repair, diff)
  const served = await servedAgain(ctx, repair.plan)
  if (served !== null) throw stopped(repair, null, served, false)
  await verifyLines(ctx, diff.work)
  const workshop = await workshopOf(ctx)
  const { options: typedNow, takeOver, reason } = input
  const hold = await begin(ctx, workshop, { repair, diff, approval, options: typedNow, takeOver, reason })
  try {
    return await runStages(ctx, hold, runOf(ctx, workshop, hold, hold.options, false))
  } finally {
    hold.journal.close()
  }
}

function refuseOrder(repair: Repair, verb: ApplyInput['verb']): void {
  const { step, run, diff, isAborted } = repair.state
  if (isAborted) throw outOfOrder(repair, 'was aborted', typed('receipt', repair))
  if (run !== null && run.diff !== diff)
    throw outOfOrder(repair, 'was begun with another diff: abort it, and plan again', typed('abort', repair))
  if (verb === 'apply' && step === 'paused') throw outOfOrder(repair, 'is paused', typed('resume', repair))
  if (verb === 'resume' && run === null && step === 'approved')
    throw outOfOrder(repair, 'was not begun yet', `${typed('apply', repair)} --hook 'HOOK' --dry-run`)
}

function runOf(ctx: Context, workshop: Workshop, hold: Hold, options: ApplyOptions, isDry: boolean): Run {
  const { repair, diff, state, journal } = hold
  const set = { AISHIP_APP: ctx.app, AISHIP_PLAN: repair.digest, AISHIP_DRY_RUN: isDry ? '1' : '0' }
  const { root: cwd } = ctx.project()
  const program = { argv: options.hook, cwd, set, pass: options.env, timeoutMs: options.deadline_ms }
  const look = isDry ? async () => null : watchRepair(ctx, repair, hold.generation)
  const tell = (rate: number): void => {
    const counts = state.counts()
    const total = diff.work.count
    const done = total - counts.not_sent - counts.in_doubt
    ctx.emit({ type: 'progress', what: isDry ? 'trying' : 'applying', done, total, unit: 'files' })
    ctx.emit({ type: 'line', data: { done, total, rate: Math.round(rate), ...counts }, message: null })
  }
  const work = readLines<RemediationWork>(ctx, diff.work)
  return { journal, state, options, isDry, hooks: workshop.hooks, program, work, look, tell }
}

/** Runs the stages that are left. What ends a run early is put down before it is told. */
async function runStages(ctx: Context, hold: Hold, run: Run) {
  const { repair, diff, state } = hold
  const runner = makeRunner(ctx, run)
  const total = diff.work.count
  const end = async (stop: Stop): Promise<AishipError> => {
    const words = await runner.end()
    if (stop.code === 'OUT_OF_ORDER') await closeSealed(ctx, hold)
    else if (stop.code !== 'OVERTAKEN') await closePaused(ctx, hold, stop.why).catch((error) => warnOf(ctx, error))
    return stoppedWith(ctx, hold, stop, words, null)
  }
  try {
    for (const bound of boundsOf(run.options, state.stage, total)) {
      const stop = await runner.go(bound)
      if (stop !== null) throw await end(stop)
      if (bound === total) break
      await endStage(ctx, hold, bound)
      const problem = run.options.verify === null ? null : await verify(ctx, run, bound)
      if (problem !== null) throw await end({ code: 'VERIFY_FAILED', why: `after ${bound} items, verify ${problem}` })
      ctx.emit({
        type: 'note',
        message: `${bound} of ${total} items are done${run.options.verify ? ', and verified' : ''}`,
      })
      if (!run.options.pause) continue
      await runner.end()
      const paused = await closePaused(ctx, hold, `after ${bound} of ${total} items`)
      return { changed: true, data: await openDataOf(ctx, { ...hold, repair: paused }, 'paused') }
    }
    const { not_sent, in_doubt, failed } = state.counts()
    const open = not_sent + in_doubt + failed
    if (open > 0)
      throw await end({ code: 'ITEMS_OPEN', why: `${open} items are not done: ${failed} failed, ${in_doubt} in doubt` })
    await runner.end()
    const { digest } = await closeSealed(ctx, hold)
    return { changed: true, data: dataOf(repair, hold, { step: 'closed', receipt: digest }) }
  } catch (error) {
    if (error instanceof AishipError && error.details.changed === true) throw error
    await runner.end()
    await closePaused(ctx, hold, 'something broke').catch(() => undefined)
    throw partly(ctx, error, repair)
  } finally {
    warnOfNoise(ctx, runner)
  }
}

function warnOfNoise(ctx: Context, { noise }: Runner): void {
  for (const [kind, { example, count }] of noise)
    ctx.emit({ type: 'warning', code: 'HOOK_NOISE', message: `the hook printed ${kind}, ${count} times: ${example}` })
}

const boundsOf = ({ stages }: ApplyOptions, done: number, total: number): readonly number[] => [
  ...stages.filter((bound) => bound > done && bound < total),
  total,
]

async function endStage(ctx: Context, hold: Hold, bound: number): Promise<void> {
  const line = { t: 'stage', done: bound } as const
  for (const at of hold.journal.append([line])) hold.state.add(line, at)
  const objects = [await storeJournal(ctx, hold)]
  const { generation } = hold
  await addStepTo(ctx, hold.repair, { action: 'stage', stage: bound, generation, host: ctx.host, objects }, (now) => {
    if ((now.state.run?.generation ?? 0) > generation)
      throw stopped(hold.repair, hold, { code: 'OVERTAKEN', why: 'another run took it over' }, true)
  })
}

const verify = (ctx: Context, { options, hooks, program }: Run, bound: number): Promise<string | null> =>
  hooks.run({
    ...{ ...program, argv: options.verify ?? [], timeoutMs: options.verify_ms, cwd: ctx.project().root },
    set: { ...program.set, AISHIP_STAGE: String(bound) },
  })

async function dryRun(ctx: Context, repair: Repair, diff: RemediationDiff, input: ApplyInput) {
  await verifyLines(ctx, diff.work)
  const workshop = await workshopOf(ctx)
  const journal = workshop.journal(`${journalName(ctx, repair)}/dry`)
  journal.close(true)
  const state = emptyJournal(diff.work.count)
  journal.read((line, at) => state.add(line, at))
  const hold = { repair, diff, journal, state, generation: 0 }
  const options = optionsOf(input.options, undefined)
  const runner = makeRunner(ctx, runOf(ctx, workshop, hold, options, true))
  try {
    const stop = await runner.go(diff.work.count)
    if (stop !== null) throw await stoppedWith(ctx, hold, stop, await runner.end(), options)
    return { changed: false, data: await openDataOf(ctx, hold, 'dry') }
  } finally {
    await runner.end()
    warnOfNoise(ctx, runner)
    journal.close(true)
  }
}

function dataOf(
  repair: Repair,
  hold: Hold | null,
  now: { readonly step: ApplyData['step']; readonly receipt: Digest | null },
): ApplyData {
  const isNothing = now.receipt === null || (hold !== null && doneIn(hold.state.counts()) === 0)
  return {
    ...{ plan: repair.digest, diff: repair.state.diff as Digest, generation: hold?.generation ?? null },
    ...{ items: hold?.diff.work.count ?? null, counts: hold?.state.counts() ?? null, ...now },
    ...{ answers: [], undo: isNothing ? null : typed('undo', repair) },
  }
}

/** Of a repair that is not closed. */
const openDataOf = async (ctx: Context, hold: Hold, step: 'paused' | 'dry'): Promise<ApplyData> => ({
  ...dataOf(hold.repair, hold, { step, receipt: null }),
  answers: await answersOf(ctx, hold),
})

function warnOf(ctx: Context, error: unknown): void {
  const message = `that the run has ended could not be put down in the registry: ${error instanceof Error ? error.message : String(error)}`
  ctx.emit({ type: 'warning', code: 'NOT_PUT_DOWN', message })
}
