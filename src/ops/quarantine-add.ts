import { isDigest } from '../core/digest.ts'
import { AishipError, hasCode } from '../core/errors.ts'
import type { Quarantine, QuarantineAddData, ShownQuarantine } from '../core/model.gen.ts'
import { momentOf } from '../core/moment.ts'
import { checkName } from '../core/names.ts'
import type { Context, Operation } from '../core/ports.ts'
import { isInForce } from '../core/quarantine.ts'
import { idOf, quarantineProblem } from '../core/quarantine-id.ts'
import { readSpan } from '../core/rollout-words.ts'
import { servedArms } from '../core/route.ts'
import { isTainted } from '../core/taint.ts'
import { newest } from './logs.ts'
import { subjectOf } from './mark.ts'
import { storeBytes } from './objects.ts'
import { NOTHING, quarantinesOf, say } from './quarantine.ts'
import { byId } from './quarantine-lift.ts'
import { decidedBy } from './quarantine-window.ts'
import { logOf, pointerNames, resolveRef } from './refs.ts'
import { taintSeen } from './taint.ts'

export interface QuarantineAddInput {
  /** A bundle, a component or a whole digest; or the id of a quarantine that was lifted. */
  readonly subject: string | null
  /** REF of a bundle whose decisions a window is of. */
  readonly bundle: string | null
  readonly pointer: string | null
  readonly from: string | null
  readonly to: string | null
  readonly horizon: string | null
  /** A file that lists entities or request ids, one a line; `-` is standard input. */
  readonly entities: string | null
  readonly incident: string | null
  readonly reason: string | null
}

/**
 * Says what no dataset is to be made of. What is in force already is `changed: false`. Errors: USAGE for what says nothing, or a window that ends before
 * it begins; NEVER_SERVED for decisions of a bundle that made none; those of resolveRef.
 */
export const quarantineAdd: Operation<QuarantineAddInput, QuarantineAddData> = async (ctx, input) => {
  const quarantine = await meant(ctx, input)
  const problem = quarantineProblem(quarantine)
  if (problem !== null) throw usage(problem)
  const id = idOf(quarantine)
  const { reason } = input
  const changed = await say(ctx, { ...NOTHING, action: 'add', quarantine, reason }, ({ all }) =>
    all.some((one) => one.id === id && isInForce(one)),
  )
  const look = await taintSeen(ctx)
  const added = (await quarantinesOf(ctx)).all.find((one) => one.id === id) as ShownQuarantine
  const live: QuarantineAddData['live'][number][] = []
  for (const pointer of await pointerNames(ctx))
    for (const arm of servedArms((await newest(ctx, logOf(ctx, pointer)))?.entry.route ?? null)) {
      const found = (await look?.of(arm))?.find((one) => one.quarantine === id && isTainted(one))
      if (found !== undefined) live.push({ pointer, version: arm.version, path: found.path })
    }
  return {
    changed,
    data: {
      ...{ registry: ctx.registry.url, app: ctx.app, quarantine: added, live, excludes: `excludes: ["${id}"]` },
      undo: changed ? `aiship quarantine lift ${id.slice(7, 19)}` : null,
    },
  }
}

