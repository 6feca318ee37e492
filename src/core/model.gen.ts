// Generated from schemas/ by scripts/generate.mjs: change the schema, then `npm run gen`.
import type { Digest } from './digest.ts'

/** Who did it, as declared: never proven. */
export interface Actor {
  readonly kind: 'human' | 'automation'
  readonly name: string
}

/** A bundle under its version's name. */
export interface Arm {
  readonly bundle: Digest
  readonly version: Version
}

/** stored: the registry has the bytes. external: they lie elsewhere. hosted: a model of a provider. */
export type Availability = 'stored' | 'external' | 'hosted'

export interface BadMark {
  readonly digest: Digest
  /** The bundle that is, or contains, what was marked. */
  readonly version: Version
  /** Null: the bundle itself. */
  readonly component: Text
  /** The pointer that it is for; null: the whole registry. */
  readonly scope: Scope | null
  readonly by: Actor
  readonly at: Time
  readonly reason: Text
}

/** Data of `aiship bundle`. */
export interface BundleData {
  readonly registry: string
  readonly app: Name
  readonly bundle: Digest
  readonly version: Version
  readonly message: Text
  /** All that name this bundle now, sorted. */
  readonly labels: readonly string[]
  readonly at: Time
  readonly actor: Actor
  /** Null outside a repository. */
  readonly git: GitData
  /** Objects that the registry did not have. */
  readonly new_objects: Count
  /** Their bytes. */
  readonly new_bytes: Count
  readonly components: readonly BundledComponent[]
  /** Paths that the default ignores left out. */
  readonly ignored: readonly string[]
  /** Findings of the secret scan that a reason given now let through. */
  readonly secrets_allowed: Count
}

export interface BundledComponent {
  readonly name: Name
  readonly role: Role
  readonly layer: Layer
  readonly kind: string
  readonly digest: Digest
  /** Bytes. */
  readonly size: Count
  readonly files: Count
  /** stored: the registry has the bytes. external: they lie elsewhere. hosted: a model of a provider. */
  readonly stored: Availability
  /** Formats of weights by their first bytes, and the files that have them. */
  readonly formats: Readonly<Record<string, readonly string[]>>
}

export interface ChainState {
  /** Null: only part of the chain was read, and that part is. */
  readonly intact: boolean | null
  readonly checked: Count
  readonly problem: Text
  /** Digest of the newest entry. */
  readonly tip: Digest | null
}

export type ChangeState = 'added' | 'removed' | 'changed'

export type CheckOutcome = 'pass' | 'fail' | 'unknown'

/** Data of `aiship checkout`. */
export interface CheckoutData {
  readonly registry: string
  readonly app: Name
  readonly ref: string
  readonly bundle: Digest
  readonly version: Version
  readonly pointer: Name | null
  readonly seq: Sequence | null
  readonly arm: Text
  readonly dir: string
  /** Those that are in the folder. */
  readonly components: readonly Name[]
  /** External components: their bytes lie elsewhere. */
  readonly not_restored: readonly Name[]
  readonly written: Count
  readonly unchanged: Count
  readonly removed: Count
  /** Bytes written. */
  readonly bytes: Count
}

/** .aiship-checkout.json at the root of a checkout: which files there are ours, so that a later checkout touches no other. Never captured. */
export interface CheckoutRecord {
  readonly format: 1
  /** What was written, by its path relative to the folder. */
  readonly files: Readonly<Record<string, WrittenFile>>
  /** What an update that has not ended yet is putting in place: empty in a whole checkout. */
  readonly pending: Readonly<Record<string, Digest>>
}

/** A program and its arguments, run without a shell; what it prints is the content. */
export type CommandOptions = readonly string[]

/** One named part of a bundle. */
export interface Component {
  readonly name: Name
  readonly role: Role
  readonly layer: Layer
  /** How the bytes were collected. */
  readonly kind: string
  readonly digest: Digest
  /** Bytes of all files; of the canonical reference when not stored. */
  readonly size: Count
  /** Where it stands in a checkout, relative to its root; '.' for a tree of the root. Absent when not stored. */
  readonly path?: string
  /** The digest names a tree, not a file. */
  readonly tree?: true
  /** A single file that is executable. */
  readonly exec?: true
  /** The bytes are not in the registry: the digest is that of `reference`. */
  readonly stored?: false
  /** What an external or image component points to. */
  readonly reference?: Readonly<Record<string, string | number>>
}

