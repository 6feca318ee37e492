import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type {
  QuarantineLiftData,
  QuarantineLsData,
  QuarantineWaiveData,
  ShownQuarantine,
  ShownWaiver,
} from '../core/model.gen.ts'
import { momentOf } from '../core/moment.ts'
import type { Context, Operation } from '../core/ports.ts'
import { isInForce } from '../core/quarantine.ts'
import { idOf } from '../core/quarantine-id.ts'
import { subjectOf } from './mark.ts'
import { allQuarantines, NOTHING, quarantinesOf, say } from './quarantine.ts'

/** What an id, or the start of one, means; null where it means none. Errors: REF_AMBIGUOUS. */
export async function byId<T extends { readonly id: Digest }>(all: readonly T[], text: string): Promise<T | null> {
  const hex = text.replace(/^sha256:/, '')
  const found = /^[0-9a-f]{7,64}$/.test(hex) ? all.filter(({ id }) => id.startsWith(`sha256:${hex}`)) : []
  if (found.length > 1)
    throw new AishipError('REF_AMBIGUOUS', `${text} is the start of ${found.length} ids`, {
      hint: 'give more digits',
      next: ['aiship quarantine ls'],
    })
  return found[0] ?? null
}

const notFound = (ctx: Context, text: string): AishipError =>
  new AishipError('NOT_FOUND', `${ctx.app} has no quarantine ${JSON.stringify(text)}`, {
    next: ['aiship quarantine ls'],
  })

function onlyPeople({ actor }: Context, what: string): void {
  if (actor.kind === 'automation')
    throw new AishipError('PERSON_NEEDED', `${actor.name} is automation, and only a person may ${what}`, {
      next: ['aiship quarantine ls'],
    })
}

export interface QuarantineLiftInput {
  readonly id: string
  readonly reason: string | null
}

/** Says that a quarantine or a waiver is over. Its entry stays, and so does every other one. Errors: PERSON_NEEDED, NOT_FOUND, REF_AMBIGUOUS. */
export const quarantineLift: Operation<QuarantineLiftInput, QuarantineLiftData> = async (ctx, { id: text, reason }) => {
  onlyPeople(ctx, 'lift a quarantine')
  const before = await quarantinesOf(ctx)
  const found = await byId<ShownQuarantine | ShownWaiver>([...before.all, ...before.waivers], text)
  if (found === null) throw notFound(ctx, text)
  const { id } = found
  const changed = await say(
    ctx,
    { ...NOTHING, action: 'lift', lifts: id, reason },
    ({ all, waivers }) =>
      !all.some((one) => one.id === id && isInForce(one)) && !waivers.some((one) => one.id === id && one.active),
  )
  const now = await quarantinesOf(ctx)
  const data = {
    ...{ registry: ctx.registry.url, app: ctx.app, id },
    quarantine: now.all.find((one) => one.id === id) ?? null,
    waiver: now.waivers.find((one) => one.id === id) ?? null,
  }
  return { changed, data }
}

export interface QuarantineWaiveInput {
  readonly id: string
  /** A bundle, or a component's digest. */
  readonly subject: string
  readonly until: string
  readonly reason: string
}

/** Lets one thing through in spite of one quarantine, until a time; each status says so. Errors: PERSON_NEEDED, NOT_FOUND, REF_AMBIGUOUS, USAGE. */
export const quarantineWaive: Operation<QuarantineWaiveInput, QuarantineWaiveData> = async (ctx, input) => {
  onlyPeople(ctx, 'waive a quarantine')
  if (input.reason.trim() === '') throw usage('a waiver has a reason')
  const quarantine = await byId((await allQuarantines(ctx)).all, input.id)
  if (quarantine === null || !isInForce(quarantine)) throw notFound(ctx, input.id)
  const until = momentOf(input.until, true)
  if (until === null || Date.parse(until) <= ctx.now().getTime())
    throw usage(`--until takes a time to come, such as 2026-12-31, not ${JSON.stringify(input.until)}`)
  const { digest: subject } = await subjectOf(ctx, input.subject)
  const waiver = { quarantine: quarantine.id, subject, until }
  const id = idOf(waiver)
  const changed = await say(ctx, { ...NOTHING, action: 'waive', waiver, reason: input.reason }, ({ waivers }) =>
    waivers.some((one) => one.id === id && one.active),
  )
  const given = (await quarantinesOf(ctx)).waivers.find((one) => one.id === id) as ShownWaiver
  const undo = `aiship quarantine lift ${id.slice(7, 19)}`
  return { changed, data: { registry: ctx.registry.url, app: ctx.app, waiver: given, undo } }
}

const usage = (message: string): AishipError =>
  new AishipError('USAGE', message, { hint: 'nothing was waived', next: ['aiship help quarantine waive'] })

/** What is quarantined, and what is let through; with `all`, also what is over. Errors: CHAIN_BROKEN, CORRUPT. */
export const quarantineLs: Operation<{ readonly all: boolean }, QuarantineLsData> = async (ctx, { all: isAll }) => {
  const { all, waivers } = await quarantinesOf(ctx)
  const data = {
    quarantines: all.filter((one) => isAll || isInForce(one)),
    waivers: waivers.filter((one) => isAll || one.active),
  }
  return { changed: false, data: { registry: ctx.registry.url, app: ctx.app, ...data } }
}
