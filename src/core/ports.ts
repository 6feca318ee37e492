import type { Collector, Config, Project } from './collector.ts'
import type { Digest } from './digest.ts'
import type { Actor } from './model.gen.ts'
import type { Workspace } from './workspace.ts'

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
  /** Every object here, in no order. */
  list(): AsyncIterable<Descriptor>
}

/** A group of writes. Nothing may name what is in it before `flush` has returned. */
export interface ObjectBatch {
  /**
   * Stores one file of this machine in one pass: the bytes hashed are the bytes stored. `tap` sees each chunk as it passes (it must not keep it).
   * A file that changed meanwhile is read again: `tap` then sees an empty chunk, and the file from its start.
   * Errors: SOURCE_CHANGED (after 3 tries), FILE_MISSING, NOT_PERMITTED, DISK_FULL, READ_ONLY.
   */
  file(path: string, tap?: (chunk: Uint8Array) => void): Promise<Stored>
  bytes(bytes: Uint8Array): Promise<Stored>
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
  read(log: string, seq: number): Promise<LogRecord | null>
  /** Creates entry `seq` if nobody has. Errors: LINK_UNSUPPORTED, DISK_FULL, READ_ONLY, NOT_PERMITTED, OUTCOME_UNKNOWN. */
  append(log: string, seq: number, bytes: Uint8Array): Promise<'won' | 'lost'>
  /** Names of the logs whose name starts with `prefix` (a folder, ending in "/"), sorted. */
  list(prefix: string): Promise<readonly string[]>
  /** Numbers of the entries that a log has, ascending: what a listing shows, gaps included. */
  numbers(log: string): Promise<readonly number[]>
}

/** Small named records beside the logs: labels (created once) and the derived index. Keys are paths such as `labels/app/v1.4.0`. */
export interface NameStore {
  create(key: string, bytes: Uint8Array): Promise<'won' | 'lost'>
  read(key: string): Promise<Uint8Array | null>
  /** Only for what is derived and can be rebuilt. */
  replace(key: string, bytes: Uint8Array): Promise<void>
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

/** A finding of fsck. Ids are stable; scripts match on them. */
export interface Finding {
  readonly id: string
  readonly severity: 'error' | 'warning' | 'info'
  /** What it is about: an object's digest, an entry (`pointers/app/prod@3`), a path. */
  readonly subject: string
  readonly message: string
}

/** What a registry's own medium can find wrong with itself, beyond what the ports show. */
export interface SelfCheck {
  /** `readData`: read every byte. `repair`: mend what is derived and sweep leftovers. */
  check(options: { readonly readData: boolean; readonly repair: boolean }): AsyncIterable<Finding>
}

export interface GitState {
  readonly commit: string | null
  readonly branch: string | null
  readonly remote: string | null
  readonly dirty: boolean
}

export type Event =
  | {
      readonly type: 'progress'
      readonly what: string
      readonly done: number
      readonly total: number | null
      readonly unit: 'bytes' | 'files'
    }
  | { readonly type: 'warning'; readonly code: string; readonly message: string }
  /** Something that happened beside the result, and is no cause for worry. */
  | { readonly type: 'note'; readonly message: string }

/** Small things that one working folder remembers: `@last`, parsed configuration. Safe to lose. */
export interface Memory {
  get(key: string): Promise<Uint8Array | null>
  set(key: string, bytes: Uint8Array): Promise<void>
}

/** What the machine says of one thing that aiship needs of it. */
export interface Fact {
  readonly id: string
  readonly ok: boolean
  readonly why: string
}

/** What `doctor` asks of the machine. Each answer may be an AishipError, which then is the finding. */
export interface Probe {
  /** Of the Node.js that runs this, as in "20.19.0". */
  readonly node: string
  /** git's version; null where there is none. */
  git(): Promise<string | null>
  /** aiship.yaml, checked; null where there is none. */
  config(): Promise<Config | null>
  registry(): Promise<Registry>
  /** Whether the place of the registry can be written, has hard links, and confirms what is written. */
  place(): Promise<readonly Fact[]>
}

/** Everything that an operation may touch. */
export interface Context {
  readonly registry: Registry
  readonly app: string
  /** Null without an aiship.yaml. */
  readonly config: Config | null
  readonly workspace: Workspace
  readonly memory: Memory
  readonly actor: Actor
  readonly host: string
  /** Given by `--op`, else fresh. */
  readonly op: { readonly id: string; readonly given: boolean }
  readonly signal: AbortSignal
  now(): Date
  emit(event: Event): void
  git(): Promise<GitState | null>
  collector(kind: string): Promise<Collector>
  project(): Project
  selfCheck(): SelfCheck
  /** For `doctor`, which must work where nothing else does. */
  probe?(): Probe
  /** The value in a YAML file, for comparing two of them. Errors: CONFIG_INVALID for what cannot be read safely. */
  yaml?(bytes: Uint8Array, name: string): Promise<unknown>
  /** Asks y/N. Errors: CONFIRMATION_NEEDED where nobody can be asked and `--yes` was not given. */
  confirm(question: string): Promise<boolean>
}

/** What every operation returns. */
export interface Result<T> {
  readonly changed: boolean
  readonly data: T
}

export type Operation<I, O> = (ctx: Context, input: I) => Promise<Result<O>>

export type { Collected, Collector, ComponentSpec, Config, Project, SecretAllowance, SourceFile } from './collector.ts'
export type { CheckoutFile, CheckoutPlan, CheckoutResult, FolderItem, Workspace } from './workspace.ts'
export type { Actor }
