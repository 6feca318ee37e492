import { AishipError } from '../core/errors.ts'
import type { Arm, PointerEntry, PointerStatus, StatusData, TaintFinding } from '../core/model.gen.ts'
import { mainOf } from '../core/pointer.ts'
import type { Context, Operation } from '../core/ports.ts'
import { isPlain, servedArms } from '../core/route.ts'
import { isTainted } from '../core/taint.ts'
import { entryAt, newest } from './logs.ts'
import { settleMarksSeen } from './marks.ts'
import { manifestOf } from './plan.ts'
import { followers, NOBODY } from './presence.ts'
import { logOf, pointerNames, versionLog } from './refs.ts'
import { queuedOn } from './rollout-queue.ts'
import { compareWork } from './status-work.ts'
import { type TaintLook, taintSeen } from './taint.ts'
import { badMarksIn, describeMark } from './verdicts.ts'
import { versionEntry } from './versions.ts'

/**
 * What every pointer says, since when and by whom; then the working tree against `prod` (else the only pointer, else the newest version).
 * Starts no program and reads no file of the working tree. Errors: CORRUPT, CHAIN_BROKEN.
 */
export const status: Operation<Record<string, never>, StatusData> = async (ctx) => {
  const declared = Object.keys(ctx.config?.pointers ?? {})
  const names = [...new Set([...(await pointerNames(ctx)), ...declared])].sort(prodFirst)
  const pointers: PointerStatus[] = []
  const look = await taintSeen(ctx)
  for (const pointer of names) pointers.push(await statusOf(ctx, pointer, look))
  for (const { pointer, bad } of pointers) {
    for (const mark of bad.filter(
      ({ scope }) => scope === null || (scope.app === ctx.app && scope.pointer === pointer),
    )) {
      ctx.emit({
        type: 'warning',
        code: 'MARKED_BAD',
        message: `${pointer} serves marked content: ${describeMark(mark)}`,
      })
    }
  }
  for (const { pointer, taint } of pointers)
    for (const finding of taint.filter(isTainted))
      ctx.emit({
        type: 'warning',
        code: 'TAINTED',
        message: `${pointer} serves tainted content: ${serves(finding)}`,
      })
  const waivers = look?.quarantines.waivers.filter((one) => one.active) ?? []
  const work = ctx.config === null ? null : await workOf(ctx)
  return { changed: false, data: { registry: ctx.registry.url, app: ctx.app, pointers, waivers, work } }
}

/** What the pointers say is told even where the bundle to compare with is damaged. */
async function workOf(ctx: Context): Promise<StatusData['work']> {
  try {
    return await compareWork(ctx, await baseOf(ctx))
  } catch (error) {
    if (!(error instanceof AishipError)) throw error
    ctx.emit({ type: 'warning', code: error.code, message: `the working tree was not looked at: ${error.message}` })
    return null
  }
}

const prodFirst = (a: string, b: string): number => Number(b === 'prod') - Number(a === 'prod') || (a < b ? -1 : 1)

async function statusOf(ctx: Context, pointer: string, look: TaintLook | null): Promise<PointerStatus> {
  const newestEntry = (await newest(ctx, logOf(ctx, pointer)))?.entry ?? null
  await settleMarksSeen(ctx, newestEntry, { app: ctx.app, pointer })
  const declared =
    ctx.config !== null && Object.hasOwn(ctx.config.pointers, pointer) ? ctx.config.pointers[pointer] : null
  const isProtected = (declared ?? newestEntry?.policy)?.protected ?? false
  if (newestEntry === null) return { ...NOTHING, pointer, protected: isProtected }
  const served = followers(ctx, pointer, newestEntry)
  const { settled, seq, hold, rollout } = newestEntry
  const queued = await queuedOn(ctx, pointer, newestEntry)
  const put = settled === seq ? newestEntry : (await entryAt(ctx, logOf(ctx, pointer), settled)).entry
  const main = mainOf(newestEntry)
  return {
    ...{ pointer, state: main === null ? 'retired' : 'serving', protected: isProtected, seq },
    ...{
      bundle: main?.bundle ?? null,
      version: main?.version ?? null,
      message: main === null ? null : await messageOf(ctx, main),
    },
    ...{ since: put.at, by: put.actor, action: put.action, reason: put.reason, hold },
    rollout: rollout && (await import('../core/rollout-report.ts')).rolloutWords(rollout),
    queued: queued?.candidate.version ?? null,
    split:
      newestEntry.route &&
      (isPlain(newestEntry.route) ? null : (await import('../core/route-words.ts')).splitWords(newestEntry.route)),
    arms: armsOf(newestEntry),
    bad: await badIn(ctx, newestEntry),
    taint: await taintIn(newestEntry, look),
    followers: await served,
  }
}

const NOTHING: Omit<PointerStatus, 'pointer' | 'protected'> = {
  ...{ state: 'never moved', seq: null, bundle: null, version: null, message: null, since: null, by: null },
  ...{
    action: null,
    reason: null,
    hold: null,
    rollout: null,
    queued: null,
    split: null,
    arms: [],
    bad: [],
    taint: [],
    followers: NOBODY,
  },
}

/** A pointer that serves a damaged bundle still has a status. */
const messageOf = (ctx: Context, arm: Arm): Promise<string | null> =>
  versionEntry(ctx, arm.version).then(
    (entry) => entry.message,
    () => null,
  )

function armsOf({ route }: PointerEntry): PointerStatus['arms'] {
  const served = new Set(servedArms(route).map((arm) => arm.bundle))
  return Object.entries(route?.arms ?? {})
    .filter(([, { bundle }]) => served.has(bundle))
    .map(([arm, { bundle, version }]) => ({ arm, bundle, version }))
}

async function badIn(ctx: Context, { route }: PointerEntry): Promise<PointerStatus['bad']> {
  const all = await Promise.all(
    servedArms(route).map(async (arm) =>
      badMarksIn(ctx, arm, await manifestOf(ctx, arm).catch(() => ({ components: [] }))),
    ),
  )
  return all.flat()
}

/** The whole way is in the answer. */
const serves = ({ path }: TaintFinding): string => `${path.at(-1)}, by ${path[0]}`

/** What nobody can tell is no news of what is served. */
async function taintIn({ route }: PointerEntry, look: TaintLook | null): Promise<PointerStatus['taint']> {
  const all = await Promise.all(servedArms(route).map(async (arm) => (await look?.of(arm)) ?? []))
  return all.flat().filter(({ state }) => state === 'tainted' || state === 'waived')
}

/** What the working tree is compared with when nobody says: also the A of `diff`. */
export async function baseOf(ctx: Context): Promise<(Arm & { readonly ref: string }) | null> {
  const serving: (Arm & { readonly ref: string })[] = []
  for (const pointer of await pointerNames(ctx)) {
    const main = mainOf((await newest(ctx, logOf(ctx, pointer)))?.entry ?? null)
    if (main !== null) serving.push({ ref: pointer, ...main })
  }
  const prod = serving.find((one) => one.ref === 'prod')
  if (prod !== undefined) return prod
  if (serving.length === 1) return serving[0] as (typeof serving)[number]
  const last = (await newest(ctx, versionLog(ctx.app)))?.entry
  return last === undefined ? null : { ref: `v${last.seq}`, bundle: last.bundle, version: `v${last.seq}` }
}
