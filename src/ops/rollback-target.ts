import type { Read } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import type { Arm, MarkEntry, PointerEntry, Skipped } from '../core/model.gen.ts'
import { mainOf } from '../core/pointer.ts'
import type { Context } from '../core/ports.ts'
import { sameRoute, servedArms } from '../core/route.ts'
import { entryAt, history } from './logs.ts'
import { type Bad, describeBad, isBarring } from './marks.ts'
import { examine } from './plan.ts'
import { logOf, type Resolved, resolveTarget } from './refs.ts'

/** What a rollback restores. */
export interface Target {
  readonly entry: PointerEntry
  /** Given by `--to`: this bundle alone. Null: the entry's whole route. */
  readonly to: Arm | null
  readonly skipped: readonly Skipped[]
}

/**
 * The first entry that `back` leads to none of whose bundles is bad here or in the registry, themselves or in a component.
 * Errors: NOTHING_TO_ROLL_BACK; OBJECT_MISSING, CORRUPT for one that is not whole, naming the one before it.
 */
export async function earlierGood(ctx: Context, pointer: string, newest: PointerEntry): Promise<Target> {
  const { entry, skipped } = await walkBack(ctx, pointer, newest)
  if (entry !== null) return { entry, to: null, skipped }
  const now = mainOf(newest)
  const others = skipped.filter((one) => one.bundle !== now?.bundle)
  if (others.length === 0) {
    throw new AishipError('NOTHING_TO_ROLL_BACK', `${pointer} has served nothing before ${now?.version ?? 'this'}`, {
      hint: `to serve something else, promote it; to end the pointer: aiship retire ${pointer}`,
      next: [`aiship log ${pointer}`],
    })
  }
  throw new AishipError(
    'NOTHING_TO_ROLL_BACK',
    `everything that ${pointer} served before is marked bad: ${others.map((one) => one.why).join('; ')}`,
    {
      hint: 'a person may go back to one of them all the same',
      next: [...new Set(others.map((one) => `aiship rollback ${pointer} --to ${one.version}`))],
      details: { skipped },
    },
  )
}

/** What an earlier run skipped when it made `entry`: the same walk, with the marks of that time. */
export async function skippedBy(
  ctx: Context,
  pointer: string,
  before: PointerEntry,
  entry: PointerEntry,
): Promise<readonly Skipped[]> {
  const counts = (mark: MarkEntry): boolean => mark.at <= entry.at && mark.op !== entry.op
  // The move was made: what it would meet today is no reason to withhold the answer.
  return walkBack(ctx, pointer, before, counts).then(
    (walk) => walk.skipped,
    () => [],
  )
}

/** Where a plain rollback from `before` led when `made` was made: twice, for a mark of that very moment may have come before or behind it. */
export async function targetsThen(
  ctx: Context,
  pointer: string,
  before: PointerEntry,
  made: PointerEntry,
): Promise<readonly PointerEntry[]> {
  const upTo = (mark: MarkEntry): boolean => mark.at <= made.at && mark.op !== made.op
  const earlier = (mark: MarkEntry): boolean => upTo(mark) && mark.at !== made.at
  const walks = [upTo, earlier].map((counts) => walkBack(ctx, pointer, before, counts).catch(() => null))
  return (await Promise.all(walks)).flatMap((walk) => walk?.entry ?? [])
}

async function walkBack(
  ctx: Context,
  pointer: string,
  newest: PointerEntry,
  counts?: (mark: MarkEntry) => boolean,
): Promise<{ readonly entry: PointerEntry | null; readonly skipped: readonly Skipped[] }> {
  const skipped: Skipped[] = []
  for (let back = newest.back; back !== null; ) {
    // At the same time as the entry: its manifest is wanted next, and whoever reads that hears what is wrong with it.
    const coming = ctx.registry.objects.bring?.([back.bundle]).catch(() => undefined)
    const { entry } = await entryAt(ctx, logOf(ctx, pointer), back.seq)
    await coming
    const why = await whyNot(ctx, pointer, newest, entry, counts)
    if (why === null) return { entry, skipped }
    skipped.push({ seq: entry.seq, bundle: back.bundle, version: mainOf(entry)?.version ?? '', why })
    back = entry.back
  }
  return { entry: null, skipped }
}

/** Why a rollback passes an entry over; null if it does not. */
async function whyNot(
  ctx: Context,
  pointer: string,
  newest: PointerEntry,
  entry: PointerEntry,
  counts?: (mark: MarkEntry) => boolean,
): Promise<string | null> {
  // The same bundle twice in a history: going back must leave something.
  if (sameRoute(entry.route, newest.route)) return `${mainOf(entry)?.version} is what ${pointer} serves now`
  const stands = newest.rollout !== null && entry.seq === newest.settled
  for (const arm of servedArms(entry.route)) {
    const look = lookAt(ctx, pointer, entry, arm, counts)
    const barring = (await (stands ? look.catch((error) => goAllTheSame(ctx, error)) : look)).find(isBarring)
    if (barring !== undefined) return describeBad(barring)
  }
  return null
}

