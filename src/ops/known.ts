import { isDecision } from '../core/auto-promote.ts'
import { AishipError } from '../core/errors.ts'
import type { Known } from '../core/judgement.ts'
import type { Arm, PointerEntry, VersionEntry } from '../core/model.gen.ts'
import { mainOf } from '../core/pointer.ts'
import type { Context } from '../core/ports.ts'
import type { Served } from '../core/soak.ts'
import { evidenceOf } from './evidence.ts'
import { entryAt, history, newest } from './logs.ts'
import { manifestOf } from './plan.ts'
import { logOf } from './refs.ts'
import { versionEntry } from './versions.ts'

/** As far back as gates look. */
const MOST_SETTLED = 20

/** All that gates ask about a bundle. */
export async function knownOf(ctx: Context, arm: Arm): Promise<Known> {
  const [manifest, made, evidence] = await Promise.all([
    manifestOf(ctx, arm),
    versionEntry(ctx, arm.version),
    evidenceOf(ctx, arm.bundle),
  ])
  return { arm, components: manifest.components, canRun: manifest.commands.evaluate !== undefined, made, evidence }
}

/** The settled entries of a pointer that count, newest first, each with the entry that ended it; null for the one in force. */
async function* settledOf(
  ctx: Context,
  pointer: string,
): AsyncGenerator<{ readonly entry: PointerEntry; readonly ended: PointerEntry | null }> {
  const log = logOf(ctx, pointer)
  let entry = (await newest(ctx, log))?.entry ?? null
  let ended: PointerEntry | null = null
  for (let count = 0; entry !== null && count < MOST_SETTLED; count++) {
    if (entry.settled !== entry.seq) entry = (await entryAt(ctx, log, entry.settled)).entry
    yield { entry, ended }
    ended = entry
    entry = entry.seq === 1 ? null : (await entryAt(ctx, log, entry.seq - 1)).entry
  }
}

/** Other bundles that the pointer has said, the latest first, each once. */
export async function saidBefore(ctx: Context, pointer: string, but: Arm): Promise<readonly Known[]> {
  const arms = new Map<string, Arm>()
  for await (const { entry } of settledOf(ctx, pointer)) {
    const main = mainOf(entry)
    if (main !== null && main.bundle !== but.bundle) arms.set(main.bundle, arms.get(main.bundle) ?? main)
  }
  const known: Known[] = []
  // A bundle that a gc took out tells nothing any more.
  for (const arm of arms.values())
    await knownOf(ctx, arm).then(
      (one) => known.push(one),
      () => undefined,
    )
  return known
}

/** Further back nobody decided anything that still matters. */
const MOST_ENTRIES = 1000

/** A person's newest move of the pointer since a bundle was made; null where there is none. Errors: USAGE where too much has happened since to tell. */
export async function decisionOn(
  ctx: Context,
  pointer: string,
  { at }: Pick<VersionEntry, 'at'>,
): Promise<PointerEntry | null> {
  let read = 0
  for await (const entry of history(ctx, logOf(ctx, pointer))) {
    if (Date.parse(entry.at) < Date.parse(at)) return null
    if (entry.actor.kind === 'human' && isDecision(entry)) return entry
    if (++read === MOST_ENTRIES)
      throw new AishipError('USAGE', `${pointer} has moved more than ${MOST_ENTRIES} times since the bundle was made`, {
        next: [`aiship log ${pointer}`],
      })
  }
  return null
}

/** When a pointer said a bundle. Moves that left it there do not end the time. */
export async function servedTimes(ctx: Context, pointer: string, { bundle }: Arm): Promise<readonly Served[]> {
  const times: Served[] = []
  let isOpen = false
  for await (const { entry, ended } of settledOf(ctx, pointer)) {
    const isIt = mainOf(entry)?.bundle === bundle
    const since = Date.parse(entry.at)
    const last = times.at(-1)
    if (isIt && isOpen && last !== undefined) times[times.length - 1] = { ...last, since }
    else if (isIt)
      times.push({
        ...{ pointer, since },
        until: ended === null ? null : Date.parse(ended.at),
        wasRolledBack: ended?.action === 'rollback',
      })
    isOpen = isIt
  }
  return times
}
