import type { Digest } from '../core/digest.ts'
import type { PointerEntry, PointerThen, RouteReason } from '../core/model.gen.ts'
import { mainOf } from '../core/pointer.ts'
import type { Context } from '../core/ports.ts'
import type { Row } from '../core/predictions.ts'
import { compileRoute } from '../core/route-decide.ts'
import { withKey } from '../core/route-sample.ts'
import { broughtBy, entryInForce, serves } from './in-force.ts'
import { entryAt, newest } from './logs.ts'
import { logOf, pointerNames } from './refs.ts'

const text = (row: Row, key: string): string | null => (typeof row[key] === 'string' ? (row[key] as string) : null)

/** What the record says of its route, checked against the entry that it names. */
export async function decidedBy(ctx: Context, row: Row): Promise<RouteReason | null> {
  const [pointer, seq] = [text(row, 'pointer'), row.seq]
  if (pointer === null || typeof seq !== 'number') return null
  const tip = await newest(ctx, logOf(ctx, pointer))
  if (tip === null || seq > tip.entry.seq) return null
  const { entry } = await entryAt(ctx, logOf(ctx, pointer), seq)
  const [arm, reason, key] = [text(row, 'arm'), text(row, 'reason'), text(row, 'targeting_key')]
  const head = { pointer, seq, arm, reason, targeting_key: key }
  return { ...head, ...(await checked(entry, row.bundle as Digest, arm, key)) }
}

type Checked = Pick<NonNullable<RouteReason>, 'rule' | 'bucket' | 'agrees'>

async function checked(entry: PointerEntry, bundle: Digest, arm: string | null, key: string | null): Promise<Checked> {
  const { route } = entry
  if (route === null) return { rule: null, bucket: null, agrees: false }
  const named = arm === null || !Object.hasOwn(route.arms, arm) ? undefined : route.arms[arm]
  const isNamed = arm === null ? null : named?.bundle === bundle
  // A condition reads what only the request knew; and a draw, its key.
  const isOpen = route.serve.some(({ when }) => when !== undefined)
  if (isOpen) return { rule: null, bucket: null, agrees: isNamed === false ? false : null }
  const decision = (await compileRoute(route)).decide(key === null ? {} : withKey({}, route, key))
  if (decision.unassigned) return { rule: decision.rule, bucket: null, agrees: isNamed === false ? false : null }
  const agrees = isNamed !== false && decision.bundle === bundle
  return { rule: decision.rule, bucket: decision.bucket, agrees }
}

const MOST_POINTERS = 50

/** What was in force when a prediction was made: of its pointer, else of each that served its bundle. */
export async function pointersThen(ctx: Context, row: Row): Promise<readonly PointerThen[]> {
  const named = text(row, 'pointer')
  const [bundle, moment] = [row.bundle as Digest, Date.parse(String(row.ts))]
  const names = named === null ? (await pointerNames(ctx)).slice(0, MOST_POINTERS) : [named]
  const found = await Promise.all(names.map((pointer) => pointerThen(ctx, pointer, bundle, moment)))
  return found.flatMap((one) => (one !== null && (named !== null || one.served) ? [one] : []))
}

async function pointerThen(ctx: Context, pointer: string, bundle: Digest, moment: number): Promise<PointerThen | null> {
  const entry = await entryInForce(ctx, pointer, moment)
  if (entry === null) return null
  const served = serves(entry, bundle)
  const main = mainOf(entry)
  const put = served ? await broughtBy(ctx, pointer, entry, bundle) : null
  return {
    ...{ pointer, seq: entry.seq, at: entry.at, bundle: main?.bundle ?? null, version: main?.version ?? null, served },
    put: put && {
      seq: put.seq,
      at: put.at,
      action: put.action,
      actor: put.actor,
      reason: put.reason,
      override: put.override,
    },
  }
}
