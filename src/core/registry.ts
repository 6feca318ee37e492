import type { Digest } from './digest.ts'
import type { DigestMap } from './digest-map.ts'
import type { AishipError } from './errors.ts'
import type { Seen, Watch } from './inspect.ts'
import type { Event, Fact, SelfCheck } from './ports.ts'
import type { Upkeep } from './upkeep.ts'

export interface Descriptor {
  readonly digest: Digest
  /** Bytes. */
  readonly size: number
}

/** What was put, and whether the store had it before. */
export interface Stored extends Descriptor {
  readonly isNew: boolean
}

export type Bytes = AsyncIterable<Uint8Array>

/**
 * Immutable bytes by digest. Laws (test/contracts/object-store.ts): what was put comes back to the bit; putting twice changes nothing;
 * nothing is visible half-written; bytes that do not match their digest never reach a reader.
 */
export interface ObjectStore {
  /** The registry's folder, where its objects lie on this machine: threads can read them there by themselves, and files can be linked. */
  readonly folder?: string
  /** Which of `digests` are here: a look at the medium, never at an index alone. Does not read the bytes. */
  has(digests: readonly Digest[]): Promise<ReadonlySet<Digest>>
  /** The size in bytes, or null where the object is not here. */
  size(digest: Digest): Promise<number | null>
  /**
   * The bytes, verified: the last chunk comes only after the whole has matched the digest.
   * Errors: OBJECT_MISSING; CORRUPT; CORRUPT also past `maxBytes`.
   */
  get(digest: Digest, maxBytes?: number): Bytes
  /** Opens a group of writes that become durable together. */
  batch(): Promise<ObjectBatch>
  /**
   * Brings objects to this machine, many at once, so that reading them needs no network; absent where they lie on this machine anyway.
   * `progress` is told of bytes as they come. Errors: those of `get`; the reason of `signal`.
   */
  bring?(digests: readonly Digest[], options?: TransferOptions): Promise<void>
  /** Every object here, in no order. */
  list(): AsyncIterable<Descriptor>
  /** The same at once, where that is faster: the size of each object. */
  sizes?(): Promise<DigestMap>
}

/** An object that comes from another registry or from an archive. */
export interface Incoming extends Descriptor {
  /** True for manifests and the roots of components: never packed. */
  readonly alone: boolean
  /** What comes for it, not verified yet. */
  readonly bytes: () => Bytes
}

export interface TransferOptions {
  readonly progress?: (bytes: number) => void
  readonly signal?: AbortSignal
}

/** A file of this machine that is to be stored. */
export interface FileRequest {
  /** Absolute. */
  readonly path: string
  /** Bytes, as it was last looked at: for planning only. */
  readonly size: number
  /** What to look for in it while it passes; null: nothing. */
  readonly watch: Watch | null
  /** True for the root of a component: it is never packed. */
  readonly alone: boolean
  /** Objects of which it may be a new version: if it shares much with one, only the difference is stored. */
  readonly like: readonly Digest[]
}

export interface StoredFile extends Stored {
  /** What it adds to the registry, in bytes: less than its size where it is stored as a difference. */
  readonly newBytes: number
  /** Null where nothing was to be looked for. */
  readonly seen: Seen | null
}

/** A group of writes. Nothing may name what is in it before `flush` has returned. */
export interface ObjectBatch {
  /**
   * Stores files in one pass: the bytes hashed are the bytes stored. A file that changed meanwhile is read again. In the order of the requests.
   * `progress` is told of bytes as they pass. Errors: SOURCE_CHANGED (after 3 tries), FILE_MISSING, NOT_PERMITTED, COMPONENT_INVALID, DISK_FULL,
   * READ_ONLY; the reason of `signal`.
   */
  files(requests: readonly FileRequest[], options?: TransferOptions): Promise<readonly StoredFile[]>
  /** Which of these are here already: they need not be read again, and are made durable with the rest, whoever stored them. */
  reuse(digests: readonly Digest[]): Promise<ReadonlySet<Digest>>
  /** `alone`: never packed, as manifests and the roots of components are. */
  bytes(bytes: Uint8Array, options?: { readonly alone?: boolean }): Promise<Stored>
  /**
   * Stores what comes, one after the other, each verified as it passes: the next is asked for when the bytes of the one before are read. What is
   * here already is not read. Out: what is new. Errors: CORRUPT for other bytes, or more or fewer, than were announced; DISK_FULL, READ_ONLY;
   * whatever reading them throws; the reason of `signal`.
   */
  receive(
    objects: Iterable<Incoming> | AsyncIterable<Incoming>,
    options?: TransferOptions,
  ): Promise<{ readonly objects: number; readonly bytes: number }>
  /** Makes everything since the last flush durable and visible. Errors: DISK_FULL, READ_ONLY, REGISTRY_UNREACHABLE. */
  flush(): Promise<void>
  /** Ends the group and drops what was not flushed. Safe to call twice. */
  close(): Promise<void>
}

