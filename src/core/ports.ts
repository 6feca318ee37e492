import type { Collector, Config, Project } from './collector.ts'
import type { Followed, Watch } from './followed.ts'
import type { Workshop } from './hook.ts'
import type { Listening, ListenOptions, Service } from './http.ts'
import type { MetricSource } from './metric-source.ts'
import type { Actor, EvaluationFile } from './model.gen.ts'
import type { Notify } from './notice.ts'
import type { Archives, OciRepository } from './oci.ts'
import type { PredictionStore } from './predictions.ts'
import type { Registry } from './registry.ts'
import type { Rehearsal } from './rehearsal.ts'
import type { Trial } from './trial.ts'
import type { Upkeep } from './upkeep.ts'
import type { Workspace } from './workspace.ts'

/** A finding of fsck. Ids are stable; scripts match on them. */
export interface Finding {
  readonly id: string
  readonly severity: 'error' | 'warning' | 'info'
  /** What it is about: an object's digest, an entry (`pointers/app/prod@3`), a path. */
  readonly subject: string
  readonly message: string
  /** A repair puts it right. */
  readonly mends?: boolean
}

/** What a registry's own medium can find wrong with itself, beyond what the ports show. */
export interface SelfCheck {
  /**
   * `readData`: read every byte; `progress` is told how many of how many are read. `repair`: mend what is derived and sweep leftovers.
   * Errors: the reason of `signal`.
   */
  check(options: {
    readonly readData: boolean
    readonly repair: boolean
    readonly progress?: (done: number, total: number) => void
    readonly signal?: AbortSignal
  }): AsyncIterable<Finding>
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
  /** A step of a command that runs on: a line of JSON with `--json`, else the message, if it has one. */
  | { readonly type: 'line'; readonly data: Readonly<Record<string, unknown>>; readonly message: string | null }
  /** Where a service listens, for scripts: a line of its own on standard error, whatever else is printed there. */
  | { readonly type: 'address'; readonly url: string }
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
  /** Another registry, by folder or URL, for `push` and `pull`; `create` makes it when something is first stored in it. */
  open(url: string, options?: { readonly create?: boolean }): Promise<Registry>
  /** For `export` and `import`. */
  archives?(): Promise<Archives>
  /** `oci://host/repository[:tag|@digest]`, for `push` and `pull`. Errors: USAGE. */
  oci?(url: string): Promise<OciRepository>
  /** The bytes of a file, or of standard input for `-`. Errors: FILE_MISSING, NOT_PERMITTED; USAGE for more than `most`. */
  input?(file: string, most: number): Promise<Uint8Array>
  /** Waits, for what runs on. Ends early, and without an error, when the command is told to end. */
  pause?(ms: number): Promise<void>
  /** Sleeps, and is woken by changes in folders of this machine. */
  watch?(): Watch
  /** Answers over HTTP. Errors: LISTEN_FAILED. */
  listen?(service: Service, options: ListenOptions): Promise<Listening>
  /** A folder of this machine that follows a pointer. In: absolute, or relative to where it was typed. Errors: USAGE in a dry run. */
  following?(dir: string): Promise<Followed>
  /** The same context with its registry opened now, for a command that goes on without one; `emit` hears of it. Errors: those of opening it. */
  connect?(emit: (event: Event) => void): Promise<Context>
  /** Where `connect` leads, as far as that is known without asking: an absolute folder or a URL, and the app that was named. */
  readonly target?: { readonly registry: string; readonly app: string | null }
  /** The app to use in another registry: the one that was named, else its only one. Errors: USAGE, NOT_FOUND. */
  appIn(registry: Registry): Promise<string>
  selfCheck(): SelfCheck
  /** What reads and stores predictions. Nothing of it is loaded before it is called. */
  predictions?(): Promise<PredictionStore>
  /** A place that live numbers come from, by its kind. In: its options, as they were checked. Errors: CONFIG_INVALID for a kind that there is not. */
  source?(kind: string, options: Readonly<Record<string, unknown>>): Promise<MetricSource>
  /** For `gc` and `repack`. */
  upkeep?(): Upkeep
  /** For `doctor`, which must work where nothing else does. */
  probe?(): Probe
  /** The value in a YAML file, for comparing two of them. Errors: CONFIG_INVALID for what cannot be read safely. */
  yaml?(bytes: Uint8Array, name: string): Promise<unknown>
  /** The value of a file with a rollout policy or guards, of which the guards are checked. Errors: POLICY_INVALID, with line and key. */
  policyFile?(bytes: Uint8Array, name: string): Promise<unknown>
  /** An evaluation as it is written; with `flat`, as a program prints it. Errors: EVIDENCE_INVALID, with line and key. */
  evaluation?(bytes: Uint8Array, name: string, flat: boolean): Promise<EvaluationFile>
  /** A folder for one run of a bundle's own program, and that program's output. Errors: USAGE in a dry run. */
  trial?(): Promise<Trial>
  /** Tells people or programs of what was done. */
  readonly notify?: Notify
  /** For `remediate`. */
  workshop?(): Promise<Workshop>
  /** Where bundles decide again what was decided before. */
  rehearsal?(): Promise<Rehearsal>
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
export type { Followed, Watch } from './followed.ts'
export type { PredictionStore } from './predictions.ts'
export type {
  Bytes,
  Descriptor,
  FileRequest,
  Incoming,
  LogRecord,
  LogStore,
  NameStore,
  ObjectBatch,
  ObjectStore,
  Opened,
  Registry,
  RegistryDriver,
  RemotePlace,
  Stored,
  StoredFile,
  TransferOptions,
} from './registry.ts'
export type { Trial } from './trial.ts'
export type { Amount, Collection, Garbage, Repacked, RepackOptions, SweepOptions, Swept, Upkeep } from './upkeep.ts'
export type { CheckoutFile, CheckoutPlan, CheckoutResult, FolderItem, Workspace } from './workspace.ts'
export type { Actor }