export interface ComponentFacts {
  readonly digest: Digest
  readonly size: Count
  readonly role: Role
  readonly kind: string
  readonly path: Text
}

export interface ComponentFile {
  readonly role: Role
  /** Components that it was made of. */
  readonly from?: readonly string[]
  /** Symbolic links that lead out of the component. */
  readonly links?: 'refuse' | 'follow'
  /** Look for tokens whatever the role. */
  readonly scan?: 'auto' | 'full'
  /** With `path`: hash, and leave the bytes where they are. */
  readonly mode?: 'hash'
  /** Where a value, command or git component stands in a checkout. */
  readonly to?: string
  readonly [key: string]: unknown
}

/** aiship.yaml as it is written. What stands under a kind key of a component (path, value, …) is described in drivers/. */
export interface ConfigFile {
  /** Format of this file. */
  readonly version: 1
  /** Name of the app. */
  readonly app: string
  /** A folder, relative to this file, or a URL. */
  readonly registry?: string
  /** Name to component. */
  readonly components: Readonly<Record<string, ComponentFile>>
  readonly commands?: {
    /** JSON lines in, JSON lines out, run from a checkout of the bundle. */
    readonly predict?: readonly string[]
    /** Prints one JSON object of metrics. */
    readonly evaluate?: readonly string[]
  }
  /** Globs left out of every component; "!…" takes a default back. */
  readonly ignore?: readonly string[]
  readonly pointers?: Readonly<Record<string, {
    /** promote asks first. */
    readonly protected?: boolean
  }>>
  readonly secrets?: {
    readonly allow?: readonly {
      /** Glob. */
      readonly path: string
      /** As the refusal printed it. */
      readonly fingerprint: string
      readonly reason: string
    }[]
  }
}

export type Count = number

export interface DiffCommand {
  readonly name: string
  readonly from: (readonly string[]) | null
  readonly to: (readonly string[]) | null
}

export interface DiffComponent {
  readonly name: Name
  readonly role: Role
  readonly state: DiffState
  readonly why: Text
  readonly from: ComponentFacts | null
  readonly to: ComponentFacts | null
  readonly files: readonly DiffFile[]
  /** Of a value: the keys that changed. */
  readonly keys: readonly KeyChange[]
}

/** Data of `aiship diff`. */
export interface DiffData {
  readonly registry: string
  readonly app: Name
  readonly a: DiffSide
  readonly b: DiffSide
  readonly different: boolean
  /** All four, in order. */
  readonly layers: readonly DiffLayer[]
  /** Commands that differ. */
  readonly commands: readonly DiffCommand[]
}

export interface DiffFile {
  readonly path: string
  readonly state: ChangeState
  readonly from_size: Count | null
  readonly to_size: Count | null
  /** The new executable bit, where it changed. */
  readonly exec: boolean | null
  /** Unified diff, with --content, where both sides are text. */
  readonly text: Text
  /** With --content, of a JSON or YAML file. */
  readonly keys: readonly KeyChange[]
}

export interface DiffLayer {
  readonly layer: Layer
  readonly changed: boolean
  readonly components: readonly DiffComponent[]
}

export interface DiffSide {
  readonly ref: string
  readonly bundle: Digest | null
  readonly version: Version | null
}

export type DiffState = 'same' | 'changed' | 'added' | 'removed' | 'missing' | 'not looked at'

export interface DoctorCheck {
  readonly id: string
  readonly outcome: CheckOutcome
  readonly why: string
  /** The command or act that helps. */
  readonly next: Text
}

/** Data of `aiship doctor`. */
export interface DoctorData {
  /** The worst of all checks. */
  readonly outcome: 'pass' | 'fail' | 'unknown'
  readonly checks: readonly DoctorCheck[]
}

