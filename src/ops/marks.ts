import { type Digest, hexOf } from '../core/digest.ts'
import { marksInForce, type Standing, standingAt } from '../core/marks.ts'
import type { Arm, Component, Manifest, MarkEntry, PointerEntry, Scope } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { append, history, newest } from './logs.ts'

const markLog = (digest: Digest): `marks/${string}` => `marks/${hexOf(digest)}`

/** Every mark entry of a digest, oldest first. */
export async function marksOf(ctx: Context, digest: Digest): Promise<readonly MarkEntry[]> {
  const newestFirst: MarkEntry[] = []
  for await (const entry of history(ctx, markLog(digest))) newestFirst.push(entry)
  return newestFirst.reverse()
}

export type NewMark = Pick<MarkEntry, 'digest' | 'verdict' | 'scope' | 'reason' | 'lifts'>

/** Appends a mark; somebody else's at the same moment only means a later number. */
export async function addMark(ctx: Context, mark: NewMark): Promise<MarkEntry> {
  for (;;) {
    const log = markLog(mark.digest)
    const { won, read } = await append(ctx, log, await newest(ctx, log), mark)
    if (won) return read.entry
  }
}

/**
 * Appends the marks that a pointer's entry implies and that are not there: its writer was stopped between the two.
 * They carry the entry's own `op`, so that doing it twice adds nothing.
 */
export async function settleMarks(ctx: Context, entry: PointerEntry | null, scope: Scope): Promise<void> {
  for (const { digest, verdict, lifts } of entry?.marks ?? []) {
    const asMoved: Context = { ...ctx, op: { id: entry?.op ?? '', given: true }, actor: entry?.actor ?? ctx.actor }
    const there = (await marksOf(ctx, digest)).some((mark) => mark.op === entry?.op && mark.verdict === verdict)
    if (!there) await addMark(asMoved, { digest, verdict, lifts, scope, reason: entry?.reason ?? null })
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

/** What stands against serving `arm` at `scope`. Marks of the operation `lifting` do not count: an undo is about to take them back. */
export async function badAbout(
  ctx: Context,
  arm: Arm,
  manifest: Manifest,
  scope: Scope,
  lifting: string | null = null,
): Promise<readonly Bad[]> {
  const subjects: readonly (readonly [Digest, Component | null])[] = [
    [arm.bundle, null],
    ...manifest.components.map((c) => [c.digest, c] as const),
  ]
  const standings = await Promise.all(
    subjects.map(async ([digest, component]): Promise<readonly Bad[]> => {
      const log = (await marksOf(ctx, digest)).filter((mark) => lifting === null || mark.op !== lifting)
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

/** The newest bad mark in force on a digest, for whatever pointer; null where none is. */
export const newestBad = (log: readonly MarkEntry[]): MarkEntry | null =>
  marksInForce(log)
    .filter((mark) => mark.verdict === 'bad')
    .at(-1) ?? null

/** "marked bad by ana on 2026-10-01 for prod: latency", for messages. */
export function describeBad(bad: Bad): string {
  const { mark, component, arm } = bad
  const what = component === null ? arm.version : `${arm.version} contains ${component.name}, which`
  const where = mark.scope === null ? '' : ` for ${mark.scope.pointer}`
  const why = mark.reason === null ? '' : `: ${mark.reason}`
  return `${what} was marked bad${where} by ${mark.actor.name} at ${mark.at}${why}`
}
