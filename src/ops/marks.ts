import { type Digest, hexOf } from '../core/digest.ts'
import { AishipError, hasCode } from '../core/errors.ts'
import { collectedIn, type Standing, sameScope, standingAt } from '../core/marks.ts'
import type { Arm, Component, Manifest, MarkEntry, PointerEntry, Scope } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { append, history, type Maker, newest } from './logs.ts'

export const markLog = (digest: Digest): `marks/${string}` => `marks/${hexOf(digest)}`

/** Every mark entry of a digest, oldest first. */
export async function marksOf(ctx: Context, digest: Digest): Promise<readonly MarkEntry[]> {
  const newestFirst: MarkEntry[] = []
  for await (const entry of history(ctx, markLog(digest))) newestFirst.push(entry)
  return newestFirst.reverse()
}

export type NewMark = Pick<MarkEntry, 'digest' | 'verdict' | 'scope' | 'reason' | 'lifts'>

/**
 * Appends a mark, once for each operation and scope; somebody else's at the same moment only means a later number.
 * Out: the entry, and whether it is new.
 */
export async function addMark(
  ctx: Context,
  mark: NewMark,
  maker: Maker = { op: ctx.op.id, actor: ctx.actor },
): Promise<{ readonly entry: MarkEntry; readonly isNew: boolean }> {
  const isIt = (entry: MarkEntry): boolean =>
    entry.op === maker.op && entry.verdict === mark.verdict && sameScope(entry.scope, mark.scope)
  const log = markLog(mark.digest)
  for (;;) {
    const tip = await newest(ctx, log)
    for await (const entry of history(ctx, log, tip)) if (isIt(entry)) return { entry, isNew: false }
    const { won, read } = await append(ctx, log, tip, mark, maker)
    if (won && isIt(read.entry)) return { entry: read.entry, isNew: true }
  }
}

/**
 * Appends the marks that a pointer's entry implies and that are not there: its writer was stopped between the two.
 * They carry the entry's own `op` and actor, so that doing it twice adds nothing.
 */
export async function settleMarks(ctx: Context, entry: PointerEntry | null, scope: Scope): Promise<void> {
  if (entry === null) return
  const { op, actor, reason } = entry
  for (const { digest, verdict, lifts } of entry.marks)
    await addMark(ctx, { digest, verdict, lifts, scope, reason }, { op, actor })
}

/** The same for a command that only looks: where it may not write, it still answers. */
export async function settleMarksSeen(ctx: Context, entry: PointerEntry | null, scope: Scope): Promise<void> {
  try {
    await settleMarks(ctx, entry, scope)
  } catch (error) {
    if (!(error instanceof AishipError)) throw error
    if (hasCode(error, 'READ_ONLY', 'NOT_PERMITTED')) return
    const message = `the marks of ${scope.pointer}@${entry?.seq} could not be completed: ${error.message}`
    ctx.emit({ type: 'warning', code: error.code, message })
  }
}

/** Something bad about serving a bundle: a mark on itself or on one of its components. */
export interface Bad {
  readonly arm: Arm
  /** Null: the bundle itself. */
  readonly component: Component | null
  readonly where: 'here' | 'registry' | 'elsewhere'
  readonly mark: MarkEntry
}

/**
 * What stands against serving `arm` at `scope`. In: `counts` leaves marks out, such as those that an undo is about to take back; with `anew`
 * nothing else keeps the bundle from being collected. Errors: NOT_FOUND for one that was, with `anew`.
 */
export async function badAbout(
  ctx: Context,
  arm: Arm,
  manifest: Manifest,
  scope: Scope,
  counts: (mark: MarkEntry) => boolean = () => true,
  anew = false,
): Promise<readonly Bad[]> {
  const subjects: readonly (readonly [Digest, Component | null])[] = [
    [arm.bundle, null],
    ...manifest.components.map((c) => [c.digest, c] as const),
  ]
  const standings = await Promise.all(
    subjects.map(async ([digest, component]): Promise<readonly Bad[]> => {
      const all = await marksOf(ctx, digest)
      const collected = anew && component === null ? collectedIn(all) : null
      if (collected !== null) throw (await import('./collected.ts')).collectedError(arm, collected)
      const log = all.filter(counts)
      return listBad(standingAt(log, scope)).map((found) => ({ arm, component, ...found }))
    }),
  )
  return standings.flat()
}

function listBad(standing: Standing): readonly Pick<Bad, 'where' | 'mark'>[] {
  const found: Pick<Bad, 'where' | 'mark'>[] = []
  if (standing.here !== null) found.push({ where: 'here', mark: standing.here })
  if (standing.registry !== null) found.push({ where: 'registry', mark: standing.registry })
  for (const mark of standing.elsewhere) found.push({ where: 'elsewhere', mark })
  return found
}

/** Those that keep a bundle from being restored or promoted here, whoever asks. */
export const isBarring = (bad: Bad): boolean => bad.where !== 'elsewhere'

/** "marked bad by ana on 2026-10-01 for prod: latency", for messages. */
export function describeBad(bad: Bad): string {
  const { mark, component, arm } = bad
  const what = component === null ? arm.version : `${arm.version} contains ${component.name}, which`
  const where = mark.scope === null ? '' : ` for ${mark.scope.pointer}`
  const why = mark.reason === null ? '' : `: ${mark.reason}`
  return `${what} was marked bad${where} by ${mark.actor.name} at ${mark.at}${why}`
}