/** The whole document of a command that failed. */
export interface ErrorDocument {
  readonly schema: 'aiship.error/v1'
  readonly ok: false
  /** Whether something was changed before it failed. */
  readonly changed: boolean
  readonly error: {
    readonly code: string
    readonly exit: number
    readonly message: string
    readonly hint: Text
    /** Commands that can be typed as they stand. */
    readonly next: readonly string[]
    readonly details: Readonly<Record<string, unknown>>
  }
  readonly warnings: readonly {
    readonly code: string
    readonly message: string
  }[]
  readonly meta: {
    readonly version: string
    readonly elapsed_ms: Count
  }
}

/** Bytes that lie elsewhere: where, and their digest, or an opaque pin that nobody verifies. */
export interface ExternalOptions {
  readonly uri: string
  readonly digest?: Digest
  readonly pin?: string
}

/** format.json: created once, when the registry is. */
export interface Format {
  readonly format: number
  readonly id: string
  readonly hash: 'sha256'
  readonly layout: number
}

export interface FoundComponent {
  readonly name: Name
  readonly role: Role
  readonly layer: Layer
  /** The path, or what stands there. */
  readonly what: string
  readonly files: Count
}

export interface FsckChecked {
  readonly objects: Count
  readonly bytes: Count
  readonly entries: Count
}

/** Data of `aiship fsck`. */
export interface FsckData {
  readonly registry: string
  /** Every byte was read. */
  readonly read_data: boolean
  readonly findings: readonly FsckFinding[]
  readonly checked: FsckChecked
}

export interface FsckFinding {
  /** Stable: scripts may match on it. */
  readonly id: string
  readonly severity: 'error' | 'warning' | 'info'
  readonly subject: string
  readonly message: string
}

/** Null outside a repository. */
export type GitData = {
  readonly commit: Text
  readonly branch: Text
  readonly remote: Text
  readonly dirty: boolean
} | null

/** Files of a commit. */
export interface GitOptions {
  /** A folder or URL; default the one that this project is in. */
  readonly repository?: string
  /** A commit, tag or branch. */
  readonly revision: string
  /** Default: all of it. */
  readonly path?: string
}

/** The lock against moves forward, and who set it. */
export interface Hold {
  readonly at: Time
  readonly by: Actor
  readonly reason: Text
}

/** A container image pinned by digest. */
export type ImageOptions = string

/** A mark that a move sets or lifts, for its own pointer. */
export interface ImpliedMark {
  readonly digest: Digest
  readonly verdict: Verdict
  /** With `lifted`: the operation whose marks are taken back. */
  readonly lifts: Text
}

/** Which version first has a digest in an app: derived from the version log, rebuilt by fsck, never trusted alone. */
export interface IndexRecord {
  readonly kind: 'bundle' | 'component'
  readonly version: Version
}

/** Data of `aiship init`. */
export interface InitData {
  readonly path: string
  readonly app: Name
  readonly template: Template
  readonly components: readonly FoundComponent[]
  /** What lies in the folder and in no component. */
  readonly unassigned: readonly string[]
}

export interface KeyChange {
  /** Path in the value, parts joined by dots. */
  readonly key: string
  readonly state: 'added' | 'removed' | 'changed'
  readonly from?: unknown
  readonly to?: unknown
}

/** A name for a bundle, created once. */
export interface Label {
  readonly label: string
  readonly bundle: Digest
  readonly version: Version
  readonly actor: Actor
  readonly at: Time
  /** SHA-256 of the canonical record without `id`. */
  readonly id: Digest
}

export type Layer = 'data' | 'features' | 'logic' | 'serving'

/** Findings of the secret scan that were let through. */
export type LetThrough = {
  readonly reason: string
  readonly findings: readonly {
    readonly path: string
    readonly line: Count
    readonly rule: string
    readonly fingerprint: string
  }[]
} | null

/** Data of `aiship log`. */
export interface LogData {
  readonly registry: string
  readonly app: Name
  readonly pointer: Name
  /** Newest first. */
  readonly entries: readonly LogLine[]
  readonly total: Count
  readonly chain: ChainState
}

