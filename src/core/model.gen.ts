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

export interface ChainState {
  /** Null: only part of the chain was read, and that part is. */
  readonly intact: boolean | null
  readonly checked: Count
  readonly problem: Text
  /** Digest of the newest entry. */
  readonly tip: Digest | null
}

/** .aiship-checkout.json at the root of a checkout: which files there are ours, so that a later checkout touches no other. Never captured. */
export interface CheckoutRecord {
  readonly format: 1
  /** What was written, by its path relative to the folder. */
  readonly files: Readonly<Record<string, WrittenFile>>
  /** What an update that has not ended yet is putting in place: empty in a whole checkout. */
  readonly pending: Readonly<Record<string, Digest>>
}

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

export type Count = number

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

/** format.json: created once, when the registry is. */
export interface Format {
  readonly format: number
  readonly id: string
  readonly hash: 'sha256'
  readonly layout: number
}

/** The lock against moves forward, and who set it. */
export interface Hold {
  readonly at: Time
  readonly by: Actor
  readonly reason: Text
}

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

/** A name for a bundle, created once. */
export interface Label {
  readonly label: string
  readonly bundle: Digest
  readonly version: Version
  readonly actor: Actor
  readonly at: Time
}

export type Layer = 'data' | 'features' | 'logic' | 'serving'

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

/** An earlier entry that was passed over, and why. */
export interface Skipped {
  readonly seq: Sequence
  readonly bundle: Digest
  readonly version: Version
  readonly why: string
}

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

/** Arm name to weight; the weights of one rule sum to 100000. */
export type Weights = Readonly<Record<string, number>>

export interface WrittenFile {
  readonly digest: Digest
  /** Size in bytes, mtime and ctime in ns, inode, just after it was written: while they are the same, so is the file. */
  readonly stat: string
}