async function meant(ctx: Context, input: QuarantineAddInput): Promise<Quarantine> {
  const { subject, bundle, pointer, from, to, horizon, entities, incident } = input
  const isWindow = [bundle, pointer, from, to, horizon].some((one) => one !== null)
  if ([subject !== null, entities !== null, isWindow].filter(Boolean).length !== 1)
    throw usage(
      subject === null && entities === null
        ? 'what is to be quarantined?'
        : 'a bundle or dataset, entities, and a window of time are quarantined one by one',
    )
  const empty = { bundle: null, dataset: null, pointer: null, from: null, to: null }
  const nothing = { ...empty, outcome_horizon: null, entities: null, app: ctx.app, incident }
  if (entities !== null) return { ...nothing, kind: 'entity-set', entities: await keepEntities(ctx, entities) }
  if (subject !== null) return ofSubject(ctx, subject, nothing)
  if (horizon !== null) checkHorizon(horizon)
  if (pointer !== null) checkName(pointer, 'a pointer')
  const times = { from: readMoment(from, false), to: readMoment(to, true) }
  if (bundle === null) {
    if (from === null && to === null) throw usage('when was that? a window of no bundle has --from or --to')
    return { ...nothing, kind: 'window', pointer, ...times, outcome_horizon: horizon }
  }
  const arm = await resolveRef(ctx, bundle, { mayBeGone: true })
  const span = from !== null && to !== null ? null : await decidedBy(ctx, arm.bundle, pointer)
  if (span === null && times.from === null)
    throw new AishipError(
      'NEVER_SERVED',
      `${arm.version} never served${pointer === null ? '' : ` on ${pointer}`}, and nothing that it decided is logged`,
      {
        hint: 'say when it decided, or quarantine the bundle itself',
        next: [`aiship quarantine add ${arm.version}`],
      },
    )
  if (times.to === null && span?.to === null) {
    const message = `${arm.version} is served still, so the window goes on: when it is not any more, quarantine it again, and lift this one`
    ctx.emit({ type: 'warning', code: 'QUARANTINE_OPEN', message })
  }
  return {
    ...{ ...nothing, kind: 'window', bundle: arm.bundle, pointer, outcome_horizon: horizon },
    ...{ from: times.from ?? span?.from ?? null, to: times.to ?? span?.to ?? null },
  }
}

async function ofSubject(ctx: Context, subject: string, nothing: Omit<Quarantine, 'kind'>): Promise<Quarantine> {
  const earlier = await byId((await quarantinesOf(ctx)).all, subject)
  if (earlier !== null) {
    const { id, by, at, reason, lifted, ...said } = earlier
    return said
  }
  const found = await subjectOf(ctx, subject).catch((error) => {
    // What nobody has here yet may come, and is refused then.
    if (isDigest(subject) && hasCode(error, 'NOT_FOUND')) return { digest: subject, kind: 'component' }
    throw error
  })
  return found.kind === 'bundle'
    ? { ...nothing, kind: 'bundle', bundle: found.digest }
    : { ...nothing, kind: 'dataset', dataset: found.digest }
}

function checkHorizon(text: string): void {
  try {
    readSpan(text, '--outcome-horizon')
  } catch {
    throw usage(`--outcome-horizon takes a time such as 12h or 30d, up to a year, not ${JSON.stringify(text)}`)
  }
}

function readMoment(text: string | null, isEnd: boolean): string | null {
  if (text === null) return null
  const moment = momentOf(text, isEnd)
  if (moment !== null) return moment
  throw usage(`${JSON.stringify(text)} is not a time: write 2026-10-01, or 2026-10-01T12:00Z with a zone`)
}

const MAX_ENTITIES = 256 * 1024 * 1024

/** Stores the list: sorted, each once, so that the same set has the same digest. */
async function keepEntities(ctx: Context, file: string): Promise<NonNullable<Quarantine['entities']>> {
  if (ctx.input === undefined) throw usage('entities cannot be read here')
  const text = Buffer.from(await ctx.input(file, MAX_ENTITIES)).toString('utf8')
  const ids = [...new Set(text.split(/\r?\n/).map((line) => line.trim()))].filter((line) => line !== '').sort()
  if (ids.length === 0) throw usage('the list of entities is empty')
  const bytes = Buffer.from(ids.map((id) => `${JSON.stringify(id)}\n`).join(''))
  return { digest: await storeBytes(ctx, bytes), count: ids.length }
}

const usage = (message: string): AishipError =>
  new AishipError('USAGE', message, { hint: 'nothing was quarantined', next: ['aiship help quarantine add'] })