export interface LogLine {
  readonly seq: Sequence
  readonly at: Time
  readonly action: MoveAction
  readonly bundle: Digest | null
  readonly version: Version | null
  readonly from: Digest | null
  readonly actor: Actor
  readonly reason: Text
  readonly override: Text
  readonly hold: Hold | null
  readonly marks: readonly ImpliedMark[]
  readonly op: string
  readonly id: Digest
}

/** Data of `aiship ls`. */
export interface LsData {
  readonly registry: string
  readonly app: Name
  /** Versions of the app. */
  readonly total: Count
  /** Newest first. */
  readonly versions: readonly VersionLine[]
}

/** A bundle: declared inputs only, so the same inputs give the same digest on any machine, any day. */
export interface Manifest {
  readonly format: 1
  readonly app: Name
  readonly commands: Readonly<Record<string, readonly string[]>>
  /** Sorted by name, each name once. */
  readonly components: readonly Component[]
}

/** Data of `aiship mark`. */
export interface MarkData {
  readonly registry: string
  readonly digest: Digest
  readonly kind: 'bundle' | 'component'
  /** The first version that has it. */
  readonly version: Version
  readonly verdict: 'bad' | 'good'
  readonly reason: Text
  readonly actor: Actor
  readonly at: Time
  /** Pointers of any app in this registry that serve it now. */
  readonly serving: readonly {
    readonly app: Name
    readonly pointer: Name
    readonly version: Version
  }[]
  readonly undo: string
}

/** A verdict on a digest: a bundle or a component. */
export interface MarkEntry {
  /** Format of the entry. */
  readonly v: 1
  /** The log that it belongs to, e.g. `pointers/fraud-scorer/prod`. */
  readonly log: string
  readonly seq: Sequence
  /** SHA-256 of the previous entry's bytes; null in entry 1. */
  readonly prev: Digest | null
  /** One per invocation of a command: the key by which a repeat is recognised. */
  readonly op: string
  /** The registry's id. */
  readonly registry: string
  readonly actor: Actor
  readonly at: Time
  /** SHA-256 of the canonical entry without `id`. */
  readonly id: Digest
  readonly digest: Digest
  readonly verdict: Verdict
  readonly reason: Text
  /** Null: for the whole registry. */
  readonly scope: Scope | null
  /** With `lifted`: the operation whose marks are taken back. */
  readonly lifts: Text
}

export type MoveAction = 'promote' | 'rollback' | 'undo' | 'hold' | 'unhold' | 'retire'

/** What every move of a pointer returns. */
export interface MoveData {
  readonly registry: string
  readonly app: Name
  readonly pointer: Name
  readonly action: MoveAction
  readonly seq: Sequence
  /** Main bundle before. */
  readonly from: Digest | null
  readonly from_version: Version | null
  /** Main bundle now. */
  readonly to: Digest | null
  readonly to_version: Version | null
  readonly reason: Text
  readonly override: Text
  readonly actor: Actor
  readonly at: Time
  readonly op: string
  readonly hold: Hold | null
  /** What was served before and is not now. */
  readonly left: readonly Arm[]
  readonly marks: readonly ImpliedMark[]
  /** External and hosted components of `to`: a pointer cannot bring them back. */
  readonly not_restored: readonly string[]
  /** The command that puts back what stood before; null for a first entry. */
  readonly undo: Text
}

/** The name of an app, a pointer or a component. Names that could be read as a digest or a version are refused by the code. */
export type Name = string

export interface NamedBy {
  readonly pointer: Name
  /** It serves the bundle now. */
  readonly now: boolean
  /** The newest entry that made it serve the bundle. */
  readonly seq: Sequence
  readonly at: Time
}

/** A file, a folder, a glob, or a list of them, relative to aiship.yaml. */
export type PathOptions = string | (readonly string[])

