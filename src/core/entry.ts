import { canonicalBytes, type Digest, digestOf, parseCanonical } from './digest.ts'
import { AishipError } from './errors.ts'
import type {
  Actor,
  EvidenceEntry,
  MarkEntry,
  PointerEntry,
  QuarantineEntry,
  RemediationEntry,
  SegmentEntry,
  VersionEntry,
} from './model.gen.ts'
import type { LogRecord } from './ports.ts'
import { quarantineProblem } from './quarantine-id.ts'
import {
  validateEvidenceEntry,
  validateMarkEntry,
  validatePointerEntry,
  validateQuarantineEntry,
  validateRemediationEntry,
  validateSegmentEntry,
  validateVersionEntry,
} from './validators.gen.ts'

/** Most bytes of one entry. */
export const MAX_ENTRY = 4 * 1024 * 1024

export type Entry =
  | PointerEntry
  | VersionEntry
  | MarkEntry
  | EvidenceEntry
  | SegmentEntry
  | QuarantineEntry
  | RemediationEntry

/** An entry with the digest of its stored bytes, which the next entry carries as `prev`. */
export interface Read<E extends Entry> {
  readonly entry: E
  readonly digest: Digest
}

type Head = 'v' | 'log' | 'seq' | 'prev' | 'op' | 'registry' | 'actor' | 'at' | 'id'
export type Body<E extends Entry> = Omit<E, Head>

export interface Stamp {
  readonly registry: string
  readonly op: string
  readonly actor: Actor
  readonly now: Date
}

const VALIDATORS = {
  pointers: validatePointerEntry,
  versions: validateVersionEntry,
  marks: validateMarkEntry,
  evidence: validateEvidenceEntry,
  segments: validateSegmentEntry,
  quarantine: validateQuarantineEntry,
  remediations: validateRemediationEntry,
} as const

/** What stands in the logs, by the first word of a log's name. */
export interface Kinds {
  pointers: PointerEntry
  versions: VersionEntry
  marks: MarkEntry
  evidence: EvidenceEntry
  segments: SegmentEntry
  quarantine: QuarantineEntry
  remediations: RemediationEntry
}

/**
 * The bytes of the entry that follows `before` in `log`.
 * `at` never goes back within a log: a clock behind the newest entry's is moved up to it. Errors: INTERNAL for a body that is no entry's.
 */
export function nextEntry<E extends Entry>(
  log: string,
  before: Read<E> | null,
  stamp: Stamp,
  body: Body<E>,
): Read<E> & { readonly bytes: Uint8Array } {
  const at = stamp.now.toISOString()
  if (!/^\d{4}-/.test(at)) {
    throw new AishipError('USAGE', `this machine's clock says ${at}, and an entry would keep that`, {
      hint: 'set the clock right; nothing was changed',
      next: ['aiship doctor'],
    })
  }
  const last = before?.entry.at
  const head = {
    v: 1,
    log,
    seq: (before?.entry.seq ?? 0) + 1,
    prev: before?.digest ?? null,
    op: stamp.op,
    registry: stamp.registry,
    actor: stamp.actor,
    at: last !== undefined && last > at ? last : at,
  }
  const whole = { ...body, ...head }
  const entry = { ...whole, id: digestOf(canonicalBytes(whole)) } as unknown as E
  const bytes = canonicalBytes(entry)
  // What no reader would accept must never be written.
  if (bytes.length > MAX_ENTRY) throw tooLong(bytes.length)
  const isReadable = VALIDATORS[kindOf(log)](entry) && looksBack(kindOf(log), entry) && saysOne(kindOf(log), entry)
  if (!isReadable) throw new AishipError('INTERNAL', `entry ${head.seq} of ${log} would not be readable`)
  return { entry, bytes, digest: digestOf(bytes) }
}

const tooLong = (length: number): AishipError =>
  new AishipError('USAGE', `this would be an entry of ${length} bytes, more than the ${MAX_ENTRY} allowed`, {
    hint: 'shorten the reason or the message',
  })

/** What a schema cannot say: whatever leads on from an entry leads back, so that nobody who follows it goes round in a circle. */
function looksBack(kind: keyof Kinds, entry: Entry): boolean {
  const { seq, prev } = entry
  if ((seq === 1) !== (prev === null)) return false
  if (kind !== 'pointers') return true
  const { settled, back } = entry as PointerEntry
  return settled <= seq && (back === null || back.seq < seq)
}

/** The same for quarantines: an entry says one thing, and one that makes sense. */
function saysOne(kind: keyof Kinds, entry: Entry): boolean {
  if (kind !== 'quarantine') return true
  const { action, quarantine, waiver, lifts } = entry as QuarantineEntry
  const isIt = { add: quarantine, waive: waiver, lift: lifts }[action]
  const said = [quarantine, waiver, lifts].filter((one) => one !== null)
  return said.length === 1 && said[0] === isIt && (quarantine === null || quarantineProblem(quarantine) === null)
}

/** A log's first word tells which kind of entry it has. */
export const kindOf = (log: string): keyof Kinds => log.slice(0, log.indexOf('/')) as keyof Kinds

/** False for an entry that was damaged on its way here: it does not match its own `id`. */
export function matchesItself(bytes: Uint8Array): boolean {
  try {
    const { id, ...rest } = parseCanonical(bytes, 'an entry', MAX_ENTRY) as Record<string, unknown>
    return id === digestOf(canonicalBytes(rest))
  } catch {
    return false
  }
}

/** The registry in which a whole entry was made; null for what is none. */
export function registryIn(bytes: Uint8Array): string | null {
  if (!matchesItself(bytes)) return null
  const { registry } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { registry?: unknown }
  return typeof registry === 'string' ? registry : null
}

/**
 * Checks one stored entry of `log`: canonical bytes, its own `id`, its number, its log, its shape, its registry.
 * Errors: CORRUPT; FORMAT_NEWER for an entry of a later format.
 */
export function readEntry<K extends keyof Kinds>(
  kind: K,
  log: string,
  record: LogRecord,
  registry: string,
): Read<Kinds[K]> {
  const name = `entry ${log}@${record.seq}`
  const refuse = (why: string): AishipError => new AishipError('CORRUPT', `${name} ${why}`, { next: ['aiship fsck'] })
  const value = parseCanonical(record.bytes, name, MAX_ENTRY)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('is not an object')
  const fields = value as Record<string, unknown>
  const { id, ...rest } = fields
  // First, because every format keeps this rule: a flipped bit in `v` is damage, not a newer format.
  if (id !== digestOf(canonicalBytes(rest))) throw refuse('does not match its own id')
  if (typeof fields.v === 'number' && fields.v > 1) {
    throw new AishipError('FORMAT_NEWER', `${name} has format ${fields.v}; this aiship reads format 1`, {
      hint: 'install a newer aiship',
    })
  }
  if (!VALIDATORS[kind](value)) throw refuse('does not have the shape of an entry')
  if (fields.log !== log || fields.seq !== record.seq)
    throw refuse(`says that it is ${String(fields.log)}@${String(fields.seq)}`)
  if (fields.registry !== registry) throw refuse(`belongs to another registry, ${String(fields.registry)}`)
  if (!looksBack(kind, value as Entry)) throw refuse('points to an entry that does not stand before it')
  if (!saysOne(kind, value as Entry)) throw refuse('says what makes no sense')
  return { entry: value as Kinds[K], digest: digestOf(record.bytes) }
}
