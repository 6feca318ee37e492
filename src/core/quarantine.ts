import type { Digest } from './digest.ts'
import type { DataSource, Manifest, Quarantine, QuarantineEntry, ShownQuarantine, ShownWaiver } from './model.gen.ts'
import { idOf } from './quarantine-id.ts'
import { readSpan } from './rollout-words.ts'

/** What is not to be learned from, as the logs of all apps say it. */
export interface Quarantines {
  /** Everything that ever was, the oldest first. */
  readonly all: readonly ShownQuarantine[]
  readonly waivers: readonly ShownWaiver[]
}

/**
 * What the entries of one app's log leave. In: oldest first. The newest word on an id counts, so that what was lifted by mistake is added again and is
 * then exactly what it was.
 */
export function foldQuarantines(log: readonly QuarantineEntry[], now: Date): Quarantines {
  const all = new Map<Digest, ShownQuarantine>()
  const waivers = new Map<Digest, ShownWaiver>()
  for (const { action, quarantine, waiver, lifts, actor: by, at, reason } of log) {
    if (action === 'add' && quarantine !== null) {
      const id = idOf(quarantine)
      if (all.get(id)?.lifted !== null) all.set(id, { ...all.get(id), id, ...quarantine, by, at, reason, lifted: null })
    } else if (action === 'waive' && waiver !== null) {
      const id = idOf(waiver)
      waivers.set(id, { id, ...waiver, by, at, reason, active: Date.parse(waiver.until) > now.getTime() })
    } else if (lifts !== null) {
      const lifted = all.get(lifts)
      if (lifted !== undefined && lifted.lifted === null) all.set(lifts, { ...lifted, lifted: { by, at, reason } })
      const ended = waivers.get(lifts)
      if (ended !== undefined) waivers.set(lifts, { ...ended, active: false })
    }
  }
  return { all: [...all.values()], waivers: [...waivers.values()] }
}

export const isInForce = ({ lifted }: ShownQuarantine): boolean => lifted === null

/** The first moment from which on nothing of a window comes in any more; null where it goes on. */
function endOf({ to, outcome_horizon: horizon }: Pick<Quarantine, 'to' | 'outcome_horizon'>): number | null {
  if (to === null) return null
  return Date.parse(to) + (horizon === null ? 0 : readSpan(horizon, 'outcome_horizon'))
}

/** Whether records that a source has may be of a quarantine. In: `app`, whose dataset it is: a table belongs to that. */
export function meets(source: DataSource, app: string, quarantine: Quarantine): boolean {
  if ((source.log ?? app) !== quarantine.app) return false
  if (quarantine.kind === 'entity-set') return true
  if (quarantine.kind !== 'window') return false
  const end = endOf(quarantine)
  const startsBefore = source.from === undefined || end === null || Date.parse(source.from) < end
  const endsAfter =
    source.to === undefined || quarantine.from === null || Date.parse(quarantine.from) < Date.parse(source.to)
  return startsBefore && endsAfter
}

/** Whether a quarantine is of a bundle, or of something that it says of its components: what comes with a bundle may say no more than that. */
export function concerns(one: Quarantine | null, bundle: Digest, { app, components }: Manifest): boolean {
  if (one === null) return false
  if (one.kind === 'dataset')
    return components.some(({ digest, reference }) => [digest, reference?.digest].includes(one.dataset ?? ''))
  if (one.kind === 'bundle')
    return one.bundle === bundle || components.some((part) => part.derived_from?.includes(one.bundle ?? ''))
  return components.some(({ sources = [] }) => sources.some((source) => meets(source, app, one)))
}

/** "window 3fa9c2d1a0b4 (of 9f1c2ab34d5e, on prod, 2026-11-10T… to …; INC-42)". */
export function quarantineWords(one: ShownQuarantine): string {
  const { kind, bundle, pointer, dataset, entities, incident, outcome_horizon: horizon } = one
  const short = (digest: Digest | null, word: string): readonly string[] =>
    digest === null ? [] : [`${word}${digest.slice(7, 19)}`]
  const parts = [
    ...short(bundle, kind === 'window' ? 'of ' : ''),
    ...short(dataset, ''),
    ...(pointer === null ? [] : [`on ${pointer}`]),
    ...(kind === 'window' ? [`${spanText(one.from, one.to)}${horizon === null ? '' : ` and ${horizon} more`}`] : []),
    ...(entities === null ? [] : [`${entities.count} entities`]),
    ...(incident === null ? [] : [incident]),
  ]
  return `${kind} ${one.id.slice(7, 19)} (${parts.join(', ')})`
}

/** "log fraud, from 2026-11-01 on". */
export const sourceWords = ({ log, table, from, to }: DataSource): string =>
  `${log === undefined ? `table ${table}` : `log ${log}`}, ${spanText(from ?? null, to ?? null)}`

/** A midnight is a day. */
const shortTime = (time: string): string => time.replace(/T00:00:00\.000Z$/, '').replace(/\.000Z$/, 'Z')

function spanText(from: string | null, to: string | null): string {
  const [first, last] = [from, to].map((time) => time && shortTime(time))
  if (!first) return last ? `until ${last}` : 'of all times'
  return last ? `${first} to ${last}` : `from ${first} on`
}