/** One move of a pointer: a full snapshot of what the pointer says from then on. */
export interface PointerEntry {
  /** Format of the entry. */
  readonly v: 1
  /** The log that it belongs to, e.g. `pointers/fraud-scorer/prod`. */
  readonly log: string
  readonly seq: Sequence
  /** SHA-256 of the previous entry's bytes; null in entry 1. */
  readonly prev: Digest | null
  /** One per invocation of a command: the key by which a repeat is recognised. */
  readonly op: string
  /** The registry's id. */
  readonly registry: string
  readonly actor: Actor
  readonly at: Time
  /** SHA-256 of the canonical entry without `id`. */
  readonly id: Digest
  readonly action: 'promote' | 'rollback' | 'undo' | 'hold' | 'unhold' | 'retire'
  readonly reason: Text
  /** Why a person moved past a hold or a bad mark. */
  readonly override: Text
  /** Null: the pointer is retired. */
  readonly route: Route | null
  /** Main bundle before. */
  readonly from: Digest | null
  /** Main bundle now. */
  readonly to: Digest | null
  readonly hold: Hold | null
  /** A running rollout; null when none runs. */
  readonly rollout: Readonly<Record<string, unknown>> | null
  /** The settled entry whose route is in force: this one, or an earlier one that it copies. */
  readonly settled: Sequence
  /** The settled entry that a rollback restores. */
  readonly back: {
    readonly seq: Sequence
    readonly bundle: Digest
  } | null
  /** What was served or mirrored before and is not now. */
  readonly left: readonly Arm[]
  /** The marks that this move implies, for this pointer. */
  readonly marks: readonly ImpliedMark[]
  readonly policy: Policy | null
  readonly evidence: readonly Digest[]
}

export interface PointerStatus {
  readonly pointer: Name
  readonly state: 'serving' | 'retired' | 'never moved'
  readonly protected: boolean
  readonly seq: Sequence | null
  readonly bundle: Digest | null
  readonly version: Version | null
  /** The version's. */
  readonly message: Text
  /** When what it says now was put there. */
  readonly since: Time | null
  readonly by: Actor | null
  readonly action: MoveAction | null
  readonly reason: Text
  readonly hold: Hold | null
  /** State of a running rollout. */
  readonly rollout: Text
  /** Every arm that gets weight or a mirror. */
  readonly arms: readonly ServedArm[]
  /** Marked content that it serves. */
  readonly bad: readonly BadMark[]
}

/** What aiship.yaml said of this pointer when it moved. */
export interface Policy {
  readonly protected: boolean
}

/** .aiship-release.json at the root of a checkout: what this folder serves. Never captured. */
export interface Release {
  readonly app: Name
  readonly bundle: Digest
  readonly version: Version | null
  readonly pointer: Name | null
  readonly seq: Sequence | null
  readonly arm: Text
}

/** Data of `aiship resolve`. */
export interface ResolveData {
  readonly app: Name
  readonly bundle: Digest
  readonly version: Version
  readonly pointer: Name | null
  readonly seq: Sequence | null
}

/** The whole document of a command that succeeded; `data` is described by the schema of the command. */
export interface ResultDocument {
  readonly schema: string
  readonly ok: true
  readonly changed: boolean
  readonly data: unknown
  readonly warnings: readonly {
    readonly code: string
    readonly message: string
  }[]
  readonly meta: {
    readonly version: string
    readonly elapsed_ms: Count
  }
}

/** What a component is; it implies the layer. */
export type Role = 'dataset' | 'eval-set' | 'embedding-index' | 'feature-pipeline' | 'tokenizer' | 'embedder' | 'model-weights' | 'model' | 'hyperparameters' | 'prompt' | 'tool-schema' | 'agent-routing' | 'guardrail' | 'inference-code' | 'runtime'

/** Data of `aiship rollback`: of one pointer its move; of several, one result for each. */
export type RollbackAllData = RollbackData | RollbackMany

/** One pointer, taken back. */
export interface RollbackData {
  readonly registry: string
  readonly app: Name
  readonly pointer: Name
  readonly action: MoveAction
  readonly seq: Sequence
  /** Main bundle before. */
  readonly from: Digest | null
  readonly from_version: Version | null
  /** Main bundle now. */
  readonly to: Digest | null
  readonly to_version: Version | null
  readonly reason: Text
  readonly override: Text
  readonly actor: Actor
  readonly at: Time
  readonly op: string
  readonly hold: Hold | null
  /** What was served before and is not now. */
  readonly left: readonly Arm[]
  readonly marks: readonly ImpliedMark[]
  /** External and hosted components of `to`: a pointer cannot bring them back. */
  readonly not_restored: readonly string[]
  /** The command that puts back what stood before; null for a first entry. */
  readonly undo: Text
  readonly skipped: readonly Skipped[]
}