async function lookAt(
  ctx: Context,
  pointer: string,
  entry: PointerEntry,
  arm: Arm,
  counts?: (mark: MarkEntry) => boolean,
): Promise<readonly Bad[]> {
  const scope = { app: ctx.app, pointer }
  const { bad } = await examine(ctx, arm, scope, counts).catch((error) => notWhole(ctx, pointer, entry, error))
  return bad.catch((error) => cannotTell(pointer, entry, error))
}

/** Out of a rollout, to what was served all the while: that some of it is damaged is no reason to stay with the candidate. */
function goAllTheSame(ctx: Context, error: unknown): readonly Bad[] {
  if (!(error instanceof AishipError)) throw error
  ctx.emit({ type: 'warning', code: error.code, message: `what was stable is damaged: ${error.message}` })
  return []
}

/** Going back to what cannot be served helps nobody: the error says how to reach the entry before it. */
async function notWhole(ctx: Context, pointer: string, entry: PointerEntry, error: unknown): Promise<never> {
  if (!(error instanceof AishipError) || entry.back === null) throw error
  const further = mainOf((await entryAt(ctx, logOf(ctx, pointer), entry.back.seq)).entry)
  const next = [...error.next, `aiship rollback ${pointer} --to ${further?.version}`]
  throw new AishipError(error.code, error.message, { hint: error.hint, next, details: error.details, cause: error })
}

/** Whether it is bad is not known, and nobody may say that it is not; but a person may name it. */
function cannotTell(pointer: string, entry: PointerEntry, error: unknown): never {
  if (!(error instanceof AishipError)) throw error
  const next = [...error.next, `aiship rollback ${pointer} --to ${mainOf(entry)?.version}`]
  throw new AishipError(error.code, error.message, {
    hint: `whether ${mainOf(entry)?.version} is marked bad can't be told; a person may go back to it all the same`,
    next,
    details: error.details,
    cause: error,
  })
}

/**
 * The settled entry that `--to` means: the newest whose main bundle it is, else the newest that served it from another arm. An entry
 * of this pointer (`prod@2`, `prod~3`) means that one. Errors: NEVER_SERVED; PERSON_NEEDED for automation and a bad bundle.
 */
export async function namedTarget(
  ctx: Context,
  pointer: string,
  newest: Read<PointerEntry>,
  ref: string,
): Promise<Target> {
  const named = await resolveTarget(ctx, ref)
  const entry = await servedIn(ctx, pointer, newest, named)
  if (entry === null) {
    throw new AishipError('NEVER_SERVED', `${pointer} has never served ${named.version}, so it cannot go back to it`, {
      next: [`aiship promote ${ref} ${pointer}`],
      details: { bundle: named.bundle },
    })
  }
  const to: Arm = { bundle: named.bundle, version: named.version }
  const { bad: marks } = await examine(ctx, to, { app: ctx.app, pointer }, undefined, true)
  for (const bad of await marks.catch((error) => untold(ctx, to, error))) allow(ctx, pointer, bad)
  return { entry, to, skipped: [] }
}

async function servedIn(
  ctx: Context,
  pointer: string,
  newest: Read<PointerEntry>,
  named: Resolved,
): Promise<PointerEntry | null> {
  const log = logOf(ctx, pointer)
  const isOurs = named.pointer === pointer && named.entry !== null && named.entry.seq < newest.entry.seq
  const from = isOurs ? await entryAt(ctx, log, named.entry.seq) : newest
  let byAnotherArm: PointerEntry | null = null
  for await (const entry of history(ctx, log, from)) {
    if (entry.settled !== entry.seq) continue
    if (mainOf(entry)?.bundle === named.bundle) return entry
    if (servedArms(entry.route).some((arm) => arm.bundle === named.bundle)) byAnotherArm ??= entry
  }
  return byAnotherArm
}

/** Damaged marks keep automation out, and not a person. */
function untold(ctx: Context, arm: Arm, error: unknown): readonly Bad[] {
  if (!(error instanceof AishipError) || error.code === 'NOT_FOUND' || ctx.actor.kind === 'automation') throw error
  const message = `whether ${arm.version} is marked bad can't be told: ${error.message}`
  ctx.emit({ type: 'warning', code: error.code, message })
  return []
}

/** A person may go back to a bad bundle, and is told. */
function allow(ctx: Context, pointer: string, bad: Bad): void {
  if (ctx.actor.kind === 'automation' && isBarring(bad)) {
    throw new AishipError('PERSON_NEEDED', `only a person may go back to a bad bundle: ${describeBad(bad)}`, {
      next: [`aiship rollback ${pointer}`],
    })
  }
  ctx.emit({ type: 'warning', code: 'MARKED_BAD', message: describeBad(bad) })
}
