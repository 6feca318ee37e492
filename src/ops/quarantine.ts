import { canonicalBytes } from '../core/digest.ts'
import type { Body } from '../core/entry.ts'
import type { QuarantineEntry } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { foldQuarantines, type Quarantines } from '../core/quarantine.ts'
import { append, history, type Maker, newest } from './logs.ts'
import { otherOperation } from './repeat.ts'

const PREFIX = 'quarantine/'
const quarantineLog = (app: string): `quarantine/${string}` => `${PREFIX}${app}`

/** The logs that there are: most registries have none, and ask no more than that. */
export const quarantineLogs = async (ctx: Context): Promise<readonly `quarantine/${string}`[]> =>
  (await ctx.registry.logs.list(PREFIX)) as readonly `quarantine/${string}`[]

/** What the app has quarantined. Errors: CHAIN_BROKEN, CORRUPT. */
export const quarantinesOf = (ctx: Context): Promise<Quarantines> => readAll(ctx, [quarantineLog(ctx.app)])

/** What any app of the registry has: a digest means the same to all of them. Errors: CHAIN_BROKEN, CORRUPT. */
export const allQuarantines = async (ctx: Context): Promise<Quarantines> => readAll(ctx, await quarantineLogs(ctx))

async function readAll(ctx: Context, logs: readonly `quarantine/${string}`[]): Promise<Quarantines> {
  const folded: Quarantines[] = []
  for (const log of logs) {
    const newestFirst: QuarantineEntry[] = []
    for await (const entry of history(ctx, log)) newestFirst.push(entry)
    folded.push(foldQuarantines(newestFirst.reverse(), ctx.now()))
  }
  return { all: folded.flatMap(({ all }) => all), waivers: folded.flatMap(({ waivers }) => waivers) }
}

type Said = Pick<QuarantineEntry, 'action' | 'quarantine' | 'waiver' | 'lifts'>

/** An entry says one of three things. */
export const NOTHING: Omit<Said, 'action'> = { quarantine: null, waiver: null, lifts: null }

/**
 * Appends an entry, once for each operation; somebody else's at the same moment only means a later number. In: `isSaid`, whether it need not be said any
 * more. Out: whether it is new. Errors: USAGE for an operation that said something else.
 */
export async function say(
  ctx: Context,
  body: Body<QuarantineEntry>,
  isSaid: (now: Quarantines) => boolean,
  maker: Maker = { op: ctx.op.id, actor: ctx.actor },
): Promise<boolean> {
  const log = quarantineLog(ctx.app)
  for (;;) {
    const tip = await newest(ctx, log)
    const log_: QuarantineEntry[] = []
    for await (const entry of history(ctx, log, tip)) log_.push(entry)
    const ours = log_.filter(({ op }) => op === maker.op)
    if (ours.some((entry) => isSame(entry, body))) return false
    const [other] = ours
    if (other !== undefined && ctx.op.given)
      throw otherOperation(
        ctx,
        `${other.actor.name} made ${other.action} with it (at ${other.at})`,
        'aiship quarantine ls',
      )
    if (isSaid(foldQuarantines(log_.toReversed(), ctx.now()))) return false
    if ((await append(ctx, log, tip, body, maker)).won) return true
  }
}

const isSame = (a: Said, b: Said): boolean =>
  Buffer.compare(
    ...([a, b].map(({ action, quarantine, waiver, lifts }) =>
      canonicalBytes({ action, quarantine, waiver, lifts }),
    ) as [Uint8Array, Uint8Array]),
  ) === 0