export interface RollbackMany {
  readonly pointers: readonly RollbackOfMany[]
}

export interface RollbackOfMany {
  readonly pointer: Name
  readonly changed: boolean
  readonly result: RollbackData
}

/** Which bundle serves whom. A plain pointer is a route with one arm. */
export interface Route {
  readonly arms: Readonly<Record<string, Arm>>
  /** The arm that the pointer's main bundle is read from. */
  readonly fallback: string
  /** Rules in order; the first whose `when` matches wins. */
  readonly serve: readonly {
    readonly to: Weights
    readonly when?: Readonly<Record<string, unknown>>
  }[]
  readonly bucket?: {
    readonly by: string
    readonly hash: string
    readonly map: string
    readonly missing: string
    readonly salt: string
  }
  readonly mirror?: readonly {
    readonly effects: string
    readonly per100k: number
    readonly to: string
  }[]
}

/** The pointer that a mark is for. */
export interface Scope {
  readonly app: Name
  readonly pointer: Name
}

/** An entry's number in its log, from 1. */
export type Sequence = number

export interface ServedArm {
  readonly arm: string
  readonly bundle: Digest
  readonly version: Version
}

/** Data of `aiship show`. */
export interface ShowData {
  readonly registry: string
  readonly app: Name
  readonly ref: string
  /** Null for a working tree that was not looked at whole. */
  readonly bundle: Digest | null
  /** Null for a working tree that is not a version. */
  readonly version: Version | null
  readonly message: Text
  readonly at: Time | null
  readonly actor: Actor | null
  readonly host: Text
  /** Null outside a repository. */
  readonly git: GitData
  readonly labels: readonly string[]
  readonly components: readonly ShownComponent[]
  readonly commands: Readonly<Record<string, readonly string[]>>
  /** Findings of the secret scan that were let through. */
  readonly secrets: LetThrough
  readonly origin: {
    readonly registry: string
    readonly version: Version
  } | null
  /** Bad marks in force on the bundle itself. */
  readonly marks: readonly BadMark[]
  /** Pointers that serve it or have served it. */
  readonly pointers: readonly NamedBy[]
}

export interface ShownComponent {
  readonly name: Name
  readonly role: Role
  readonly layer: Layer
  readonly kind: string
  /** Null: not looked at. */
  readonly digest: Digest | null
  readonly size: Count
  readonly files: Count
  /** Where it stands in a checkout. */
  readonly path: Text
  /** stored: the registry has the bytes. external: they lie elsewhere. hosted: a model of a provider. */
  readonly stored: Availability
  readonly reference: Readonly<Record<string, string | number>> | null
  /** Formats of weights by their first bytes, and the files that have them. */
  readonly formats: Readonly<Record<string, readonly string[]>>
  /** Those of `formats` that run code when they are loaded. */
  readonly executable_formats: readonly string[]
  readonly notes: Readonly<Record<string, string>>
  /** Null: unknown. */
  readonly lineage: ShownLineage | null
  readonly marks: readonly BadMark[]
}

export interface ShownLineage {
  /** The first version that has this digest. */
  readonly since: Version
  /** What lay beside it then. */
  readonly inputs: Readonly<Record<string, Digest>>
  /** Inputs that are others in this bundle. */
  readonly stale: readonly string[]
}

/** An earlier entry that was passed over, and why. */
export interface Skipped {
  readonly seq: Sequence
  readonly bundle: Digest
  readonly version: Version
  readonly why: string
}

/** Data of `aiship status`. */
export interface StatusData {
  readonly registry: string
  readonly app: Name
  readonly pointers: readonly PointerStatus[]
  /** The working tree; null without an aiship.yaml. */
  readonly work: WorkStatus
}

export type Template = 'classic' | 'llm' | 'empty'