/** The bytes of one log entry, as stored. */
export interface LogRecord {
  readonly seq: number
  readonly bytes: Uint8Array
}

/**
 * Numbered entries, each created once, never overwritten. A log's name is a path such as `pointers/fraud-scorer/prod`.
 * Laws (test/contracts/log-store.ts): of N appends of one number exactly one wins; 'won' means durable; a loser changes nothing.
 */
export interface LogStore {
  /** The entry with the highest number, or null where the log has none. */
  tip(log: string): Promise<LogRecord | null>
  /** `digest`: what the entry must be, where the caller knows; then a copy of it that lies nearer will do. */
  read(log: string, seq: number, digest?: Digest): Promise<LogRecord | null>
  /** Creates entry `seq` if nobody has. Errors: LINK_UNSUPPORTED, DISK_FULL, READ_ONLY, NOT_PERMITTED, OUTCOME_UNKNOWN. */
  append(log: string, seq: number, bytes: Uint8Array): Promise<'won' | 'lost'>
  /** Names of the logs whose name starts with `prefix` (a folder, ending in "/"), sorted. */
  list(prefix: string): Promise<readonly string[]>
  /** Numbers of the entries that a log has, ascending: what a listing shows, gaps included. */
  numbers(log: string): Promise<readonly number[]>
  /**
   * Why `log`, or any log that this machine remembers, is not what it was when it was last seen here: LOG_WENT_BACK, one a log. Absent where
   * nothing is remembered.
   */
  lost?(log?: string): Promise<readonly AishipError[]>
}

/** Small named records beside the logs: labels (created once), the derived index, and what followers report. Keys are paths such as `labels/app/v1.4.0`. */
export interface NameStore {
  create(key: string, bytes: Uint8Array): Promise<'won' | 'lost'>
  read(key: string): Promise<Uint8Array | null>
  /** Only for what is derived and can be rebuilt, or is soon reported again. */
  replace(key: string, bytes: Uint8Array): Promise<void>
  /** Only for what tells of a time that is over. What is not there is removed already. */
  remove(key: string): Promise<void>
  /** Keys that start with `prefix` (a folder, ending in "/", and optionally the start of a name), sorted. */
  list(prefix: string): Promise<readonly string[]>
}

/** Objects and logs at one place: the source of truth of the apps in it. */
export interface Registry {
  readonly url: string
  readonly id: string
  readonly objects: ObjectStore
  readonly logs: LogStore
  readonly names: NameStore
}

/** Where a registry of another kind than a folder is opened. */
export interface RemotePlace {
  /** As given, with the options of its kind as a query: `s3://bucket/prefix?region=eu-central-1`. */
  readonly url: string
  /** Where copies of what was read may be kept; safe to delete. Absolute. */
  readonly cache: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** `create`: make the registry when something is first stored in it. */
  readonly create: boolean
  /** Open also what has lost its format.json: the registry is the one that its entries were made in. */
  readonly mends?: boolean
  /** Nothing is to be changed: where the registry can't be reached, what this machine remembers of it will do, with a warning. */
  readonly looks: boolean
  /** Logs whose newest entries are asked for next, where that is known: a driver may ask for them at once. */
  readonly soon?: readonly string[]
  /** What to type where there is none. */
  readonly next?: string
  readonly signal: AbortSignal
  now(): Date
  uuid(): string
  /** Progress, warnings, and that the registry was made. */
  emit(event: Event): void
}

/** A kind of registry (src/registries/<kind>.ts, with one export `driver`). */
export interface RegistryDriver {
  /** Errors: USAGE, REGISTRY_MISSING, FORMAT_NEWER, CORRUPT, REGISTRY_UNREACHABLE, NOT_PERMITTED, NOT_AUTHENTICATED. */
  open(place: RemotePlace): Promise<Opened>
  /** What doctor says of a place, whether there is a registry or not: whether it can be written, and keeps its promises. */
  probe(place: RemotePlace): Promise<readonly Fact[]>
}

/** A registry that was opened, with what only its own medium can do. */
export interface Opened {
  readonly registry: Registry
  selfCheck(): SelfCheck
  upkeep(isDry: boolean): Upkeep
}