/** Free text of a person or program, or null. */
export type Text = string | null

/** RFC 3339, UTC, milliseconds. */
export type Time = string

/** One folder. Subfolders are trees of their own. */
export interface Tree {
  readonly format: 1
  /** Sorted by the UTF-8 bytes of their names, each name once. */
  readonly entries: readonly TreeEntry[]
}

/** A file or a subfolder. */
export interface TreeEntry {
  readonly name: string
  /** Of a file. */
  readonly digest?: Digest
  /** Of a file, bytes. */
  readonly size?: Count
  readonly exec?: true
  /** Of a subfolder: its tree object. */
  readonly tree?: Digest
}

/** Any JSON value. */
export type ValueOptions = unknown

/** `lifted` takes back the marks of one earlier operation. */
export type Verdict = 'bad' | 'good' | 'lifted'

/** A version's name in its app. */
export type Version = string

/** The version of a bundle in its app, with everything about its making that is not in the manifest. */
export interface VersionEntry {
  /** Format of the entry. */
  readonly v: 1
  /** The log that it belongs to, e.g. `pointers/fraud-scorer/prod`. */
  readonly log: string
  readonly seq: Sequence
  /** SHA-256 of the previous entry's bytes; null in entry 1. */
  readonly prev: Digest | null
  /** One per invocation of a command: the key by which a repeat is recognised. */
  readonly op: string
  /** The registry's id. */
  readonly registry: string
  readonly actor: Actor
  readonly at: Time
  /** SHA-256 of the canonical entry without `id`. */
  readonly id: Digest
  readonly bundle: Digest
  readonly message: Text
  readonly labels: readonly string[]
  readonly host: string
  readonly git: {
    readonly commit: Text
    readonly branch: Text
    /** Without user name and password. */
    readonly remote: Text
    readonly dirty: boolean
  } | null
  /** What was found in each component. */
  readonly components: Readonly<Record<string, {
    readonly files: Count
    /** Weight formats by their magic bytes, and the files that have them. */
    readonly formats: Readonly<Record<string, readonly string[]>>
    /** Facts of the kind: the commit of a `git` component, a pin that nobody verified. */
    readonly notes: Readonly<Record<string, string>>
  }>>
  /** Per component with `from`: the inputs that lay beside its digest when a bundle first had it. */
  readonly lineage: Readonly<Record<string, {
    readonly digest: Digest
    readonly since: Version
    readonly inputs: Readonly<Record<string, Digest>>
  }>>
  /** Findings that were let through, and why. */
  readonly secrets: {
    readonly reason: string
    readonly findings: readonly {
      readonly path: string
      readonly line: Count
      readonly rule: string
      readonly fingerprint: string
    }[]
  } | null
  /** Where it was copied from. */
  readonly origin: {
    readonly registry: string
    readonly version: Version
  } | null
}

export interface VersionLine {
  readonly version: Version
  readonly bundle: Digest
  readonly at: Time
  readonly actor: Actor
  readonly message: Text
  readonly labels: readonly string[]
  /** Those that serve it now. */
  readonly pointers: readonly Name[]
  readonly state: VersionState
}

export type VersionState = 'live' | 'was live' | 'bad' | 'never'

/** Arm name to weight; the weights of one rule sum to 100000. */
export type Weights = Readonly<Record<string, number>>

export interface WorkComponent {
  readonly name: Name
  readonly role: Role
  readonly layer: Layer
  readonly state: WorkState
  readonly why: Text
}

export type WorkState = 'same' | 'changed' | 'new' | 'removed' | 'missing' | 'not looked at'

/** The working tree; null without an aiship.yaml. */
export type WorkStatus = {
  readonly against: {
    readonly ref: string
    readonly bundle: Digest
    readonly version: Version
  } | null
  /** unknown: nothing that was looked at differs, and something was not looked at. */
  readonly state: 'same' | 'changed' | 'unknown'
  readonly components: readonly WorkComponent[]
} | null

export interface WrittenFile {
  readonly digest: Digest
  /** Size in bytes, mtime and ctime in ns, inode, just after it was written: while they are the same, so is the file. */
  readonly stat: string
}
