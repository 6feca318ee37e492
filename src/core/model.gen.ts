// Generated from schemas/ by scripts/generate.mjs: change the schema, then `npm run gen`.
import type { Digest } from './digest.ts'

/** Who did it, as declared: never proven. */
export interface Actor {
  readonly kind: 'human' | 'automation'
  readonly name: string
}

/** What `adapt` answers, on one line: what `predict` is asked instead. */
export interface AdaptAnswer {
  /** That of the line that is answered: a line without is no answer. Answers may come in any order. */
  readonly id: string
  /** The keys of the line that `predict` gets, beside `id`. */
  readonly input?: Readonly<Record<string, unknown>>
  /** Why there is no answer; the rest of the line then counts for nothing. Anything but null. */
  readonly error?: unknown
  readonly [key: string]: unknown
}

export interface Amount {
  readonly objects: Count
  readonly bytes: Count
}

/** What was said most of items that are sent and not done, at most three notes of each status, the commonest first; none once it is closed: the receipt has it. */
export type Answers = readonly RepairAnswer[]

/** Data of `aiship remediate apply`. */
export interface ApplyData {
  readonly plan: Digest
  readonly diff: Digest
  /** `paused`: after a stage. `dry`: nothing was done. */
  readonly step: 'closed' | 'paused' | 'dry'
  /** Which run it was; null where it was closed before. */
  readonly generation: Count | null
  readonly items: Count | null
  readonly counts: StatusCounts | null
  readonly answers: Answers
  readonly receipt: Digest | null
  readonly undo: string | null
}

/** How a repair is run. */
export interface ApplyOptions {
  /** A program and its arguments. */
  readonly hook: readonly string[]
  /** Names of variables that it gets too. */
  readonly env: readonly string[]
  /** Items a second; null: as fast as the hook. */
  readonly rate: number | null
  /** Items on their way at once. */
  readonly concurrency: Count
  readonly deadline_ms: Count
  /** How often a run sends an item. */
  readonly attempts: Count
  /** So many items, then a look; the last stage is all of them. */
  readonly stages: readonly Count[]
  /** Whether it stops after each stage. */
  readonly pause: boolean
  /** A program that has to end with 0 after each stage. */
  readonly verify: (readonly string[]) | null
  readonly verify_ms: Count
  /** When it stops by itself. */
  readonly breaker: BreakerOptions
}

/** A person's yes to a bundle on a pointer, or that it is taken back. */
export interface Approval {
  readonly scope: Scope
  readonly withdrawn: boolean
}

/** Data of `aiship approve`. */
export interface ApproveData {
  readonly registry: string
  readonly app: Name
  readonly bundle: Digest
  readonly version: Version
  readonly pointer: Name
  readonly evidence: ShownEvidence
  /** Everybody whose yes stands now. */
  readonly approved_by: readonly string[]
  readonly undo: string | null
}

/** A bundle under its version's name. */
export interface Arm {
  readonly bundle: Digest
  readonly version: Version
}

/** How automation may move the pointer forward; people may as they could without it. */
export interface AutoPromote {
  /** `rollout`: by a rollout that its gates let start, and go on. `gates`: by a promote that they let through. */
  readonly through: AutoPromoteThrough
  /** With `rollout`: so long the candidate serves a part of the traffic, or is sent it, before it serves all. */
  readonly soak?: string
}

/** `rollout`: by a rollout that its gates let start, and go on. `gates`: by a promote that they let through. */
export type AutoPromoteThrough = 'gates' | 'rollout'

/** stored: the registry has the bytes. external: they lie elsewhere. hosted: a model of a provider. */
export type Availability = 'stored' | 'external' | 'hosted'

export interface BacktestEnd {
  readonly seq: Sequence
  readonly at: Time
  readonly action: string
  readonly by: Actor
  readonly reason: Text
}

export interface BacktestRollout {
  readonly id: string
  readonly candidate: Arm
  readonly stable: Arm
  readonly started: Time
  /** What was done then; null: it runs. */
  readonly ended: BacktestEnd | null
  /** Where the numbers are from: the sources as they are now, what a watch kept then, or nowhere. */
  readonly numbers: 'sources' | 'evidence' | 'none'
  /** What these guards would have done first; null: nothing. */
  readonly would: BacktestVerdict | null
  /** Steps that were made, and that these guards would not have let through. */
  readonly held: readonly BacktestStep[]
  /** What they would have said at the end. */
  readonly last: BacktestVerdict
}

export interface BacktestStep {
  readonly seq: Sequence
  readonly at: Time
  readonly verdict: Outcome
  /** What was done. */
  readonly action: string
  readonly why: string
}

export interface BacktestVerdict {
  readonly at: Time
  readonly verdict: Outcome
  readonly action: GuardAction
  readonly why: string
}

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

/** What the comparison rests on. randomised: both served at the same time, and a split decided who got which. concurrent: at the same time, but something else decided. sequential: one after the other, so that time may have done whatever differs. none: one of them served nothing. */
export type Basis = 'randomised' | 'concurrent' | 'sequential' | 'none'

/** Data of `aiship blast`: what a bundle, or all bundles with a component, served and decided. */
export interface BlastData {
  readonly registry: string
  readonly app: Name
  readonly ref: string
  readonly bundles: readonly {
    readonly bundle: Digest
    /** Null: the registry does not know it (a dark prediction). */
    readonly version: string | null
  }[]
  /** Of the first and the last record. */
  readonly window: {
    readonly from: string
    readonly until: string
  }
  /** Live answers. */
  readonly records: Count
  /** Of these, those that were applied. */
  readonly decisions: Count
  /** Whom or what it decided about; a record without an entity stands for itself. */
  readonly entities: Count
  /** Entities whose latest applied decision is a bad one. */
  readonly in_force: Count
  /** Entities about which another bundle decided since. */
  readonly superseded: Count
  /** Entities whose latest decision is a bad one, to which an outcome came. */
  readonly resolved: Count
  /** By what was done: the action, else the label; the most in force first. */
  readonly actions: readonly BlastGroup[]
  /** By pointer. */
  readonly pointers: readonly BlastGroup[]
  /** By each key of --by. */
  readonly parts: readonly {
    readonly by: string
    readonly groups: readonly BlastGroup[]
  }[]
  /** Live, shadow, hold-outs and replays, by arm. */
  readonly modes: readonly {
    readonly mode: string
    readonly arm: string | null
    readonly records: Count
    readonly applied: Count
  }[]
  /** When pointers said it: to everybody, or to some. Null: it lasts. */
  readonly stays: readonly {
    readonly pointer: Name
    readonly seq: number
    readonly as: 'main' | 'arm'
    readonly from: Time
    readonly until: Time | null
  }[]
  /** Records when no pointer said it, by host, the last one first. */
  readonly outside: readonly {
    readonly pointer: string | null
    /** `x.host`, else the service. */
    readonly host: string | null
    /** Late: its pointer had left it. Early: its pointer had never said it by then, so a clock or the log is wrong. */
    readonly why: 'early' | 'late'
    readonly records: Count
    readonly first: string
    readonly last: string
  }[]
  /** When a pointer said it to everybody, and nothing at all was logged of that pointer. */
  readonly gaps: readonly {
    readonly pointer: Name
    readonly from: Time
    readonly until: Time
    /** By the pace of the rest of the stay; null where there is none to go by. */
    readonly records_at_most: Count | null
  }[]
  readonly bounds: {
    /** Live answers that were given, at least and at most: what was sampled away and what gaps may hide. Null: unknown. */
    readonly records: readonly [Count, Count | null]
    /** The same of entities with a bad decision in force. */
    readonly in_force: readonly [Count, Count | null]
  }
  /** Least and highest sample_rate of these records. */
  readonly sample_rates: readonly [number, number]
  /** Other bundles with records in the same traces. */
  readonly downstream: readonly {
    readonly bundle: Digest
    readonly version: string | null
    readonly records: Count
  }[]
  /** Segments that are listed and gone: they are not counted. */
  readonly missing_segments: readonly Digest[]
  /** Repairs that put some of these decisions right, and were not taken back: the log does not know of them, so that `in_force` still counts what they did. */
  readonly repairs: readonly ClosedRepair[]
}

export interface BlastGroup {
  readonly value: string | null
  /** Applied decisions. */
  readonly records: Count
  readonly entities: Count
  /** Entities whose decision is in force. */
  readonly in_force: Count
}

/** When it stops by itself. */
export interface BreakerOptions {
  /** So many failures. */
  readonly in_a_row: Count
  /** More than this share failed, of the last 500. */
  readonly failed_share: number
  /** More than this share were conflicts, of the last 500. */
  readonly conflict_share: number
}

export interface Bucket {
  /** Where the key stands in a context; targetingKey where nothing is said. */
  readonly by?: string
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

export interface Cause {
  /** release: they differ while both serve. world: one digest changed over time, which no release can do. none: neither was seen, and would have been. unknown: not enough data, or never at the same time. */
  readonly cause: 'release' | 'world' | 'both' | 'none' | 'unknown'
  readonly why: readonly string[]
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

export interface ChangedPart {
  readonly name: Name
  readonly role: Role
  readonly state: 'added' | 'removed' | 'changed'
  readonly from: Digest | null
  readonly to: Digest | null
}

/** Data of `aiship check`. */
export interface CheckData {
  readonly registry: string
  readonly app: Name
  readonly bundle: Digest
  readonly version: Version
  readonly ref: string
  /** The worst of all. */
  readonly outcome: Outcome
  readonly pointers: readonly PointerCheck[]
  /** The evidence of `--run`; null without. */
  readonly ran: ShownEvidence | null
}

export type CheckOutcome = 'pass' | 'fail' | 'unknown'

/** What was found in the keys of --keys. */
export interface CheckedKeys {
  readonly checked: Count
  /** How many are not ASCII, which flagd's evaluators draw unalike. */
  readonly differ: Count
  readonly examples: readonly string[]
}

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
  /** Files written that are hard links to objects of the registry: read-only. */
  readonly linked: Count
  /** Files written that share their blocks with objects of the registry until either is changed. */
  readonly reflinked: Count
}

/** .aiship-checkout.json at the root of a checkout: which files there are ours, so that a later checkout touches no other. In columns, one item for each file. Never captured. */
export interface CheckoutRecord {
  readonly format: 2
  /** Relative to the folder, with "|" between them, which no path has. */
  readonly paths: string
  /** What was written: 64 hex digits each. */
  readonly digests: string
  /** Just after it was written: size in bytes, mtime and ctime in ns, inode and device, 64 bits little-endian each, in Base64. While all but the device are the same, so is the file. The ctime is 0 for a hard link, whose ctime changes with each further link. */
  readonly stats: string
}

/** How an object lies that shares bytes with others: its bytes are those of the rows, one after the other. */
export interface ChunkTable {
  readonly format: 1
  /** The object's own: the SHA-256 of all its bytes. The file is called by it. */
  readonly digest: Digest
  /** Bytes of the object: the sum of the rows' lengths. */
  readonly size: number
  /** Objects that lie whole, in a file of their own or in a pack; in the order in which the rows first name them. */
  readonly sources: readonly Digest[]
  /** Number of the source, offset in it, length: bytes. */
  readonly rows: readonly (readonly [source: number, offset: number, length: number])[]
}

export interface ClosedRepair {
  readonly plan: Digest
  readonly receipt: Digest
  /** Decisions that were put right. */
  readonly done: Count
  readonly ended: Time
}

/** A program and its arguments, run without a shell; what it prints is the content. */
export type CommandOptions = readonly string[]

/** Data of `aiship compare`. Intervals hold together with a chance of `level`: each is widened for how many were looked at. */
export interface CompareData {
  readonly registry: string
  readonly app: Name
  readonly a: ComparedSide
  readonly b: ComparedSide
  /** What slices are made by. */
  readonly by: readonly string[]
  readonly since: Time | null
  readonly until: Time | null
  readonly level: number
  /** How many differences were looked at: of both and inside each, over all and slice by slice. The intervals of all of them hold together. */
  readonly looks: Count
  /** What the comparison rests on. randomised: both served at the same time, and a split decided who got which. concurrent: at the same time, but something else decided. sequential: one after the other, so that time may have done whatever differs. none: one of them served nothing. */
  readonly basis: Basis
  /** From when to when both served. Null: never. */
  readonly window: CompareWindow
  /** How many live records of the two say why they got their arm (`reason`); of how many that was found by evaluating the route at their `seq` again; and of how many nobody can tell: these count as not drawn by the split. */
  readonly reasons: Reasons
  /** Live records of the two that did not enter: not drawn by the split, or of steps of time (step_ms) that only one of them served. */
  readonly left_out: LeftOut
  /** Least and highest sample_rate. Where they differ, rates and means are weighted by 1 / sample_rate; quantiles and distributions are unknown. */
  readonly sample_rates: readonly [number, number]
  /** A's 95th percentile of latency, of a sample where there are many: what is slower counts as slow on both sides. */
  readonly slow_over_ms: number | null
  /** Over all slices. */
  readonly metrics: readonly ComparedMetric[]
  readonly distributions: readonly Distribution[]
  /** Worst first. */
  readonly slices: readonly ComparedSlice[]
  /** All that either served, in steps of time. */
  readonly series: readonly SeriesPoint[]
  /** The length of a step of time: the shortest in which both did enough to be compared. */
  readonly step_ms: Count
  /** The same input, hashed, answered live by both. */
  readonly flips: PairedAnswers
  /** An answer that one gave in the other's shadow, paired by request id, else by the input's hash. */
  readonly shadow: PairedAnswers
  /** Models of a provider that answered inside one digest, where there was more than one. */
  readonly models: readonly ServedModel[]
  /** Where the page was written. */
  readonly html: Text
  readonly verdict: Cause
}

/** From when to when both served. Null: never. */
export type CompareWindow = {
  readonly from: Time
  readonly to: Time
} | null

export interface ComparedMetric {
  /** error_rate, latency_p95, slow_rate, score_mean, score, class_mix, or outcome.NAME. */
  readonly name: string
  readonly unit: 'share' | 'ms' | 'number' | 'distribution'
  readonly a: Estimate
  readonly b: Estimate
  readonly difference: ValueDifference
  /** Of a distribution. */
  readonly drift: DriftFigures
  readonly outcome: ComparedOutcome
  readonly why: string
}

/** same: no difference was seen, and one that matters would have been. unknown is never a pass. */
export type ComparedOutcome = 'worse' | 'better' | 'shifted' | 'same' | 'unknown'

export interface ComparedSide {
  readonly ref: string
  readonly bundle: Digest
  readonly version: Version
  /** Live predictions. */
  readonly count: Count
  readonly first: Time | null
  readonly last: Time | null
}

export interface ComparedSlice {
  readonly by: Readonly<Record<string, string | null>>
  readonly a: Count
  readonly b: Count
  /** Fewer than 100 on a side. */
  readonly small: boolean
  readonly outcome: ComparedOutcome
  readonly metrics: readonly ComparedMetric[]
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
  readonly provides?: Contracts
  readonly requires?: Demands
  /** Where it has its records from, as declared. */
  readonly sources?: readonly DataSource[]
  /** What it was made out of, as declared: digests of components and bundles, and names of components beside it. */
  readonly derived_from?: readonly string[]
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
  /** How its large files are stored: `chunks` as the difference from an older one where that saves much, `auto` only where role and size promise it. */
  readonly dedup?: 'auto' | 'whole' | 'chunks'
  /** With `path`: hash, and leave the bytes where they are. */
  readonly mode?: 'hash'
  /** Where a value, command or git component stands in a checkout. */
  readonly to?: string
  readonly provides?: Contracts
  readonly requires?: Demands
  /** Where its records are from. */
  readonly sources?: readonly DataSourceFile[]
  /** Components, and digests of components or bundles, that it was made out of. */
  readonly derived_from?: readonly string[]
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
    /** What a replay asks before `predict`, where this bundle takes other inputs than earlier ones: JSON lines in, `{"id", "input"}` out. */
    readonly adapt?: readonly string[]
    /** Prints one JSON object of metrics. */
    readonly evaluate?: readonly string[]
  }
  /** Globs left out of every component; "!…" takes a default back. */
  readonly ignore?: readonly string[]
  readonly pointers?: Readonly<Record<string, PointerRules>>
  /** What a release can be asked to prove, by name. */
  readonly gates?: Readonly<Record<string, Gate>>
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

export type ContractItem = string | number | boolean

/** What a contract, or a key of one, is called. */
export type ContractName = string

/** Whether one demand of a component is met inside its bundle. */
export interface ContractResult {
  /** Whose demand it is, or whose declaration its own files contradict. */
  readonly component: Name
  readonly contract: ContractName
  /** The component that provides it, as far as one does. */
  readonly by: Name | null
  readonly outcome: Outcome
  readonly why: string
}

/** In no order. */
export type ContractSet = readonly ContractItem[]

export type ContractValue = ContractItem | ContractSet

/** What a component provides, by the contract's name: facts that others rely on. */
export type Contracts = Readonly<Record<string, Readonly<Record<string, ContractValue>>>>

/** matched: as large as the candidate, or what is left. */
export type Control = 'matched' | 'none'

export type Count = number

/** Where a dataset has records from: `log` or `table`. */
export interface DataSource {
  /** The name of the app whose prediction log they are from. */
  readonly log?: Name
  /** Anything else, by the name that people know it by. */
  readonly table?: string
  /** Of records from then on; from the beginning where nothing is said. */
  readonly from?: Time
  /** Of records before then; to the end where nothing is said. */
  readonly to?: Time
  /** Quarantines whose records were left out, by their ids. */
  readonly excludes?: readonly Digest[]
}

export interface DataSourceFile {
  /** The name of the app whose prediction log the records are from: that of this file or another of the registry, no pointer. */
  readonly log?: string
  /** Anything else, by the name that people know it by. */
  readonly table?: string
  /** A date, or a time with its offset. */
  readonly from?: string
  /** The first moment after it; of a date, the whole day belongs to it. */
  readonly to?: string
  /** Ids of quarantines whose records were left out. */
  readonly excludes?: readonly string[]
}

/** The last live decision about the same entity that another bundle made, and what differs between the two bundles. Null: there is none. */
export type DecidedBefore = {
  readonly decision: DecisionLine
  /** Null where one of the bundles is not known here. */
  readonly changes: (readonly ChangedPart[]) | null
} | null

export interface DecisionLine {
  readonly ts: string
  readonly request_id: string
  readonly bundle: Digest
  readonly version: Version | null
  readonly mode: string
  readonly label: Text
  readonly score: number | null
  readonly action: Text
  readonly applied: boolean | null
  readonly status: Text
}

/** What a component requires that another one of the bundle provides. */
export type Demands = Readonly<Record<string, Readonly<Record<string, ContractItem | ContractSet | {
  readonly includes: ContractSet
}>>>>

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

export interface Distribution {
  readonly name: string
  readonly bins: readonly DistributionBin[]
}

export interface DistributionBin {
  readonly label: string
  readonly a: Count
  readonly b: Count
}

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

/** Of a distribution. */
export type DriftFigures = {
  readonly bins: Count
  readonly psi: number
  /** What PSI comes to on average where nothing has changed. */
  readonly floor: number
  /** The chance of such a PSI where nothing has changed. */
  readonly p: number
  /** Jensen-Shannon distance, base 2. */
  readonly js: number
  readonly ks: KsFigures
  readonly smoothing: '(count + 1/2) / (n + bins / 2)'
} | null

/** Milliseconds. */
export type Duration = number

/** The rollout that this move ended, by whichever way; null: none. */
export type EndedRollout = {
  readonly id: string
  readonly candidate: Version
  readonly stable: Version
  /** After a rollback: the command that leaves what was stable too. */
  readonly further: Text
} | null

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

export interface Estimate {
  /** Records; an effective number where they have weights. */
  readonly n: number
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
}

/** What was measured of a bundle. */
export interface Evaluation {
  readonly metrics: Metrics
  readonly samples: Samples
  /** What it was measured on; null where nobody said. */
  readonly eval_set: Digest | null
  /** Who or what measured, as declared. */
  readonly runner: Text
  /** Whether the runtime that was found there is the bundle's; null where nobody looked. */
  readonly runtime: RuntimeFound
  /** What single examples gave; absent where nobody said. */
  readonly items?: ItemsByMetric
}

/** An evaluation as it is written: `aiship evidence add REF --file FILE`, as JSON or YAML. */
export interface EvaluationFile {
  readonly metrics: Metrics
  /** How many examples: of all metrics, or by the metric's name. */
  readonly samples?: number | Samples
  /** What it was measured on. */
  readonly eval_set?: Digest
  /** Who or what measured. */
  readonly runner?: string
  /** The bundle that was measured, where it is to be checked. */
  readonly bundle?: Digest
  /** What each example gave, where the metric is the mean of it: then two bundles are compared example by example. */
  readonly items?: readonly EvaluationItem[]
}

export interface EvaluationItem {
  /** Names the example, in each evaluation alike. */
  readonly id: string | number
  readonly value: number
  /** May be left out where there is one metric alone. */
  readonly metric?: MetricName
}

/** Data of `aiship evidence add`. */
export interface EvidenceAddData {
  readonly registry: string
  readonly app: Name
  readonly bundle: Digest
  readonly version: Version
  readonly evidence: ShownEvidence
}

/** How many evaluations it has, and how many people approve it for some pointer. */
export interface EvidenceCount {
  readonly evaluations: Count
  readonly approvals: Count
}

/** A fact about a bundle, or about a dataset, that somebody has put down. */
export interface EvidenceEntry {
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
  /** What it is about: with the type scan the digest of a dataset. */
  readonly bundle: Digest
  readonly type: EvidenceType
  /** With the type evaluation. */
  readonly evaluation: Evaluation | null
  /** With the type approval. */
  readonly approval: Approval | null
  readonly reason: Text
  /** With the type scan, and only there. */
  readonly scan?: RowScan
}

/** Data of `aiship evidence ls`. */
export interface EvidenceLsData {
  readonly registry: string
  readonly app: Name
  readonly bundle: Digest
  readonly version: Version
  /** Newest first. */
  readonly evidence: readonly ShownEvidence[]
}

export type EvidenceType = 'evaluation' | 'approval' | 'scan'

/** Data of `aiship export`. */
export interface ExportData {
  readonly registry: string
  readonly app: Name
  /** As given. */
  readonly ref: string
  readonly bundle: Digest
  readonly version: Version
  /** As given; `-` is standard output. */
  readonly file: string
  /** Bytes of the archive. */
  readonly size: Count
  /** Of the archive. */
  readonly digest: Digest
  /** Of the model's manifest, by which other tools know it. It depends on the bundle alone. */
  readonly artifact: Digest
}

/** Bytes that lie elsewhere: where, and their digest, or an opaque pin that nobody verifies. */
export interface ExternalOptions {
  readonly uri: string
  readonly digest?: Digest
  readonly pin?: string
}

/** What all guards come to: the worst of them. */
export interface FamilyVerdict {
  readonly verdict: Outcome
  readonly action: GuardAction
  readonly why: string
  /** The one that decided; null: none did. */
  readonly guard: string | null
}

/** Data of `aiship follow`: with --once, --pin and --unpin; without them it runs until it is stopped. */
export interface FollowData {
  readonly registry: Text
  readonly app: Name
  readonly pointer: Name
  readonly arm: Text
  readonly dir: string
  /** The release that `current` links to; null: there is none. */
  readonly path: Text
  readonly bundle: Digest | null
  readonly version: Version | null
  readonly seq: Sequence | null
  /** What the pointer said when it was last asked; null if it never was. */
  readonly said: PointerSaid | null
  /** When that was. */
  readonly asked_at: Time | null
  /** How old that answer is. */
  readonly age_ms: Count | null
  /** The registry could not be asked. */
  readonly away: boolean
  readonly pinned: boolean
  /** Whether the process was told of what is served; true also where nobody is to be told. */
  readonly told: boolean
  /** What else can be served without a download. */
  readonly warm: readonly WarmRelease[]
}

/** A line of `aiship follow --json`, but for the last: what it has just done or met. */
export interface FollowLine {
  readonly event: 'bringing' | 'serving' | 'told' | 'nobody to tell' | 'failed' | 'damaged' | 'away' | 'back' | 'retired' | 'not reported' | 'warning'
  readonly at: Time
  readonly pointer: Name
  readonly bundle?: Digest
  readonly version?: Version | null
  readonly seq?: Sequence | null
  /** The release. */
  readonly path?: string
  /** Nothing had to be fetched. */
  readonly was_warm?: boolean
  readonly pinned?: boolean
  readonly elapsed_ms?: Count
  readonly code?: string
  readonly message?: string
  /** How often in a row this has failed. */
  readonly attempts?: Count
}

/** .aiship-pin.json in a folder that follows a pointer: what it serves whatever the pointer says, until it is taken away. */
export interface FollowPin {
  readonly format: 1
  readonly bundle: Digest
  readonly version: Version | null
  readonly by: Actor
  readonly at: Time
  readonly reason: Text
}

export interface FollowProblem {
  readonly code: string
  readonly message: string
}

/** .aiship-follow.json in a folder that follows a pointer: what the next follower there has to know. Losing it costs a health check and a word to the process. */
export interface FollowState {
  readonly format: 1
  /** The registry's id. */
  readonly registry: string
  readonly app: Name
  readonly pointer: Name
  /** The arm that is followed; null: the main bundle. */
  readonly arm: Text
  /** What the pointer said last, and when. */
  readonly said: SaidAt | null
  /** Bundles that were served here, newest first: each has passed its health check. */
  readonly served: readonly ServedHere[]
  /** The release that the process was told of last. */
  readonly told: Text
}

export interface FollowerBehind {
  readonly host: string
  readonly dir: string
  readonly arm: Text
  readonly bundle: Digest | null
  readonly version: Version | null
  readonly pinned: boolean
  readonly at: Time
  readonly problem: Text
}

/** Who serves a pointer, by what they report. */
export interface Followers {
  /** Followers that reported in the last five minutes. */
  readonly reported: Count
  /** Of those, how many serve what the pointer says. */
  readonly on_target: Count
  readonly behind: readonly FollowerBehind[]
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

/** A time in which nothing moves forward: `from` and `until`, or each week on `days` in `hours`. */
export interface Freeze {
  /** A date, or a time with its offset. */
  readonly from?: string
  /** The first moment after it. */
  readonly until?: string
  /** Every day where nothing is said. */
  readonly days?: readonly ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[]
  /** The whole day where nothing is said. */
  readonly hours?: string
  /** Time zone of days and hours; UTC where nothing is said. */
  readonly zone?: string
  readonly reason?: string
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

/** What a release must prove. One of: `metric` with a bound, `roles`, `components`, `allow_formats`, `git`, `approvals`, `untainted`; the code says which keys go together. */
export interface Gate {
  /** What it looks at. */
  readonly evidence?: 'evaluation'
  readonly metric?: MetricName
  /** The least that the metric may be. */
  readonly min?: number
  /** The most that the metric may be. */
  readonly max?: number
  /** The metric must not be lower than that of what this pointer says now. */
  readonly max_drop_vs?: string
  /** The metric must not be higher than that of what this pointer says now. */
  readonly max_rise_vs?: string
  /** So much worse it may be; 0 where nothing is said. */
  readonly by?: number
  /** Decides by the interval of the difference instead of the difference. */
  readonly confidence?: 0.9 | 0.95 | 0.99
  /** The component that it must have been measured on. */
  readonly eval_set?: string
  /** An evaluation of another bundle counts too while these components are the same. */
  readonly same?: readonly string[]
  /** The runtime that was found must be the bundle's. */
  readonly same_runtime?: true
  /** Each must be there. */
  readonly roles?: readonly Role[]
  /** Each must be there. */
  readonly components?: readonly string[]
  /** Weights in any other format are refused; `other` is a file of no known format. */
  readonly allow_formats?: readonly string[]
  /** Bundled from a commit, with nothing changed since. */
  readonly git?: 'clean'
  /** So many people, of whom none made the bundle. */
  readonly approvals?: number
  /** Nothing in it was made of what is quarantined. */
  readonly untainted?: true
  /** Of what nobody says the sources of; refuse where nothing is said. */
  readonly unknown?: 'allow' | 'warn' | 'refuse'
  /** Of what says that it leaves quarantined records out, where no scan of its rows proves it; warn where nothing is said. */
  readonly claims?: 'allow' | 'warn' | 'refuse'
}

/** What one gate or rule says of a bundle. */
export interface GateResult {
  readonly name: string
  readonly outcome: Outcome
  readonly why: string
  /** What to do about it, where a command does. */
  readonly next: string | null
  /** Ids of the entries of evidence that it looked at. */
  readonly evidence: readonly Digest[]
}

/** Data of `aiship gc`. */
export interface GcData {
  readonly registry: string
  /** False: nothing was changed, and the rest says what would be. */
  readonly applied: boolean
  /** What was stored later than that before the start was left alone. */
  readonly older_than_ms: Count
  /** What was made a version, or served, within that time before the start stays. */
  readonly keep_ms: Count
  /** Versions that go, at most 1,000: a reference to one says so from then on. */
  readonly collected: readonly GcVersion[]
  /** Versions that something keeps, at most 1,000, and what. */
  readonly staying: readonly GcStaying[]
  /** Pointers that can be rolled back less far after this. */
  readonly rollbacks: readonly GcRollback[]
  /** What was moved to the trash. */
  readonly garbage: Amount
  /** Garbage that stays for now. */
  readonly kept: GcKept
  /** The largest of what was moved, at most 1,000. */
  readonly items: readonly GcItem[]
  /** Objects that are needed and were brought back from the trash. */
  readonly restored: Count
  /** What lay in the trash for seven days and was deleted for good. */
  readonly purged: Amount
  /** What lies in the trash now. */
  readonly trash: Amount
  /** Unfinished files of interrupted commands that were removed. */
  readonly leftovers: Count
  /** Reports of followers that nobody has renewed for 30 days, and that were removed. */
  readonly reports: Count
}

export interface GcItem {
  readonly digest: Digest
  readonly size: Count
  readonly kind: 'bundle' | 'folder' | 'file'
  /** Of a bundle its app, else the component and the path in it; null where nothing tells. */
  readonly name: string | null
  /** The version that its bundle is; null for one that never became one, and where nothing tells. */
  readonly version: string | null
  /** The bundle it belongs to; null where nothing tells. */
  readonly bundle: Digest | null
}

/** Garbage that stays for now. */
export interface GcKept {
  /** Stored lately: somebody may be about to name it. */
  readonly young: Amount
  /** In packs of which at most a quarter is garbage. */
  readonly packed: Amount
}

export interface GcRollback {
  readonly app: string
  readonly pointer: string
  /** So many rollbacks in a row are possible. */
  readonly steps: Count
  /** The entry that the last of them restores; null where there is none. */
  readonly last: Sequence | null
}

export interface GcStaying {
  readonly app: string
  readonly version: Version
  /** When it was made. */
  readonly at: Time
  readonly bundle: Digest
  readonly why: string
}

export interface GcVersion {
  readonly app: string
  readonly version: Version
  /** When it was made. */
  readonly at: Time
  readonly bundle: Digest
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

/** One thing that must stay so while a bundle serves. Keys that are not listed are options of the source. The code says which keys go together. */
export interface Guard {
  readonly name: Name
  readonly kind: GuardKind
  /** Where its numbers come from; the watch's where nothing is said. */
  readonly source?: string
  /** What must not happen more often, in the words of the source: for predictions a predicate over the record. */
  readonly events?: string
  /** What it happens to, in the words of the source; for predictions a predicate, every record where nothing is said. */
  readonly exposures?: string
  /** What is measured: latency_ms, label, score. */
  readonly field?: string
  /** exceedance: the quantile of the reference that is frozen as the threshold. */
  readonly of?: string
  /** distribution: the classes, or of a number the inner edges, ascending. */
  readonly bins?: (readonly number[]) | (readonly string[])
  /** Which way is worse; increase where nothing is said. */
  readonly direction?: 'increase' | 'decrease' | 'either'
  /** So much worse it may be; 20% where nothing is said, 0% of paired and distribution. */
  readonly margin?: Percentage
  /** rate: the share that events may have at most, whatever the reference's. It needs nothing to compare with. */
  readonly ceiling?: Percentage
  /** How often a healthy candidate may be called worse, however often somebody looks; 0.01 where nothing is said. */
  readonly alpha?: number
  /** Where the key of a unit stands; targetingKey where nothing is said: targeting_key, else session_id, else request_id. */
  readonly by?: string
  /** Each request counts, not each unit. */
  readonly unit?: 'request'
  /** With requests: how many times as much the events of one user clump together as independent ones would. Without it the guard may hold, not roll back. */
  readonly overdispersion?: number
  /** How long after a request what the guard counts can come in. */
  readonly delay?: Span
  /** What to do when it fails; hold where nothing is said. */
  readonly onFail?: 'rollback' | 'hold' | 'abort' | 'warn'
  /** When nothing has come in for so long. */
  readonly noData?: {
    readonly after: Span
    /** warn where nothing is said. */
    readonly then?: 'hold' | 'abort' | 'warn'
  }
  /** When it has not passed so long after the start, the rollout is aborted, or the pointer held. */
  readonly deadline?: Span
  /** paired: when the candidate's answer is worse than the live one, in the words of the source. */
  readonly worse?: string
  /** paired: when it is better. */
  readonly better?: string
  /** mean: what a unit's value counts at most. */
  readonly cap?: number
  /** mean: how many units each arm must have before anything is said; 500 where nothing is said, and at least. */
  readonly burnIn?: Count
  /** expression: what gives the number, in the words of the source. */
  readonly query?: string
  /** expression: as in result < 0.9. */
  readonly successCondition?: string
  /** expression: as in result >= 0.95. */
  readonly failureCondition?: string
  /** expression: more failures than that fail; 0 where nothing is said, -1 for any number. */
  readonly failureLimit?: number
  readonly inconclusiveLimit?: Count
  /** expression: measurements in all; without end where nothing is said. */
  readonly count?: number
  readonly consecutiveErrorLimit?: Count
  readonly consecutiveSuccessLimit?: Count
  readonly [key: string]: unknown
}

/** What a guard that fails asks for, from the least to the most. */
export type GuardAction = 'none' | 'warn' | 'hold' | 'abort' | 'rollback'

export interface GuardClass {
  readonly name: string
  readonly candidate: Count
  readonly reference: Count
  readonly ln_e: number
}

export interface GuardCount {
  readonly exposures: Count
  readonly events: Count
}

export type GuardKind = 'rate' | 'exceedance' | 'distribution' | 'paired' | 'mean' | 'expression'

export interface GuardMeans {
  readonly candidate: number
  readonly reference: number
  /** How much worse the candidate is at least, beyond the margin: over 0 it fails. */
  readonly bound: number | null
}

/** What one guard says of the windows so far. The same answers give the same bytes. */
export interface GuardVerdict {
  readonly name: string
  /** sample-ratio is there in every split, and nobody writes it. */
  readonly kind: 'rate' | 'exceedance' | 'distribution' | 'paired' | 'mean' | 'expression' | 'sample-ratio'
  readonly outcome: Outcome
  readonly why: string
  /** What to do about it, where a command does. */
  readonly next: string | null
  /** What it may ask for at most: less than is written where it counts requests that nobody scaled down, or has only a profile to compare with. */
  readonly on_fail: GuardAction
  /** What it asks for now. */
  readonly action: GuardAction
  /** Nothing can be told of it as the pointer serves now: going on does not wait for it. */
  readonly idle: boolean
  readonly dry_run: boolean
  /** Null: it has none. */
  readonly alpha: number | null
  /** The tolerated ratio: 1.2 for 20 %; with a ceiling its share. */
  readonly margin: number | null
  /** Which way is worse. */
  readonly direction: 'increase' | 'decrease' | 'either' | null
  /** ln of the evidence now, rounded to nine decimals. */
  readonly ln_e: number | null
  /** ln of the most evidence at any look: what decides. */
  readonly ln_max: number | null
  /** End of the window in which it failed. */
  readonly failed_at: Time | null
  /** Closed windows that were read. */
  readonly windows: Count
  /** Of those, without an answer. */
  readonly unavailable: Count
  /** Sums over the windows. Of paired: pairs, and those that were worse. */
  readonly candidate: GuardCount | null
  /** Of paired: pairs, and those that were better. */
  readonly reference: GuardCount | null
  /** Exposures of the candidate that it must have seen before it can pass. */
  readonly needed: Count | null
  /** exceedance: the reference's quantile, frozen at the start. expression: the last value. */
  readonly threshold: number | null
  /** As observed. */
  readonly overdispersion: number | null
  readonly means: GuardMeans | null
  /** distribution: how often each class was seen, and its own evidence. */
  readonly classes: (readonly GuardClass[]) | null
  /** As the source puts it. */
  readonly query: string | null
}

/** Data of `aiship help` and of `--help`. */
export interface HelpData {
  /** What the help is about; null for the overview. */
  readonly command: string | null
  /** What is printed without `--json`. */
  readonly text: string
}

/** The lock against moves forward, and who set it. */
export interface Hold {
  readonly at: Time
  readonly by: Actor
  readonly reason: Text
}

/** What a hook answers, on one line, in any order. Other keys count for nothing. */
export interface HookAnswer {
  /** That of the request. */
  readonly key: string
  /** `applied`, or was before (`already_applied`); something else is in force (`conflict`: left alone); it cannot be done any more (`irreversible`: for people); later (`retry`); `failed`. Any other counts as `failed`. */
  readonly status: 'applied' | 'already_applied' | 'conflict' | 'irreversible' | 'retry' | 'failed'
  /** What an undo of it will need, at most 64 KiB: it comes back as `undo`. */
  readonly undo?: unknown
  /** For people, at most 500 characters are kept. */
  readonly note?: string
  /** Of a `retry`: not before then; at most a day. */
  readonly retry_after_ms?: number
  readonly [key: string]: unknown
}

/** What `remediate apply` writes to a hook: one thing to be done. The hook runs in the project, with `AISHIP_APP`, `AISHIP_PLAN` and `AISHIP_DRY_RUN`. */
export interface HookRequest {
  /** Of this change, in every run of every repair that makes it: one that was done is `already_applied`. */
  readonly key: string
  /** Whom or what was decided about. */
  readonly entity: string
  /** What has to be in force, or it is a `conflict`: the bad decision, by its request and what was done (null: nobody logged it). In an undo: what the repair did, by its key. */
  readonly expected: {
    /** The record's action, else its label; in an undo, the target of the repair. */
    readonly action: string | null
    /** Whose decision it is: the request's id; in an undo, the key under which the repair made it. */
    readonly request_id: string
  }
  /** What is to be in force; in an undo, what was before. */
  readonly target: {
    /** The good decision's action, else its label. */
    readonly action: string | null
    /** The good decision's label. */
    readonly label?: string | null
  }
  /** In an undo alone: what the hook gave back when it did what is now taken back. */
  readonly undo?: unknown
  /** True: change nothing, and answer what would be. */
  readonly dry_run: boolean
  /** How often it was sent, from 1, whichever run it was. */
  readonly attempt: number
  /** What is not answered by then is sent again, with the same key. */
  readonly deadline_ms: number
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

/** .aiship-incomplete at the root of a checkout: there while an update moves files, and what it puts in place, so that a later checkout knows them as ours. Never captured. */
export interface IncompleteCheckout {
  /** For people. */
  readonly note: string
  /** As in the checkout's record; a path again for each update that did not end and had other bytes for it. */
  readonly paths: string
  /** As in the checkout's record. */
  readonly digests: string
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

/** By the metric's name: what each example gave, in the order of the examples' ids. The metric is their mean. */
export type ItemsByMetric = Readonly<Record<string, MeasuredItems>>

export interface JournalAck {
  /** The item's place in the work. */
  readonly i: Count
  readonly s: ReceiptStatus
  /** What the hook gave to take it back with. */
  readonly undo?: unknown
  readonly note?: string
}

/** Durable before the first of `sent` is sent. */
export interface JournalGroup {
  readonly t: 'group'
  /** Items, by their place in the work. */
  readonly sent: readonly Count[]
  /** What became of items that were sent before. */
  readonly acks: readonly JournalAck[]
}

/** The hook was started; not yet sent anything. */
export interface JournalHook {
  readonly t: 'hook'
  readonly process: ProcessName
}

/** A line of the journal of a repair, on the machine that runs it; in the registry once a stage has ended. */
export type JournalLine = JournalOpen | JournalHook | JournalGroup | JournalStage

/** A run begins. */
export interface JournalOpen {
  readonly t: 'open'
  readonly plan: Digest
  readonly diff: Digest
  /** Of the work. */
  readonly items: Count
  /** Which run of the repair it is. */
  readonly generation: Count
  /** Of the entry that says the same in the registry. */
  readonly op: string
  readonly host: string
  readonly process: ProcessName
  readonly at: Time
  readonly options: ApplyOptions
}

/** A stage has ended. */
export interface JournalStage {
  readonly t: 'stage'
  /** The items before this place are done. */
  readonly done: Count
}

export interface KeptSegment {
  readonly segment: Digest
  readonly records: Count
  readonly why: string
}

export interface KeyChange {
  /** Path in the value, parts joined by dots. */
  readonly key: string
  readonly state: 'added' | 'removed' | 'changed'
  readonly from?: unknown
  readonly to?: unknown
}

export type KsFigures = {
  readonly d: number
  readonly p: number
} | null

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

export interface LabelChange {
  readonly from: string | null
  readonly to: string | null
  readonly count: Count
}

export type Layer = 'data' | 'features' | 'logic' | 'serving'

/** Live records of the two that did not enter: not drawn by the split, or of steps of time (step_ms) that only one of them served. */
export interface LeftOut {
  readonly not_split: Count
  readonly other_hours: Count
}

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
  /** Where a rollout was from then on, in words; null: none ran. */
  readonly rollout: Text
  /** Who got which bundle from then on, in words; null: everybody got `bundle`. */
  readonly split: Text
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
  readonly undo: string | null
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

export interface MeasuredItems {
  /** SHA-256 of the canonical list of the ids, sorted: two evaluations that have the same one are compared example by example. */
  readonly ids: Digest
  readonly values: readonly number[]
}

/** What a metric is called. */
export type MetricName = string

/** Each metric by its name. */
export type Metrics = Readonly<Record<string, number>>

export interface MirrorData {
  readonly arm: string
  readonly bundle: Digest
  readonly effects: string
}

/** Milliseconds since 1970. */
export type Moment = number

export type MoveAction = 'promote' | 'route' | 'start' | 'step' | 'complete' | 'abort' | 'pause' | 'resume' | 'queue' | 'rollback' | 'undo' | 'hold' | 'unhold' | 'retire'

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
  /** The rules of the route, in words; none for a pointer that says one bundle to everybody. */
  readonly rules: readonly string[]
  /** The rollout that runs after this; null: none. */
  readonly rollout: RolloutReport | null
  /** The rollout that this move ended, by whichever way; null: none. */
  readonly ended: EndedRollout
  /** The candidate that waits: behind the rollout, or where none runs, for the next `rollout advance`, which starts it. Null: none. */
  readonly queued: Version | null
  /** The candidate that waited before, and does no longer, because this move dropped it from the queue. Null: none. */
  readonly dropped: Version | null
  /** External and hosted components of `to`: a pointer cannot bring them back. */
  readonly not_restored: readonly string[]
  readonly followers: Followers
  /** The command that puts back what stood before; null for a first entry. */
  readonly undo: Text
}

/** The name of an app, a pointer or a component. Names that could be read as a digest or a version, and those of Windows' devices, are refused by the code. */
export type Name = string

export interface NamedBy {
  readonly pointer: Name
  /** It serves the bundle now. */
  readonly now: boolean
  /** The newest entry that made it serve the bundle. */
  readonly seq: Sequence
  readonly at: Time
}

export interface NotifyTarget {
  /** A program, without a shell. */
  readonly command?: readonly string[]
  /** A URL, or env:NAME. */
  readonly webhook?: string
}

/** An object of canonical JSON, one value a line. */
export interface ObjectLines {
  readonly digest: Digest
  /** Bytes. */
  readonly size: Count
  /** Lines. */
  readonly count: Count
}

export type OnNewCandidate = 'queue' | 'supersede' | 'refuse'

/** The registry that it comes from, and its version there; null where that is not said. */
export type Origin = {
  readonly registry: string
  readonly version: Version
} | null

export type Outcome = 'pass' | 'fail' | 'unknown'

export interface PairedAnswers {
  readonly pairs: Count
  readonly by_request: Count
  readonly by_input: Count
  /** The share of pairs whose labels differ. */
  readonly flipped: Estimate
  /** Most frequent first, at most 20. */
  readonly changes: readonly LabelChange[]
  /** B's score less A's, pair by pair. */
  readonly score_difference: ValueDifference
}

/** A file, a folder, a glob, or a list of them, relative to aiship.yaml. */
export type PathOptions = string | (readonly string[])

/** A share as in 0.5%, 20% or 150%, of at most three decimals. */
export type Percentage = string

export interface PlannedGuard {
  readonly name: string
  readonly base_rate: number
  /** The base rate and the traffic are of the last day in the prediction log. */
  readonly measured: boolean
  /** For each step; nothing where it has nobody to compare. */
  readonly steps: readonly (readonly Sees[])[]
}

export interface PlannedStep {
  readonly step: Sequence
  readonly words: string
  /** Of the candidate, per 100,000. */
  readonly weight: number
  /** Of the control arm. */
  readonly control: number
  /** Mirrored to the candidate. */
  readonly mirror: number
  readonly hold: Duration
  readonly units: Count
  readonly approval: boolean
  /** Nothing where the step has nobody to compare. */
  readonly sees: readonly Sees[]
  /** The hold ends before a regression of 2 times the base rate is seen. */
  readonly short: boolean
}

export interface PointerCheck {
  readonly pointer: Name
  readonly outcome: Outcome
  readonly gates: readonly GateResult[]
  /** What the policy says otherwise than the one of the newest entry. */
  readonly policy_changes: readonly string[]
}

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
  readonly action: 'promote' | 'route' | 'start' | 'step' | 'complete' | 'abort' | 'pause' | 'resume' | 'queue' | 'rollback' | 'undo' | 'hold' | 'unhold' | 'retire'
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
  readonly rollout: Rollout | null
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

/** What aiship.yaml says of a pointer. */
export interface PointerRules {
  /** promote asks first. */
  readonly protected?: boolean
  /** Names of gates. */
  readonly require?: readonly string[]
  /** Only what one of these pointers serves, or has served for `soak`. */
  readonly from?: readonly string[]
  /** How long it must have served there, as in 30m, 2h or 7d. */
  readonly soak?: string
  readonly freeze?: readonly Freeze[]
  readonly auto_promote?: AutoPromote
  /** What is looked at while it serves. */
  readonly watch?: Watch
}

/** What a pointer said to a follower. */
export interface PointerSaid {
  readonly bundle: Digest
  readonly version: Version
  readonly seq: Sequence
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
  /** Where a running rollout is, in words. */
  readonly rollout: Text
  /** The candidate that waits: behind the rollout, or where none runs, for the next `rollout advance`, which starts it. Null: none. */
  readonly queued: Version | null
  /** Who gets which bundle, in words; null: everybody gets `bundle`. */
  readonly split: Text
  /** Every arm that gets weight or a mirror. */
  readonly arms: readonly ServedArm[]
  /** Marked content that it serves. */
  readonly bad: readonly BadMark[]
  /** How what it serves may have learned from something that is quarantined: what is tainted or waived. */
  readonly taint: readonly TaintFinding[]
  readonly followers: Followers
}

export interface PointerThen {
  readonly pointer: Name
  readonly seq: Sequence
  readonly at: Time
  /** Its main bundle. */
  readonly bundle: Digest | null
  readonly version: Version | null
  /** Whether it gave the bundle that answered to anybody then. False: a process served what the pointer had left, or not reached. */
  readonly served: boolean
  /** The move that brought the bundle that answered; null where it was not served. */
  readonly put: PutThere
}

/** What aiship.yaml said of this pointer when it moved. */
export interface Policy {
  readonly protected: boolean
  /** The object with the gates and rules that judged it (`rules`); absent where there were none. */
  readonly rules?: Digest
}

/** Data of `aiship policy backtest`: past rollouts of a pointer, judged again by other guards. */
export interface PolicyBacktestData {
  readonly registry: string
  readonly app: Name
  readonly pointer: Name
  /** By whose judgement. */
  readonly guards: readonly string[]
  /** The newest first. */
  readonly rollouts: readonly BacktestRollout[]
}

/** What `predict` answers, on one line, and flushed: as the log would have it. A label or an action has to be there, or an error. Other keys count for nothing. */
export interface PredictAnswer {
  /** That of the line that is answered: a line without is no answer. Answers may come in any order. */
  readonly id: string
  /** The answer in short, as the log has it. A number or boolean counts as its text. */
  readonly label?: string | number | boolean | null
  /** The score behind it. */
  readonly score?: number | null
  /** What is to be done because of it. Without one, what the label always led to in the log. */
  readonly action?: string | null
  /** Why there is no answer; the rest of the line then counts for nothing. Anything but null. */
  readonly error?: unknown
  readonly [key: string]: unknown
}

/** What a replay writes to a bundle's `predict`, and to its `adapt`: the input as it was logged, its keys beside `id`. The program runs in a checkout, with `AISHIP_REPLAY=1`, and is asked more before it has answered. */
export interface PredictRequest {
  /** The `request_id` of the record; of a step in a trace, `request_id/span_id`. */
  readonly id: string
  /** The input itself, where it is no object. */
  readonly input?: unknown
  readonly [key: string]: unknown
}

/** One line of a prediction log. Unknown keys are kept in `x`; keys whose value is null count as absent, in `segment`, `scores`, `usage` and `outcome` too. */
export type Prediction = {
  /** Format of the record. A record of a later format is not read. */
  readonly v?: 1
  /** `prediction` (default): an answer. `step`: one call inside an agent's trace. `outcome`: what came of it. `evaluation`: what a judge said of it. */
  readonly event?: 'prediction' | 'step' | 'outcome' | 'evaluation'
  /** When the answer was given: RFC 3339 with `Z` or an offset. A local time without one is refused. */
  readonly ts: string
  /** The service's own id of the request. One item of a batch is `<call>#<index>`. */
  readonly request_id: string
  /** The digest of the bundle that answered, read from the running process, not from the pointer. 12 hex digits or more are resolved when the line is read. */
  readonly bundle: string
  /** The pointer that the service follows. */
  readonly pointer?: string
  /** The pointer's entry that the route was read from. */
  readonly seq?: number
  /** The arm of the route that answered. */
  readonly arm?: string
  /** `live` (default) answered somebody; `shadow` and `holdout` were not acted upon; `replay` is a remediation's. */
  readonly mode?: 'live' | 'shadow' | 'holdout' | 'replay'
  /** Why this arm: `STATIC`, `TARGETING_MATCH` or `SPLIT`. Only `SPLIT` enters statistics. */
  readonly reason?: string
  /** What the split was drawn by: guards count these, not requests. */
  readonly targeting_key?: string
  /** Who answered. */
  readonly service?: string
  /** The thing that the decision is about, such as `order:275260`. */
  readonly entity?: string
  /** W3C trace id. */
  readonly trace_id?: string
  /** W3C span id. */
  readonly span_id?: string
  /** The span that this one lies in. */
  readonly parent_span_id?: string
  /** The conversation or visit. */
  readonly session_id?: string
  /** What was done: `chat`, `execute_tool`, `retrieval`, …, as `gen_ai.operation.name`. */
  readonly op?: string
  /** SHA-256 of the RFC 8785 canonical JSON of what the model received, after feature building; `hmac-sha256` where inputs can be guessed. */
  readonly input_hash?: string
  /** What the model received. Kept only with `--keep-payloads`, else replaced by its hash. */
  readonly input?: unknown
  /** Where the input is: an object's digest or a URI. */
  readonly input_ref?: string
  /** The same of the answer. */
  readonly output_hash?: string
  /** The answer. Kept only with `--keep-payloads`, else replaced by its hash. */
  readonly output?: unknown
  /** Where the answer is. */
  readonly output_ref?: string
  /** As of when the features are. */
  readonly features_ts?: string
  /** The answer in short: a class, a decision. */
  readonly label?: string | number | boolean
  /** The score behind it. */
  readonly score?: number
  /** Several, by name. */
  readonly scores?: Readonly<Record<string, number>>
  /** What was done because of it: `block`, `refund_order`. */
  readonly action?: string
  /** Whether it was really done. Default true for `live`, else false. */
  readonly applied?: boolean
  /** Milliseconds from request to answer. */
  readonly latency_ms?: number
  /** Milliseconds to the first token. */
  readonly ttft_ms?: number
  /** Default `ok`. */
  readonly status?: 'ok' | 'error' | 'timeout' | 'fallback' | 'blocked'
  /** What kind of error. */
  readonly error_type?: string
  /** Why a model stopped. */
  readonly finish_reason?: string
  /** What a provider says that it served. */
  readonly model_served?: string
  /** The provider's fingerprint of it. */
  readonly system_fingerprint?: string
  /** Tokens and money: `input_tokens`, `output_tokens`, `cache_read_input_tokens`, `cost_usd`, … */
  readonly usage?: Readonly<Record<string, number>>
  /** What answers are grouped by: `region`, `device`, `tier`. */
  readonly segment?: Readonly<Record<string, string | number | boolean>>
  /** The share of requests that are logged; default 1. Counts are divided by it. */
  readonly sample_rate?: number
  /** What was observed or judged, of an `outcome` or `evaluation`. */
  readonly outcome?: PredictionOutcome
  /** Whatever else. Unknown keys of the record go here too. */
  readonly x?: Readonly<Record<string, unknown>>
  readonly [key: string]: unknown
} & unknown & unknown

/** What was observed or judged, of an `outcome` or `evaluation`. */
export interface PredictionOutcome {
  /** `chargeback`, `clicked`, `faithfulness`. */
  readonly name: string
  readonly value: string | number | boolean
  /** When it was observed; default `ts`. */
  readonly observed_ts?: string
  readonly [key: string]: unknown
}

/** How lines of another log format become predictions: where each field stands. */
export interface PredictionProfile {
  readonly name: string
  readonly version: number
  /** A profile that ships with aiship: its fields are tried after these. */
  readonly extends?: string
  /** Keys of which a line of this format has at least one. */
  readonly knownBy: readonly string[]
  /** Lists in lists, down to what becomes a record; several where a line may have one or the other. Absent: the line itself. */
  readonly each?: readonly (readonly string[])[]
  /** Where lists of `{key, value}` stand, in the record or in what it lies in; the innermost counts. */
  readonly attributes?: readonly string[]
  /** Records for which none of these holds are not about predictions and are passed over. Absent: all are taken. */
  readonly only?: readonly ProfileCondition[]
  /** A request and its answer are two lines with the same id, at most ten minutes apart: they become one, the request's keys under `request`. */
  readonly pair?: {
    readonly id: string
    readonly request: ProfileCondition
    readonly answer: ProfileCondition
  }
  /** What says which flag, and so which bundle, a request got: the record itself or an item of a list in it. Where its fields name a bundle, they count for that record and for later ones with the same `trace`, as far as these say no bundle themselves, or the same. */
  readonly evaluation?: ProfileEvaluation
  /** For each key of a prediction where to look, in this order. */
  readonly fields: Readonly<Record<string, readonly ProfileExpression[]>>
  /** The same for the keys of `usage`. */
  readonly usage?: Readonly<Record<string, readonly ProfileExpression[]>>
  /** The same for the keys of `segment`. */
  readonly segment?: Readonly<Record<string, readonly ProfileExpression[]>>
  /** Attributes that begin so are segments, called by the rest. */
  readonly segmentPrefixes?: readonly string[]
}

/** Data of `aiship predictions drop`. */
export interface PredictionsDropData {
  readonly app: string
  /** Segments go whose predictions are all older. */
  readonly before: Time
  /** False: nothing was changed, and the rest says what would be. */
  readonly applied: boolean
  readonly dropped: SegmentAmount
  /** What stays listed. */
  readonly left: SegmentAmount
  /** Segments that are old enough and stay. */
  readonly kept: readonly KeptSegment[]
}

/** Data of `aiship predictions ingest`. */
export interface PredictionsIngestData {
  readonly app: string
  /** The file or folder, or `-`. */
  readonly path: string
  /** Records stored. */
  readonly records: Count
  /** Records that were there already. */
  readonly duplicates: Count
  /** Lines that could not be read. */
  readonly quarantined: Count
  /** Segments made. */
  readonly segments: Count
  /** Their size. */
  readonly bytes: Count
  /** Records of bundles that this registry does not know: stored, and not explained by it. */
  readonly dark: {
    readonly records: Count
    /** At most 20. */
    readonly bundles: readonly Digest[]
  }
  /** Records more than five minutes ahead of this machine's clock: stored. */
  readonly ahead: Count
  /** Bytes of lines without an end, left alone until it comes. */
  readonly torn: Count
  /** Requests whose answer did not come: not stored. */
  readonly unpaired: Count
  /** Why lines could not be read, the most frequent first; at most 20 kinds. */
  readonly refused: readonly RefusedLines[]
  /** Files that could not be read, or not to their end. */
  readonly skipped: readonly {
    readonly file: string
    readonly why: string
  }[]
  /** The profile that lines look like which could not be read. */
  readonly looks_like: string | null
  readonly duration_ms: Count
}

/** Data of `aiship predictions sql`. */
export interface PredictionsSqlData {
  readonly app: string
  /** The first 10,000 at most. */
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  /** The answer has more rows. */
  readonly cut: boolean
  /** Segments that were read. */
  readonly segments: Count
  /** Segments that are listed and gone. */
  readonly missing: readonly Digest[]
}

/** presence/<app>/<pointer>/<host and folder>.json: what a follower serves. Overwritten at most once a minute and when it changes; tells nothing of now once it is five minutes old. */
export interface Presence {
  readonly format: 1
  readonly app: Name
  readonly pointer: Name
  /** The arm that it follows; null: the main bundle. */
  readonly arm: Text
  readonly host: string
  /** The folder on that host. */
  readonly dir: string
  /** What it serves; null: nothing yet. */
  readonly bundle: Digest | null
  readonly version: Version | null
  /** The entry that it was read from; null for a pin. */
  readonly seq: Sequence | null
  /** When it began to serve that. */
  readonly since: Time | null
  /** What the pointer said when it was last asked. */
  readonly said: PointerSaid | null
  /** A person keeps it on this bundle, whatever the pointer says. */
  readonly pinned: boolean
  /** It has ended. */
  readonly stopped: boolean
  /** Why it does not serve what the pointer says, or did not tell its process. */
  readonly problem: FollowProblem | null
  readonly at: Time
}

/** A process, so that another that has its number later is not taken for it. */
export interface ProcessName {
  /** Of the process, and of its group. */
  readonly pid: Count
  readonly host: string
  /** The id of the system's boot, and of the space of process numbers; null where the system does not say. */
  readonly boot: string | null
  /** When it started, in the system's own ticks; null where the system does not say. */
  readonly started: string | null
}

/** Holds if the value is there and, with `in`, is one of these. With both, `at` is a path in the attribute's value. */
export interface ProfileCondition {
  readonly at?: string
  readonly attribute?: string
  readonly in?: readonly (string | number | boolean)[]
  /** Holds if the value is not there, or is empty. */
  readonly absent?: true
}

/** What says which flag, and so which bundle, a request got: the record itself or an item of a list in it. Where its fields name a bundle, they count for that record and for later ones with the same `trace`, as far as these say no bundle themselves, or the same. */
export interface ProfileEvaluation {
  readonly in: string
  readonly only: readonly ProfileCondition[]
  readonly trace: string
  readonly fields: Readonly<Record<string, readonly ProfileExpression[]>>
}

/** A value: the first of these that is there. */
export interface ProfileExpression {
  /** A dotted path in the record, or in what it lies in. */
  readonly at?: string
  readonly attribute?: string
  /** This text or number itself. */
  readonly value?: string | number | boolean
  /** These, with a colon between. */
  readonly join?: readonly ProfileExpression[]
  /** The time between two moments, in ms. */
  readonly between?: readonly ProfileExpression[]
  readonly when?: ProfileCondition
  /** What each value becomes; others are left out. */
  readonly map?: Readonly<Record<string, string | number | boolean>>
  /** How it is read. `text` is the default of what is neither number nor boolean; `digest` takes digests only. */
  readonly as?: 'text' | 'number' | 'json' | 'json-text' | 'captured' | 'digest' | 'trace-id' | 'span-id' | 'time' | 'unix-s' | 'unix-ms' | 'unix-ns'
}

export interface ProfileField {
  /** Of a number the inner edges, ascending: class i lies from edge i - 1 on and before edge i. Null: the classes are values. */
  readonly edges: (readonly number[]) | null
  /** How many units had each class. */
  readonly counts: Readonly<Record<string, Count>>
}

/** Data of `aiship pull`. The second is what OCI registries give. */
export type PullData = TransferData | TakenData

/** Data of `aiship push`. The second is what OCI registries give. */
export type PushData = TransferData | SentData

/** The move that brought the bundle that answered; null where it was not served. */
export type PutThere = {
  readonly seq: Sequence
  readonly at: Time
  readonly action: string
  readonly actor: Actor
  readonly reason: Text
  readonly override: Text
} | null

/** What no dataset is to be made of. Its id is the digest of its canonical JSON. */
export interface Quarantine {
  readonly kind: QuarantineKind
  /** Whose predictions and tables, of a window and an entity set. */
  readonly app: Name
  /** A bundle that is not to be learned from, or whose decisions a window is of. */
  readonly bundle: Digest | null
  /** A component, or a file or folder in one. */
  readonly dataset: Digest | null
  /** A window of decisions that it made. */
  readonly pointer: Name | null
  /** First moment of a window; null: from the beginning. */
  readonly from: Time | null
  /** First moment after it; null: it goes on. */
  readonly to: Time | null
  /** So much longer what comes of its decisions goes on coming in, as in 30d. */
  readonly outcome_horizon: string | null
  /** Entities or request ids. */
  readonly entities: {
    /** Of the object that lists them: sorted, each once, as JSON texts, one a line. */
    readonly digest: Digest
    readonly count: Count
  } | null
  readonly incident: Text
}

export type QuarantineAction = 'add' | 'lift' | 'waive'

/** Data of `aiship quarantine add`. */
export interface QuarantineAddData {
  readonly registry: string
  readonly app: Name
  readonly quarantine: ShownQuarantine
  /** Pointers that serve something that is tainted by it now. */
  readonly live: readonly {
    readonly pointer: Name
    readonly version: Version
    readonly path: readonly string[]
  }[]
  /** What a dataset that leaves it out says of its source. */
  readonly excludes: string
  readonly undo: string | null
}

/** Data of `aiship quarantine check`. */
export interface QuarantineCheckData {
  readonly registry: string
  readonly app: Name
  /** unknown: not every row could be read. */
  readonly outcome: Outcome
  readonly datasets: readonly ScannedDataset[]
}

/** What is not to be learned from, that this is over, or that something is let through for a time. */
export interface QuarantineEntry {
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
  readonly action: QuarantineAction
  /** With add. */
  readonly quarantine: Quarantine | null
  /** With waive. */
  readonly waiver: Waiver | null
  /** With lift: the id of a quarantine or of a waiver. */
  readonly lifts: Digest | null
  readonly reason: Text
}

export type QuarantineKind = 'window' | 'dataset' | 'bundle' | 'entity-set'

/** Data of `aiship quarantine lift`. */
export interface QuarantineLiftData {
  readonly registry: string
  readonly app: Name
  readonly id: Digest
  /** Null where a waiver was lifted. */
  readonly quarantine: ShownQuarantine | null
  readonly waiver: ShownWaiver | null
}

/** Data of `aiship quarantine ls`. */
export interface QuarantineLsData {
  readonly registry: string
  readonly app: Name
  readonly quarantines: readonly ShownQuarantine[]
  readonly waivers: readonly ShownWaiver[]
}

/** Data of `aiship quarantine waive`. */
export interface QuarantineWaiveData {
  readonly registry: string
  readonly app: Name
  readonly waiver: ShownWaiver
  readonly undo: string
}

/** A candidate that waits for the running rollout to end. */
export interface Queued {
  readonly candidate: Arm
  readonly policy: RolloutPolicy
}

/** How many live records of the two say why they got their arm (`reason`); of how many that was found by evaluating the route at their `seq` again; and of how many nobody can tell: these count as not drawn by the split. */
export interface Reasons {
  readonly logged: Count
  readonly evaluated: Count
  readonly unknown: Count
}

/** Data of `aiship remediate receipt`. */
export interface ReceiptData {
  readonly registry: string
  readonly app: Name
  readonly receipt: Digest
  readonly plan: Digest
  readonly diff: Digest
  readonly approval: {
    readonly seq: Sequence
    readonly actor: Actor
    readonly at: Time
  }
  readonly counts: StatusCounts
  /** Lines, one an item: key, status, undo, note. */
  readonly results: Digest
  readonly started: Time
  readonly ended: Time
  readonly hosts: readonly string[]
  readonly list: ReceiptStatus | null
  readonly rows: readonly ReceiptRow[]
}

/** What became of an item. */
export interface ReceiptLine {
  readonly key: string
  readonly status: ReceiptStatus
  /** What the hook gave back to take it back with. */
  readonly undo?: unknown
  readonly note?: string
}

/** An item for a person to look at. */
export interface ReceiptRow {
  readonly entity: string
  readonly request_id: string
  readonly from: string | null
  readonly to: string | null
  readonly note: string | null
  readonly key: string
}

/** `in_doubt`: it was sent, and nobody answered. */
export type ReceiptStatus = 'applied' | 'already_applied' | 'conflict' | 'irreversible' | 'failed' | 'in_doubt' | 'not_sent'

/** How often a bundle gave which answer when it was made: what is in it is part of the release, and what it serves later is compared with it. It is the component with the name `profile`, one JSON file. */
export interface ReferenceProfile {
  readonly v: 1
  /** By the field of a prediction: label, score. */
  readonly fields: Readonly<Record<string, ProfileField>>
}

export interface RefusedLines {
  readonly reason: string
  readonly count: Count
  /** Where the first one is. */
  readonly source: string
  /** Its first byte. */
  readonly offset: Count
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

/** Data of `aiship remediate approve`. */
export interface RemediateApproveData {
  readonly registry: string
  readonly app: Name
  readonly plan: Digest
  readonly diff: Digest
  /** What would be done, at most. */
  readonly items: Count
  /** Everybody who has approved this diff. */
  readonly approved_by: readonly string[]
}

/** Data of `aiship remediate diff`: what the good bundle decides otherwise. */
export interface RemediateDiffData {
  readonly registry: string
  readonly app: Name
  readonly plan: Digest
  /** The diff's digest: what an approval binds to. */
  readonly diff: Digest
  readonly bad: {
    readonly bundle: Digest
    /** Null: the registry does not know it. */
    readonly version: string | null
  }
  readonly good: {
    readonly bundle: Digest
    /** Null: the registry does not know it. */
    readonly version: string | null
  }
  /** The receipt that it takes back: then it is the diff that the undo was planned with. */
  readonly undoes: Digest | null
  readonly items: Count
  readonly incident: string | null
  readonly control: RemediationControl
  /** A score that moved by less is the same. */
  readonly epsilon: number
  /** The least share of the controls that has to agree, in percent. */
  readonly limit: number
  /** Why it must not be applied without an explicit word; null where it may. */
  readonly manual: string | null
  readonly classes: RemediationClasses
  /** The same by the values of a segment key, and by day (`day`). */
  readonly by: readonly RemediationPart[]
  /** Changed actions, by what they were and what they become; the most frequent first. */
  readonly moves: readonly {
    readonly from: Text
    readonly to: Text
    readonly count: Count
    readonly value: number
  }[]
  /** Things to be done: items whose action changes. */
  readonly work: Count
  /** At most ten of each class but `same`. */
  readonly examples: readonly RemediationExample[]
  readonly html: string | null
  readonly csv: string | null
}

/** Data of `aiship remediate plan` and `remediate refresh`. */
export interface RemediatePlanData {
  readonly registry: string
  readonly app: Name
  /** The plan's digest, which is its name. */
  readonly plan: Digest
  readonly items: Count
  /** Items that can be decided again. */
  readonly replayable: Count
  /** The others by reason; `expired` are records that went with their segment, and are no items. */
  readonly unreplayable: Readonly<Record<string, Count>>
  readonly bad: {
    readonly bundle: Digest
    /** Null: the registry does not know it. */
    readonly version: string | null
  }
  readonly good: {
    readonly bundle: Digest
    /** Null: the registry does not know it. */
    readonly version: string | null
  }
  /** Decisions served by this pointer alone; null for all. */
  readonly pointer: Name | null
  /** When the decisions were made; null where nobody said. */
  readonly window: {
    /** From then on. */
    readonly from: Time | null
    /** Before then. */
    readonly until: Time | null
  }
  /** Keys and the values that they have to have; null for all. */
  readonly where: Readonly<Record<string, string>> | null
  /** Of each entity its latest applied decision, or each applied one. */
  readonly select: 'latest' | 'all'
  /** So many items, drawn by their identity; null for all. */
  readonly sample: Count | null
  /** Whether feature values are those that were served, or made anew with what is known now. */
  readonly features: 'recorded' | 'recompute'
  /** At which rates the log kept these records, the highest first. */
  readonly sample_rates: readonly {
    readonly rate: number
    readonly items: Count
  }[]
  /** Why, as the author said. */
  readonly incident: Text
  /** The plan that this one takes the place of. */
  readonly supersedes: Digest | null
  /** How many repairs of the app were undone before: it enters the keys, so that a repair after an undo is none that was applied already. */
  readonly epoch: Count
}

/** Data of `aiship remediate refresh`. */
export interface RemediateRefreshData {
  readonly registry: string
  readonly app: Name
  /** The plan's digest, which is its name. */
  readonly plan: Digest
  readonly items: Count
  /** Items that can be decided again. */
  readonly replayable: Count
  /** The others by reason; `expired` are records that went with their segment, and are no items. */
  readonly unreplayable: Readonly<Record<string, Count>>
  readonly bad: {
    readonly bundle: Digest
    /** Null: the registry does not know it. */
    readonly version: string | null
  }
  readonly good: {
    readonly bundle: Digest
    /** Null: the registry does not know it. */
    readonly version: string | null
  }
  /** Decisions served by this pointer alone; null for all. */
  readonly pointer: Name | null
  /** When the decisions were made; null where nobody said. */
  readonly window: {
    /** From then on. */
    readonly from: Time | null
    /** Before then. */
    readonly until: Time | null
  }
  /** Keys and the values that they have to have; null for all. */
  readonly where: Readonly<Record<string, string>> | null
  /** Of each entity its latest applied decision, or each applied one. */
  readonly select: 'latest' | 'all'
  /** So many items, drawn by their identity; null for all. */
  readonly sample: Count | null
  /** Whether feature values are those that were served, or made anew with what is known now. */
  readonly features: 'recorded' | 'recompute'
  /** At which rates the log kept these records, the highest first. */
  readonly sample_rates: readonly {
    readonly rate: number
    readonly items: Count
  }[]
  /** Why, as the author said. */
  readonly incident: Text
  /** The plan that this one takes the place of. */
  readonly supersedes: Digest | null
  /** How many repairs of the app were undone before: it enters the keys, so that a repair after an undo is none that was applied already. */
  readonly epoch: Count
}

/** Data of `aiship remediate replay`. */
export interface RemediateReplayData {
  readonly registry: string
  readonly app: Name
  readonly plan: Digest
  /** The results. */
  readonly replay: Digest
  readonly items: Count
  /** Items that the good bundle decided. */
  readonly decided: Count
  /** Items on which it failed. */
  readonly errors: Count
  /** Items that could not be tried, by the plan. */
  readonly not_replayable: Count
  /** Items whose input is gone since the plan was made. */
  readonly erased: Count
  /** Of all items, those that an earlier run had done. */
  readonly resumed: Count
  /** Why it failed; the most frequent first. */
  readonly reasons: readonly {
    readonly error: string
    readonly count: Count
  }[]
  readonly control: RemediationControl
  readonly duration_ms: Count
}

/** Data of `aiship remediate status`. */
export interface RemediateStatusData {
  readonly registry: string
  readonly app: Name
  /** The one with the newest word first. */
  readonly repairs: readonly RepairStatus[]
  /** Whether one was asked for. */
  readonly one: boolean
}

/** Items by what became of them. Only those with a changed action are work. */
export interface RemediationClasses {
  readonly same: Count
  readonly score_moved: Count
  readonly label_changed: Count
  readonly action_changed: Count
  readonly error: Count
  readonly not_replayable: Count
  readonly not_reproducible: Count
  readonly erased: Count
}

/** How far the replay can be believed: the noise floor. */
export interface RemediationControl {
  /** Items that the bad bundle decided again. */
  readonly bad_sample: Count
  /** Of these, those that it decided as the log says. */
  readonly bad_reproduced: Count
  /** Items that the good bundle decided twice. */
  readonly good_sample: Count
  /** Of these, those that it decided alike. */
  readonly good_same: Count
  /** Why the bad bundle decided nothing again; null where it did. */
  readonly unable: string | null
}

/** What the good bundle decides otherwise than the bad one did. An approval binds to its digest. */
export interface RemediationDiff {
  /** Format. */
  readonly v: 1
  readonly app: Name
  readonly plan: Digest
  /** What the good bundle decided, lines of `RemediationResult`, in the order of the items. */
  readonly replay: ObjectLines
  readonly control: RemediationControl
  /** A score that moved by less is the same. */
  readonly epsilon: number
  /** The least share of the controls that has to agree, in percent. */
  readonly limit: number
  /** Why it must not be applied without an explicit word; null where it may. */
  readonly manual: string | null
  readonly classes: RemediationClasses
  /** The same by the values of a segment key, and by day (`day`). */
  readonly by: readonly RemediationPart[]
  /** Changed actions, by what they were and what they become; the most frequent first. */
  readonly moves: readonly {
    readonly from: Text
    readonly to: Text
    readonly count: Count
    readonly value: number
  }[]
  /** What is to be done, lines of `RemediationWork`, by entity and time. */
  readonly work: ObjectLines
}

/** A step of a repair. What another step says is null. */
export interface RemediationEntry {
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
  readonly action: 'planned' | 'replayed' | 'diffed' | 'approved' | 'applying' | 'paused' | 'resumed' | 'aborted' | 'stage' | 'closed'
  readonly plan: Digest
  /** The objects of this step: what it made and needs, so that gc keeps it. */
  readonly objects: readonly Digest[]
  /** With replayed: the results' digest. */
  readonly replay: Digest | null
  /** With replayed. */
  readonly control: RemediationControl | null
  /** With diffed, approved, applying. */
  readonly diff: Digest | null
  /** With approved: the explicit word for a diff that must not be applied without one. */
  readonly word: string | null
  /** With applying: the entry that approved it. */
  readonly approval: Sequence | null
  /** With applying, stage and closed: which run of the repair; a stale one writes nothing more. */
  readonly generation: Count | null
  /** With applying: the machine that runs it. */
  readonly host: Text
  /** With applying: so many items at most. With stage: so many are done. */
  readonly stage: Count | null
  /** With closed. */
  readonly receipt: Digest | null
  readonly reason: Text
}

export interface RemediationExample {
  readonly class: string
  readonly entity: string
  readonly request_id: string
  /** Null in an undo. */
  readonly ts: string | null
  readonly from: string | null
  readonly to: string | null
  readonly label: {
    readonly from: string | null
    readonly to: string | null
  }
  readonly score: {
    readonly from: number | null
    readonly to: number | null
  }
  readonly error: string | null
}

/** A decision to be looked at again. Never an input: a replay reads it from the log at that moment. */
export interface RemediationItem {
  /** Whom or what was decided about. */
  readonly entity: string
  readonly request_id: string
  readonly span_id?: string
  /** When, RFC 3339, UTC, microseconds. */
  readonly ts: string
  /** Whatever the record says to be sliced by. */
  readonly segment: Readonly<Record<string, string>>
  readonly action: string | null
  /** As the log keeps it: a number or boolean as its text. */
  readonly label: string | null
  readonly score: number | null
  readonly applied: boolean
  /** What the decision was about in money or the like: the record's `x.value`. */
  readonly value?: number
  /** Why it cannot be decided again; null where it can. */
  readonly unreplayable: Unreplayable | null
}

export interface RemediationPart {
  readonly key: string
  /** Null for the records without. */
  readonly value: string | null
  readonly classes: RemediationClasses
  /** The sum of `value` of those whose action changed. */
  readonly value_changed: number
}

/** What a repair is about: the decisions of a bad bundle, as they were found when it was made. Never edited; another plan supersedes it. Its digest is its name. */
export interface RemediationPlan {
  /** Format. */
  readonly v: 1
  readonly app: Name
  /** The bundle whose decisions are repaired. */
  readonly bad: Digest
  /** The one that decides them again. */
  readonly good: Digest
  /** Decisions served by this pointer alone; null for all. */
  readonly pointer: Name | null
  /** When the decisions were made; null where nobody said. */
  readonly window: {
    /** From then on. */
    readonly from: Time | null
    /** Before then. */
    readonly until: Time | null
  }
  /** Keys and the values that they have to have; null for all. */
  readonly where: Readonly<Record<string, string>> | null
  /** Of each entity its latest applied decision, or each applied one. */
  readonly select: 'latest' | 'all'
  /** So many items, drawn by their identity; null for all. */
  readonly sample: Count | null
  /** The decisions, lines of `RemediationItem`, by time, request and span. */
  readonly items: ObjectLines
  /** The segments of the prediction log that were read, in its order. */
  readonly segments: readonly Digest[]
  /** At which rates the log kept these records, the highest first. */
  readonly sample_rates: readonly {
    readonly rate: number
    readonly items: Count
  }[]
  /** Items that cannot be decided again, by reason. */
  readonly unreplayable: Readonly<Record<string, Count>>
  /** Whether feature values are those that were served, or made anew with what is known now. */
  readonly features: 'recorded' | 'recompute'
  /** What each label led to in the log, where it always led to one thing: for a good bundle that names no action. */
  readonly actions?: Readonly<Record<string, string>>
  readonly author: Actor
  /** Why, as the author said. */
  readonly incident: Text
  /** The plan that this one takes the place of. */
  readonly supersedes: Digest | null
  /** The receipt of which this takes back what was done. */
  readonly undoes: Digest | null
  /** How many repairs of the app were undone before: it enters the keys, so that a repair after an undo is none that was applied already. */
  readonly epoch: Count
}

/** What a repair did, item by item: sealed when it is closed. */
export interface RemediationReceipt {
  /** Format. */
  readonly v: 1
  readonly app: Name
  readonly plan: Digest
  readonly diff: Digest
  readonly approval: {
    readonly seq: Sequence
    readonly actor: Actor
    readonly at: Time
  }
  /** Items by status. */
  readonly counts: Readonly<Record<string, Count>>
  /** Lines of `ReceiptLine`, in the work's order. */
  readonly results: ObjectLines
  readonly started: Time
  readonly ended: Time
  /** The machines that ran it. */
  readonly hosts: readonly string[]
}

/** What the good bundle decided. */
export interface RemediationResult {
  readonly request_id: string
  readonly span_id?: string
  readonly entity: string
  readonly action: string | null
  /** As the log keeps it: a number or boolean as its text. */
  readonly label: string | null
  readonly score: number | null
  /** Why there is no decision; `erased` where its input is gone since the plan was made. */
  readonly error: string | null
}

/** One thing to be done by a hook. */
export interface RemediationWork {
  /** SHA-256 of the canonical JSON of `["aiship-remediate/1", entity, request_id, target, epoch]` (with a `span_id`, request_id is `request_id/span_id`): the same whoever plans it, and whenever. */
  readonly key: string
  readonly entity: string
  readonly request_id: string
  /** What has to be in force for it to be done: which action, and whose: the request's id, or of an undo the key under which the repair did it. */
  readonly expected: {
    readonly action: string | null
    readonly request_id: string
  }
  readonly target: {
    readonly action: string | null
    /** As the log keeps it: a number or boolean as its text. */
    readonly label?: string | null
  }
  readonly segment: Readonly<Record<string, string>>
  readonly value?: number
  /** In an undo: what the hook gave back when it did it. */
  readonly undo?: unknown
}

/** All objects as they lie. What was replaced lies in the trash until a gc deletes it. */
export interface RepackBytes {
  readonly before: Count
  readonly after: Count
}

/** Data of `aiship repack`. */
export interface RepackData {
  readonly registry: string
  /** False: nothing was changed, and the rest says what would be. */
  readonly applied: boolean
  /** Small objects that lay alone and lie in packs now. */
  readonly packed: Amount
  /** Bundles and roots of components that lay in packs only and lie alone now. */
  readonly unpacked: Count
  /** Large files that lie as their difference from an older version now, and the bytes saved by that; of a dry run those that would be compared, and 0. */
  readonly shrunk: Amount
  /** How many there are. */
  readonly packs: RepackPacks
  /** All objects as they lie. What was replaced lies in the trash until a gc deletes it. */
  readonly bytes: RepackBytes
}

/** How many there are. */
export interface RepackPacks {
  readonly before: Count
  readonly after: Count
}

export interface RepairAnswer {
  readonly status: ReceiptStatus
  readonly note: Text
  readonly count: Count
  /** Of one of them. */
  readonly entity: string
  readonly key: string
}

/** Where a repair stands. */
export interface RepairStatus {
  readonly plan: Digest
  readonly bad: Digest
  readonly good: Digest
  readonly pointer: Name | null
  readonly incident: string | null
  /** The receipt that it takes back. */
  readonly undoes: Digest | null
  readonly step: 'planned' | 'replayed' | 'diffed' | 'approved' | 'applying' | 'paused' | 'aborted' | 'closed'
  readonly diff: Digest | null
  /** What is to be done; null before there is a diff. */
  readonly items: Count | null
  readonly approved_by: readonly string[]
  readonly approvals_needed: Count
  /** The items before this one were done when a stage ended. */
  readonly stage: Count
  /** The machine of the newest run. */
  readonly host: string | null
  /** Which run is the newest. */
  readonly generation: Count | null
  /** Whether the process of the newest run lives, also while it only waits for what is on its way; null where another machine would have to say. */
  readonly running: boolean | null
  /** Items by status, of a receipt or of the journal on this machine; null where neither is here. */
  readonly counts: StatusCounts | null
  readonly answers: Answers
  readonly receipt: Digest | null
  /** Who said the last word. */
  readonly actor: string | null
  readonly at: Time | null
  readonly reason: string | null
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
  /** The rules of the route, in words; none for a pointer that says one bundle to everybody. */
  readonly rules: readonly string[]
  /** The rollout that runs after this; null: none. */
  readonly rollout: RolloutReport | null
  /** The rollout that this move ended, by whichever way; null: none. */
  readonly ended: EndedRollout
  /** The candidate that waits: behind the rollout, or where none runs, for the next `rollout advance`, which starts it. Null: none. */
  readonly queued: Version | null
  /** The candidate that waited before, and does no longer, because this move dropped it from the queue. Null: none. */
  readonly dropped: Version | null
  /** External and hosted components of `to`: a pointer cannot bring them back. */
  readonly not_restored: readonly string[]
  readonly followers: Followers
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

/** A running rollout: everything that whoever makes the next step has to know. */
export interface Rollout {
  /** Also the salt, so that nobody leaves the candidate when its weight is raised. */
  readonly id: string
  readonly state: RolloutState
  readonly candidate: Arm
  readonly policy: RolloutPolicy
  /** SHA-256 of the canonical policy. */
  readonly digest: Digest
  /** The present step, from 1. */
  readonly step: Sequence
  readonly started: Time
  /** When the present step began, or was resumed: its hold counts from here. */
  readonly since: Time
  readonly queued: Queued | null
}

/** Data of `aiship rollout plan`: what would happen, and what each step could see. */
export interface RolloutPlanData {
  readonly pointer: Name
  readonly candidate: Version | null
  readonly stable: Version | null
  readonly policy: RolloutPolicy
  readonly digest: Digest
  /** All holds together. */
  readonly total: Duration
  /** Events of one unit that is served by stable: the rate that a regression multiplies. */
  readonly base_rate: number
  /** How often a healthy candidate may be called worse. */
  readonly alpha: number
  readonly traffic_per_hour: number | null
  readonly steps: readonly PlannedStep[]
  /** What the guards of the policy that compare a rate can see. */
  readonly guards: readonly PlannedGuard[]
}

/** How a rollout goes, with every default filled in. Its digest is pinned when the rollout starts. */
export interface RolloutPolicy {
  readonly name: Text
  readonly strategy: RolloutStrategy
  /** Where the key that is drawn by stands in a context. */
  readonly by: string
  readonly steps: readonly RolloutStep[]
  /** What serves everybody after the last step. */
  readonly ends: 'candidate' | 'stable'
  /** Who gets the candidate in the steps with `preview`. */
  readonly preview: Readonly<Record<string, unknown>> | null
  /** The end date of an A/B test. */
  readonly until: Time | null
  /** After this the next step is to abort. */
  readonly deadline: Duration
  readonly onNewCandidate: OnNewCandidate
  /** What each of its moves forward requires besides the pointer's rules; absent where there is nothing. */
  readonly gates?: Readonly<Record<string, Gate>>
  /** The guards, as they are written; absent where there are none. */
  readonly analysis?: Watch
}

/** A rollout policy as it is written: `aiship rollout start REF POINTER --policy FILE`, as YAML or JSON. A share is text with a percent sign, of at most three decimals; a time is text such as 30s, 10m, 2h or 7d. What follows from several keys together (weights that rise, a deadline that is long enough) is checked by the code. */
export interface RolloutPolicyFile {
  readonly apiVersion?: 'aiship/v1'
  readonly kind?: 'Rollout'
  readonly metadata?: {
    readonly name?: string
  }
  /** The app, where it is to be checked. */
  readonly service?: string
  /** The pointer, where it is to be checked. */
  readonly pointer?: string
  /** A reference to the candidate, where it is to be checked. */
  readonly candidate?: string
  /** Counted from the start. What is not complete by then is aborted, never completed. */
  readonly deadline: {
    readonly after: Span
    readonly then?: 'abort'
  }
  /** What becomes of a candidate that is started meanwhile; queue where nothing is said. */
  readonly onNewCandidate?: 'queue' | 'supersede' | 'refuse'
  /** What each of its moves forward requires besides the pointer's rules, by name, as under `gates` of aiship.yaml. */
  readonly gates?: Readonly<Record<string, Gate>>
  /** What is looked at meanwhile, as under `pointers.<name>.watch` of aiship.yaml. */
  readonly analysis?: Watch
  /** Exactly one of the four. */
  readonly strategy: {
    readonly canary?: {
      readonly bucket?: Bucket
      readonly control?: Control
      readonly steps: readonly Step[]
    }
    readonly shadow?: {
      readonly bucket?: Bucket
      readonly steps: readonly Step[]
    }
    readonly blueGreen?: {
      readonly bucket?: Bucket
      readonly preview: {
        readonly when: Readonly<Record<string, unknown>>
      }
      readonly prePromotion?: readonly Step[]
      /** What stays on blue for a while, so that there is something to compare with. */
      readonly postPromotion?: {
        readonly watch: Span
        readonly control: Share
      }
      /** How long blue stays an arm after the switch. */
      readonly keepWarm?: Span
    }
    readonly ab?: {
      readonly bucket?: Bucket
      /** Shares of candidate, control and stable: they sum to 100 %. */
      readonly split: Readonly<Record<string, Share>>
      /** The end date: RFC 3339 or a day. */
      readonly until: string
    }
  }
}

/** A running rollout at the moment of the answer. */
export interface RolloutReport {
  readonly id: string
  readonly strategy: RolloutStrategy
  readonly state: RolloutState
  readonly candidate: Arm
  readonly stable: Arm
  /** From 1. */
  readonly step: Sequence
  readonly steps: Count
  /** Of the candidate, per 100,000. */
  readonly weight: number
  /** Of the control arm. */
  readonly control: number
  /** Mirrored to the candidate, per 100,000. */
  readonly mirror: number
  readonly started: Time
  readonly since: Time
  /** When the hold of the present step is over. */
  readonly due: Time
  /** From then on the next step is to abort. */
  readonly deadline: Time
  /** The guards that decide about the next step; none where nothing is watched. */
  readonly guards: readonly string[]
  /** What the next step waits for; empty: it is due. */
  readonly waits: readonly string[]
  /** The version that waits for this rollout to end. */
  readonly queued: Version | null
  readonly policy: Digest
}

export type RolloutState = 'running' | 'paused'

/** Data of `aiship rollout status`. */
export interface RolloutStatusData {
  readonly registry: string
  readonly app: Name
  readonly pointer: Name
  readonly seq: Sequence
  /** Main bundle: the stable one while a rollout runs. */
  readonly bundle: Digest | null
  readonly version: Version | null
  readonly hold: Hold | null
  /** Null: none runs. */
  readonly rollout: RolloutReport | null
  /** The candidate that waits: behind the rollout, or where none runs, for the next `rollout advance`, which starts it. Null: none. */
  readonly queued: Version | null
  /** The policy that was pinned. */
  readonly plan: RolloutPolicy | null
}

/** What a rollout serves for a while, and what must be so before it goes on. */
export interface RolloutStep {
  /** Of the candidate, per 100,000. */
  readonly weight: number
  /** Of the control arm: stable's bundle under another name, drawn as the candidate is. */
  readonly control: number
  /** Requests that are answered by stable and sent to the candidate too, per 100,000. */
  readonly mirror: number
  /** What a mirrored request may do. */
  readonly effects: 'deny' | 'stub' | 'allow'
  /** Requests that match the policy's `preview` get the candidate. */
  readonly preview: boolean
  /** How long the step lasts at least. */
  readonly hold: Duration
  /** How many units the candidate must have served in this step. */
  readonly units: Count
  /** A person has to say --approve. */
  readonly approval: boolean
  /** Who may; empty: any person. */
  readonly approvers: readonly string[]
}

export type RolloutStrategy = 'canary' | 'shadow' | 'blue-green' | 'ab'

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

/** Data of `aiship route eval`: the decision, and how it came about. */
export interface RouteEvalData {
  readonly registry: string
  readonly app: Name
  readonly pointer: Name
  /** The entry whose route this is. */
  readonly seq: Sequence
  readonly arm: string
  readonly bundle: Digest
  readonly version: Version
  readonly reason: 'STATIC' | 'TARGETING_MATCH' | 'SPLIT'
  /** Arms that get the request too, and whose answer nobody is given. */
  readonly mirror: readonly MirrorData[]
  /** The number of the rule that matched, from 1; null: none did, and the fallback serves. */
  readonly rule: number | null
  /** Where the key fell among the rule's weights; null where nothing was drawn. */
  readonly bucket: number | null
  /** The rule draws, and there was no key to draw with. */
  readonly unassigned: boolean
  /** How many rules could not be evaluated for this context, and so did not match. */
  readonly failed: Count
  /** What is hashed: salt and key; null without a key. */
  readonly hashed: Text
  /** MurmurHash3 x86-32 of that. */
  readonly hash: number | null
  /** The rules that were looked at, in order. */
  readonly rules: readonly RuleOutcome[]
  readonly sample: SampleData | null
}

/** Data of `aiship route export`; with `--watch` of the last file written. */
export interface RouteExportData {
  readonly registry: string
  readonly app: Name
  readonly pointer: Name
  /** The entry whose route this is. */
  readonly seq: Sequence
  readonly format: RouteFormat
  /** Where it was written; null: it is in `text` alone. */
  readonly file: Text
  /** The file. */
  readonly text: string
  /** SHA-256 of the file. */
  readonly digest: Digest
  /** How often a file was written. */
  readonly writes: Count
  readonly keys: CheckedKeys | null
}

/** What `aiship route set --file` takes, as YAML or JSON; a route as `route show --json` prints it is one. */
export interface RouteFile {
  /** Arm name to its bundle. */
  readonly arms: Readonly<Record<string, string | Arm>>
  /** Rules in order; the first whose `when` matches wins. */
  readonly serve: readonly {
    /** JsonLogic. */
    readonly when?: Readonly<Record<string, unknown>>
    readonly to: string | Readonly<Record<string, number | string>>
  }[]
  readonly bucket?: {
    /** Default targetingKey. */
    readonly by?: string
    /** Default the pointer's, else a fresh one. */
    readonly salt?: string
    /** Default the fallback. */
    readonly missing?: string
    readonly hash?: string
    readonly map?: string
  }
  readonly mirror?: readonly {
    readonly to: string
    /** A whole number of 100,000, or text such as `5%`. */
    readonly per100k?: number | string
    /** Default stub. */
    readonly effects?: 'deny' | 'stub' | 'allow'
  }[]
  /** Default stable. */
  readonly fallback?: string
}

export type RouteFormat = 'flagd' | 'env' | 'json' | 'nginx'

/** What the record says of the route, and what the pointer's entry says of that. Null: the record names no entry of a pointer that is here. */
export type RouteReason = {
  readonly pointer: Name
  readonly seq: Sequence
  readonly arm: Text
  readonly reason: Text
  readonly targeting_key: Text
  /** The rule that matched, from 1. Null where the request's context would be needed to tell. */
  readonly rule: Sequence | null
  /** Where the key fell, of 100000. */
  readonly bucket: Count | null
  /** Whether the route gives this arm, and this arm this bundle. Null: it can't be told. */
  readonly agrees: boolean | null
} | null

/** Data of `aiship route show`. */
export interface RouteShowData {
  readonly registry: string
  readonly app: Name
  readonly pointer: Name
  /** The entry whose route this is. */
  readonly seq: Sequence
  /** When the route was set. */
  readonly at: Time
  readonly actor: Actor
  readonly reason: Text
  readonly route: Route
  /** SHA-256 of the route's canonical JSON. */
  readonly digest: Digest
  /** The rules in words, in order. */
  readonly rules: readonly string[]
  readonly hold: Hold | null
}

/** What was found when the rows of a dataset were looked at. */
export interface RowScan {
  /** The column that was looked at. */
  readonly key: string
  /** Rows that were read. */
  readonly rows: Count
  /** Rows and files that could not be: with any, the scan proves no absence. */
  readonly unread: Count
  readonly quarantines: readonly {
    readonly id: Digest
    /** Entities and request ids that it has. */
    readonly entities: Count
    /** Rows of these that were found. */
    readonly rows: Count
  }[]
}

export interface RuleOutcome {
  readonly rule: Sequence
  readonly words: string
  readonly to: string
  readonly matched: boolean
  /** Why it could not be evaluated, and so did not match. */
  readonly error: Text
}

/** The gates and the pointer's rules that judge a move, as aiship.yaml writes them: an object, which an entry's policy names. */
export interface Rules {
  readonly v: 1
  readonly pointer: PointerRules
  /** Those that it requires. */
  readonly gates: Readonly<Record<string, Gate>>
}

/** Whether the runtime that was found there is the bundle's; null where nobody looked. */
export type RuntimeFound = 'same' | 'different' | null

export interface SaidAt {
  readonly bundle: Digest
  readonly version: Version
  readonly seq: Sequence
  readonly at: Time
}

/** The split over made-up keys. */
export interface SampleData {
  readonly size: Count
  /** How many were drawn by the hash; the others were sent by a rule or had no key. */
  readonly drawn: Count
  /** For how many a rule could not be evaluated. */
  readonly failed: Count
  readonly arms: readonly SampledArmData[]
}

export interface SampledArmData {
  readonly arm: string
  readonly count: Count
  /** How many the weights say. */
  readonly expected: number
  /** How far apart the two are, in standard deviations; null where nothing was drawn. */
  readonly deviations: number | null
}

/** How many examples a metric was counted over, by the metric's name. */
export type Samples = Readonly<Record<string, Sequence>>

export interface ScannedDataset {
  /** Of the component. */
  readonly name: string
  readonly digest: Digest
  readonly outcome: Outcome
  readonly scan: RowScan
  /** Some of the values that were found, at most ten. */
  readonly found: readonly string[]
  /** Rows whose `mode` says that they are a replay, and no decision that anybody felt. */
  readonly replayed: Count
  /** The id of what was put down. */
  readonly evidence: Digest
}

/** The pointer that a mark is for. */
export interface Scope {
  readonly app: Name
  readonly pointer: Name
}

export interface Sees {
  /** How many times the base rate. */
  readonly ratio: number
  /** Requests to the candidate until such a regression is seen, on average; null: it is tolerated. */
  readonly requests: Count | null
  /** How long that takes; null without --traffic. */
  readonly hours: number | null
}

/** A Parquet file of predictions: an object. */
export interface Segment {
  readonly digest: Digest
  /** Bytes. */
  readonly size: Count
  /** Records in it. */
  readonly rows: Count
  /** The earliest `ts` in it, rounded down. */
  readonly from: Time
  /** The latest, rounded up. */
  readonly to: Time
  /** The bundles of its records, by digest; null where there are more than 1,000. */
  readonly bundles: (readonly {
    readonly bundle: Digest
    /** Its records. */
    readonly rows: Count
  }[]) | null
}

export interface SegmentAmount {
  readonly segments: Count
  readonly records: Count
  readonly bytes: Count
}

/** A change of an app's prediction log: a segment that came to it, or segments that left it. */
export interface SegmentEntry {
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
  /** The segment that is added; null where none is. */
  readonly segment: Segment | null
  /** The lines that it was made of; null for one that came from another registry, and where segments leave. */
  readonly source: SegmentSource | null
  /** The lines among them that could not be read; null where there are none. */
  readonly quarantine: SegmentQuarantine | null
  /** Records among them that were there already. */
  readonly duplicates: Count
  /** Segments that leave the log: nothing reads them any more. */
  readonly drops: readonly Digest[]
  readonly reason: Text
}

/** An object with a line of JSON for each line that could not be read: `source`, `offset`, `length`, `reason`, and, where payloads are kept, its first 4 KiB as `line`, or `base64` where they are not UTF-8. */
export interface SegmentQuarantine {
  readonly digest: Digest
  /** Bytes. */
  readonly size: Count
  /** Lines. */
  readonly lines: Count
}

/** A range of a log file, after decompression. */
export interface SegmentSource {
  /** The file's name, as it was called then. */
  readonly name: string
  /** The SHA-256 of the file's first line without its newline, at most of its first 64 KiB: a file keeps it when it is renamed, compressed or grows. */
  readonly id: Digest
  /** Where the range begins, in bytes. */
  readonly offset: Count
  /** Where it ends. */
  readonly end: Count
  /** The SHA-256 of these bytes. */
  readonly digest: Digest
  /** Lines in it. */
  readonly lines: Count
}

/** What bringing a bundle to an OCI registry returns. */
export interface SentData {
  /** The registry that it comes from. */
  readonly from: string
  /** The repository: `oci://host/repository`. */
  readonly to: string
  readonly app: Name
  readonly ref: string
  readonly bundle: Digest
  /** In the registry that it comes from. */
  readonly version: Version
  /** Of the model's manifest, by which other tools know it. It depends on the bundle alone, and on the entry that the tag mirrors. */
  readonly artifact: Digest
  /** What means it there, until somebody moves it. */
  readonly tag: string
  /** The pointer whose entry the tag mirrors, advisory; null where it mirrors none. */
  readonly pointer: Name | null
  /** The number of that entry. */
  readonly seq: Sequence | null
  /** Blobs that were not there. */
  readonly new_blobs: Count
  /** Their bytes. */
  readonly new_bytes: Count
  /** All blobs, the manifests aside. */
  readonly blobs: Count
  /** Their bytes. */
  readonly bytes: Count
}

/** An entry's number in its log, from 1. */
export type Sequence = number

export interface SeriesPoint {
  readonly at: Time
  readonly side: 'a' | 'b'
  readonly count: Count
  readonly error_rate: number | null
  readonly latency_p95: number | null
  readonly score_mean: number | null
}

/** Data of `aiship serve`, once it was told to end. */
export interface ServeData {
  /** Null: it never answered, and nothing was remembered. */
  readonly registry: Text | null
  readonly app: Name | null
  readonly url: string
  /** That are known at the end. */
  readonly pointers: Count
  /** That were answered. */
  readonly requests: Count
}

/** A line of `aiship serve --json`, but for the last: what it has just met. */
export interface ServeLine {
  readonly event: 'listening' | 'found' | 'moved' | 'away' | 'back' | 'failed' | 'warning'
  readonly at: Time
  readonly url?: string
  /** Of away and back: this one alone; without it, the registry. */
  readonly pointer?: Name
  readonly seq?: Sequence
  /** Of the entry. */
  readonly action?: string
  /** The main bundle; null: the pointer is retired. */
  readonly bundle?: Digest | null
  readonly version?: Version | null
  readonly code?: string
  readonly message?: string
}

export interface ServedArm {
  readonly arm: string
  readonly bundle: Digest
  readonly version: Version
}

export interface ServedBundle {
  readonly bundle: Digest
  /** Null: the registry does not know it (a dark prediction). */
  readonly version: Version | null
  readonly count: Count
  readonly first: Time
  readonly last: Time
}

/** What `aiship serve` answers to GET /readyz. */
export interface ServedHealth {
  /** degraded (200): the registry is away, and answers go on. starting (503): nothing is known yet. */
  readonly status: 'ok' | 'degraded' | 'starting'
  /** That are known. */
  readonly pointers: Count
  /** Since the registry last answered; null: it never did. */
  readonly age_ms: Count | null
  /** The code of the error that asking it last ended with. */
  readonly problem: string | null
}

export interface ServedHere {
  readonly bundle: Digest
  readonly version: Version | null
  readonly seq: Sequence | null
  readonly at: Time
}

export interface ServedModel {
  readonly side: 'a' | 'b'
  readonly model: string
  readonly count: Count
  readonly first: Time
  readonly last: Time
}

/** What `aiship serve` answers to GET /v1/resolve/<pointer>. */
export interface ServedPointer {
  readonly app: Name
  readonly pointer: Name
  /** The fallback, or the one that was asked for by ?arm=NAME. */
  readonly arm: string
  readonly bundle: Digest
  readonly version: Version
  /** Of the pointer's newest entry. */
  readonly seq: Sequence
  /** Of that entry. */
  readonly at: Time
  /** Of the canonical JSON of the route. */
  readonly route: Digest
  readonly held: boolean
  /** Since the registry last said so; null: nobody knows. */
  readonly age_ms: Count | null
  /** The registry ought to have said so again, and has not. */
  readonly stale: boolean
}

export type Share = string

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
    /** Where files that are not here are fetched from. */
    readonly files_at?: string
  } | null
  /** Bad marks in force on the bundle itself. */
  readonly marks: readonly BadMark[]
  /** Pointers that serve it or have served it. */
  readonly pointers: readonly NamedBy[]
  /** Newest first. */
  readonly evidence: readonly ShownEvidence[]
  /** What the components ask of each other, and whether it is so. */
  readonly contracts: readonly ContractResult[]
  /** How it may have learned from something that is quarantined, where anything is. */
  readonly taint: readonly TaintFinding[]
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
  /** What is declared, and what its files tell. */
  readonly provides: Contracts
  readonly requires: Demands
  readonly marks: readonly BadMark[]
}

/** A fact about a bundle that somebody has put down. */
export interface ShownEvidence {
  readonly seq: Sequence
  readonly id: Digest
  readonly at: Time
  readonly actor: Actor
  readonly type: EvidenceType
  readonly evaluation: Evaluation | null
  readonly approval: Approval | null
  readonly reason: Text
  /** With the type scan. */
  readonly scan?: RowScan
  /** With the type scan: whose rows were looked at. */
  readonly dataset?: Digest
}

export interface ShownLineage {
  /** The first version that has this digest. */
  readonly since: Version
  /** What lay beside it then. */
  readonly inputs: Readonly<Record<string, Digest>>
  /** Inputs that are others in this bundle. */
  readonly stale: readonly string[]
}

/** A quarantine, and who said so. */
export interface ShownQuarantine {
  readonly id: Digest
  readonly kind: QuarantineKind
  /** Whose predictions and tables, of a window and an entity set. */
  readonly app: Name
  /** A bundle that is not to be learned from, or whose decisions a window is of. */
  readonly bundle: Digest | null
  /** A component, or a file or folder in one. */
  readonly dataset: Digest | null
  /** A window of decisions that it made. */
  readonly pointer: Name | null
  /** First moment of a window; null: from the beginning. */
  readonly from: Time | null
  /** First moment after it; null: it goes on. */
  readonly to: Time | null
  /** So much longer what comes of its decisions goes on coming in, as in 30d. */
  readonly outcome_horizon: string | null
  /** Entities or request ids. */
  readonly entities: {
    /** Of the object that lists them: sorted, each once, as JSON texts, one a line. */
    readonly digest: Digest
    readonly count: Count
  } | null
  readonly incident: Text
  readonly by: Actor
  readonly at: Time
  readonly reason: Text
  /** Null while it is in force. */
  readonly lifted: {
    readonly by: Actor
    readonly at: Time
    readonly reason: Text
  } | null
}

/** A waiver, and who gave it. */
export interface ShownWaiver {
  readonly id: Digest
  /** Its id. */
  readonly quarantine: Digest
  /** The bundle or component that is let through. */
  readonly subject: Digest
  readonly until: Time
  readonly by: Actor
  readonly at: Time
  readonly reason: Text
  /** It has not ended, nor was it lifted. */
  readonly active: boolean
}

/** An earlier entry that was passed over, and why. */
export interface Skipped {
  readonly seq: Sequence
  readonly bundle: Digest
  readonly version: Version
  readonly why: string
}

/** Data of `aiship slice`. Intervals hold together with a chance of `level`: each is widened for how many were looked at. */
export interface SliceData {
  readonly registry: string
  readonly app: Name
  readonly by: readonly string[]
  /** The first one ranks. */
  readonly metrics: readonly string[]
  readonly since: Time | null
  readonly until: Time | null
  /** Which bundles answered, most used first. */
  readonly bundles: readonly ServedBundle[]
  readonly level: number
  /** How many groups were looked at. */
  readonly looks: Count
  /** Live predictions. */
  readonly total: Count
  /** Least and highest sample_rate. Where they differ, rates and means are weighted by 1 / sample_rate, and quantiles are null. */
  readonly sample_rates: readonly [number, number]
  /** Where groups are ranked by latency: by the share above this, the 95th percentile of all. */
  readonly slow_over_ms: number | null
  /** Worst first: by the lower end of how much worse a group is than all others, in the first metric. A row has the keys of `by` and a value for each metric too. */
  readonly rows: readonly SliceRow[]
  readonly rows_total: Count
}

/** Null at an end that too few records leave open. */
export interface SliceInterval {
  readonly low: number | null
  readonly high: number | null
}

/** Against all other records. unknown is never a pass. */
export type SliceOutcome = 'worse' | 'better' | 'shifted' | 'same' | 'unknown'

export interface SliceRow {
  /** Null where several share the component. */
  readonly bundle: Digest | null
  readonly versions: readonly string[]
  /** Records. */
  readonly count: Count
  /** How many requests they stand for: the records divided by their sample_rate. */
  readonly requests: number
  /** Fewer than 100 records. */
  readonly small: boolean
  /** Against all other records. unknown is never a pass. */
  readonly outcome: SliceOutcome
  readonly why: string
  readonly intervals: Readonly<Record<string, SliceInterval>>
  readonly [key: string]: unknown
}

/** A program that reads one JSON document and prints one, run in the project's folder without a shell. */
export interface SourceCommandOptions {
  /** The program and its arguments. */
  readonly command: readonly string[]
  /** Variables that it gets beside PATH, HOME, LANG and AISHIP_*. */
  readonly env?: readonly string[]
  /** How long an answer may take; 10s where nothing is said. */
  readonly timeout?: Span
}

/** A URL that is sent one JSON document and answers with one; with `method: GET` it is asked for one number. */
export interface SourceHttpOptions {
  /** http:// or https://, or env:NAME, the variable that has it. Without a name or password. */
  readonly url: string
  /** POST where nothing is said. */
  readonly method?: 'GET' | 'POST'
  /** A JSON pointer to the number in what a GET answers. */
  readonly value?: string
  /** Sent with each request. env:NAME in a value is replaced by that variable. */
  readonly headers?: Readonly<Record<string, string>>
  /** How long an answer may take; 10s where nothing is said. */
  readonly timeout?: Span
}

/** The app's prediction log, as `aiship predictions ingest` takes it in. It needs nothing. */
export type SourcePredictionsOptions = Readonly<Record<string, never>>

/** A Prometheus, or what answers as one. A guard's `exposures` and `events` are PromQL that gives raw counters; `$arm`, `$bundle` and `$threshold` in them are replaced. */
export interface SourcePrometheusOptions {
  /** http:// or https://, or env:NAME, the variable that has it. Without a name or password. */
  readonly url: string
  /** Sent with each request. env:NAME in a value is replaced by that variable. */
  readonly headers?: Readonly<Record<string, string>>
  /** How long an answer may take; 10s where nothing is said. */
  readonly timeout?: Span
}

/** A database that speaks PostgreSQL's protocol. A guard's `query` is one SELECT; `$from`, `$until`, `$interval`, `$arm`, `$bundle` and `$threshold` in it are parameters. */
export interface SourceSqlOptions {
  /** env:NAME, the variable with the connection string. */
  readonly connection: string
  /** How long an answer may take; 10s where nothing is said. */
  readonly timeout?: Span
}

/** A time as in 30s, 10m, 2h or 7d. */
export type Span = string

/** Items by status. */
export type StatusCounts = Readonly<Record<string, Count>>

/** Data of `aiship status`. */
export interface StatusData {
  readonly registry: string
  readonly app: Name
  readonly pointers: readonly PointerStatus[]
  /** Those that have not ended. */
  readonly waivers: readonly ShownWaiver[]
  /** The working tree; null without an aiship.yaml. */
  readonly work: WorkStatus
}

/** Exactly one of setWeight, mirror and pause. */
export interface Step {
  readonly setWeight?: Share
  readonly hold?: {
    readonly for?: Span
    readonly minUnits?: Count
  }
  readonly mirror?: {
    readonly weight: Share
    readonly for?: Span
    readonly effects?: 'deny' | 'stub' | 'allow'
  }
  /** A person's approval ends the step before. */
  readonly pause?: {
    readonly approvers?: readonly string[]
  }
}

/** A way by which a bundle may have learned from something that is quarantined. */
export interface TaintFinding {
  /** claimed: it says that it leaves the quarantined records out, and no scan of its rows proves it. */
  readonly state: TaintState
  /** Its id; null where nobody knows what it was made of. */
  readonly quarantine: Digest | null
  /** From what is quarantined, or not known, to the bundle. */
  readonly path: readonly string[]
  readonly why: string
  /** Of what is waived, its id. */
  readonly waiver: Digest | null
  /** When that ends. */
  readonly until: Time | null
  /** Ids of the scans that say so. */
  readonly evidence: readonly Digest[]
}

export type TaintState = 'tainted' | 'waived' | 'claimed' | 'unknown'

/** What a bundle that came as an artifact returns. */
export interface TakenData {
  readonly registry: string
  readonly app: Name
  readonly bundle: Digest
  /** Here. */
  readonly version: Version
  /** The archive or the repository. */
  readonly source: string
  /** The registry that it comes from, and its version there; null where that is not said. */
  readonly origin: Origin
  /** What was said against it there and is now said here. */
  readonly marks: Count
  /** Evaluations, approvals and scans of its datasets that were not here. */
  readonly evidence: Count
  /** Quarantines that it has to do with, and that were not known here. */
  readonly quarantines: Count
  /** Objects that the registry did not have. */
  readonly new_objects: Count
  /** Their bytes. */
  readonly new_bytes: Count
}

export type Template = 'classic' | 'llm' | 'empty'

/** Free text of a person or program, or null. */
export type Text = string | null

/** RFC 3339, UTC, milliseconds. */
export type Time = string

export interface TraceStep {
  readonly ts: string
  readonly span_id: Text
  readonly op: Text
  readonly action: Text
  readonly entity: Text
  readonly applied: boolean | null
  readonly status: Text
  readonly latency_ms: number | null
  readonly model_served: Text
  readonly steps: readonly TraceStep[]
}

/** What bringing a bundle from one registry to another returns. */
export interface TransferData {
  /** The registry that it comes from. */
  readonly from: string
  /** The registry that it was brought to. */
  readonly to: string
  readonly app: Name
  readonly ref: string
  readonly bundle: Digest
  /** In the registry that it comes from. */
  readonly from_version: Version
  /** In the registry that it was brought to. */
  readonly version: Version
  /** False: it was a version there before. */
  readonly new_version: boolean
  /** Objects that were not there. */
  readonly new_objects: Count
  /** Their bytes. */
  readonly new_bytes: Count
  /** All objects of the bundle, its manifest included. */
  readonly objects: Count
  /** Their bytes. */
  readonly bytes: Count
  /** Marks that were not there. */
  readonly marks: Count
  /** Evaluations, approvals and scans of its datasets that were not there. */
  readonly evidence: Count
  /** Quarantines that it has to do with, and that were not known there. */
  readonly quarantines: Count
  /** Predictions that were not there; null where they were not asked for. */
  readonly predictions: {
    readonly segments: Count
    readonly records: Count
  } | null
  /** True: its files stay there until a checkout needs them. */
  readonly lazy: boolean
  readonly duration_ms: Count
}

/** What becomes of a trash list, created once: all of it is deleted, or all of it stays. */
export interface TrashDecision {
  readonly decision: 'kept' | 'swept'
  readonly format: 1
}

export interface TrashItem {
  /** Of the object; of a pack, of its index. */
  readonly digest: Digest
  readonly form: 'alone' | 'pack'
  /** In the pack; else 1. */
  readonly objects: Count
  readonly size: Count
}

/** What a gc of a bucket found that nothing needs: it is deleted a week later, unless the list's decision says otherwise. */
export interface TrashList {
  readonly format: 1
  readonly items: readonly TrashItem[]
}

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

/** Data of `aiship remediate undo`. */
export interface UndoPlanData {
  readonly registry: string
  readonly app: Name
  readonly plan: Digest
  readonly diff: Digest
  readonly items: Count
  readonly undoes: Digest
}

/** No input was logged; it stands elsewhere; only a hash of it was; it was redacted; its segment is gone; its features would be made anew. */
export type Unreplayable = 'absent' | 'elsewhere' | 'hashed' | 'redacted' | 'expired' | 'features'

/** B less A; of rates and means with equal shares of each step of time, so that it need not be the one value less the other. */
export type ValueDifference = {
  readonly value: number
  readonly low: number
  readonly high: number
} | null

/** Any JSON value. */
export type ValueOptions = unknown

/** `lifted` takes back the marks of one earlier operation; `collected` says that a gc took the bundle out, and judges nothing. */
export type Verdict = 'bad' | 'good' | 'lifted' | 'collected'

/** A version's name in its app. */
export type Version = string

/** Data of `aiship --version`. */
export interface VersionData {
  /** Of aiship itself. */
  readonly version: string
}

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
    /** Contracts that its files tell; absent where they tell none. */
    readonly provides?: Contracts
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
    /** Files that are not here are there: the folder or URL of a registry, without credentials. Absent where all were copied. */
    readonly files_at?: string
    /** Who made it there. */
    readonly author?: Actor
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
  /** It has learned, or may have, from something that is quarantined, and nobody has waived that. */
  readonly tainted: boolean
  /** How many evaluations it has, and how many people approve it for some pointer. */
  readonly evidence: EvidenceCount
}

export type VersionState = 'live' | 'was live' | 'bad' | 'never'

/** Lets one thing through in spite of one quarantine, for a time. Its id is the digest of its canonical JSON. */
export interface Waiver {
  /** Its id. */
  readonly quarantine: Digest
  /** The bundle or component that is let through. */
  readonly subject: Digest
  readonly until: Time
}

export interface WarmRelease {
  readonly bundle: Digest
  readonly version: Version | null
}

/** What is looked at while a pointer serves a bundle. Keys that are not listed are options of the source, for every guard that uses it. */
export interface Watch {
  /** Where numbers come from: predictions where nothing is said. */
  readonly source?: string
  /** Batches begin at the start and then so often; 1m where nothing is said. */
  readonly interval?: Span
  /** A batch is closed so long after its end; 5s where nothing is said. */
  readonly grace?: Span
  /** How often all guards together may roll back or abort what is healthy; 5% where nothing is said. */
  readonly budget?: Percentage
  /** How long to go on after the rollout is complete. */
  readonly keep_watching?: Span
  /** Guards that are judged and shown, and never acted upon. */
  readonly dryRun?: readonly string[]
  /** Who is told, with the reason in a sentence. */
  readonly notify?: readonly NotifyTarget[]
  readonly guards: readonly Guard[]
  readonly [key: string]: unknown
}

/** What was done. */
export type WatchAction = 'none' | 'warn' | 'advance' | 'hold' | 'abort' | 'rollback'

/** Data of `aiship watch`: what its last look saw and did; with `--replay`, an earlier verdict judged again. */
export type WatchAllData = WatchData | WatchReplayData

export interface WatchAsked {
  readonly guard: string
  /** One for each of its questions, with a reading for each window; a number that is none is written as text. */
  readonly answers: readonly Readonly<Record<string, unknown>>[]
}

/** One look. */
export interface WatchData {
  readonly registry: string
  readonly app: Name
  readonly pointer: Name
  /** The entry that was judged. */
  readonly seq: Sequence
  readonly mode: 'rollout' | 'keep_watching' | 'steady'
  readonly verdict: Outcome
  /** What was done. */
  readonly action: WatchAction
  readonly why: string
  readonly guards: readonly GuardVerdict[]
  /** As it was judged; null: none runs. */
  readonly rollout: RolloutReport | null
  readonly looked_at: Time
  /** How long a batch is. */
  readonly interval: Duration
  /** When the next batch can be read; null: none will. */
  readonly next_at: Time | null
  /** The entry that was made; null: none. */
  readonly move: MoveData | null
  /** The object that the verdict can be derived from again; null where nothing was done. */
  readonly evidence: Digest | null
  /** Who was told of the move. */
  readonly told: readonly WatchTold[]
  /** Why the watch ended here. */
  readonly ended: 'once' | 'time' | 'acted' | 'moved' | 'running'
}

/** What a watch saw and said before it moved a pointer: an object in canonical JSON, which the entry names. From `looks` without their verdicts the rest can be derived again, byte for byte. */
export interface WatchEvidence {
  readonly v: 1
  readonly kind: 'watch'
  /** Which rules of judgement; a later number may say something else of the same numbers. */
  readonly evaluator: Sequence
  readonly app: Name
  readonly pointer: Name
  /** The pointer's newest entry at that time: what is done about it is the entry after that. */
  readonly judged: {
    readonly seq: Sequence
    readonly entry: Digest
  }
  readonly at: Time
  /** One for each stretch of time that was judged by itself: of a rollout that is complete and is watched still, its own windows and those since. */
  readonly looks: readonly WatchLook[]
  readonly verdict: FamilyVerdict
}

/** Guards as they are written in a file of their own, and under `analysis` of a rollout policy: as under `pointers.<name>.watch` of aiship.yaml. */
export type WatchFile = Watch

export interface WatchLook {
  /** The guards that were asked, and what goes for all of them. */
  readonly watch: Watch
  readonly mode: 'rollout' | 'keep_watching' | 'steady'
  readonly start: Moment
  /** Null: it goes on. */
  readonly until: Moment | null
  /** When the rollout is aborted at the latest; null: none runs. */
  readonly deadline: Moment | null
  readonly interval: Duration
  readonly now: Moment
  readonly sides: WatchedSides
  readonly served: WatchedShares
  /** From when on what was served, oldest first. */
  readonly changes: readonly WatchedChange[]
  /** How the candidate answered when it was made. */
  readonly profile: WatchedProfile | null
  /** By guard: the reference's quantile before the start. */
  readonly frozen: Readonly<Record<string, WatchedQuantile>>
  /** What each guard asked and was answered, in the order of the guards. */
  readonly asked: readonly WatchAsked[]
  readonly verdicts: readonly GuardVerdict[]
}

/** A verdict of then, and what the same numbers come to now. */
export interface WatchReplayData {
  readonly registry: string
  readonly app: Name
  readonly pointer: Name
  /** The entry that was made then. */
  readonly seq: Sequence
  /** Whether every byte is the same. */
  readonly replay: 'same' | 'different'
  readonly evidence: Digest
  readonly evaluator: {
    readonly made_by: Sequence
    readonly now: Sequence
  }
  readonly at: Time
  readonly action: string
  readonly verdict: Outcome
  readonly why: string
  /** As they are derived now. */
  readonly guards: readonly GuardVerdict[]
  readonly now: FamilyVerdict
}

export interface WatchTold {
  /** The program, or the host of the webhook. */
  readonly to: string
  /** Why it could not be told. */
  readonly problem: Text
}

export interface WatchedChange {
  readonly at: Moment
  readonly served: WatchedShares
}

export interface WatchedProfile {
  readonly digest: Digest
  readonly profile: ReferenceProfile
}

export interface WatchedQuantile {
  readonly n: Count
  readonly value: number | null
}

/** What the route drew for, per 100,000. */
export interface WatchedShares {
  readonly candidate: Count
  readonly control: Count
  readonly stable: Count
  readonly mirror: Count
}

export interface WatchedSide {
  readonly bundle: Digest
  readonly arms: readonly string[]
}

export interface WatchedSides {
  readonly pointer: string
  readonly candidate: WatchedSide
  readonly reference: WatchedSide | null
}

/** Arm name to weight; the weights of one rule sum to 100000. */
export type Weights = Readonly<Record<string, number>>

export interface WhyComponent {
  readonly name: Name
  readonly role: Role
  readonly layer: Layer
  readonly kind: string
  readonly digest: Digest
  readonly size: Count
  /** The first version that has this digest. */
  readonly since: Version | null
  /** The git commit at which that version was made. */
  readonly commit: Text
  /** What lay beside it when it was made, by component. Null: unknown. */
  readonly made_from: Readonly<Record<string, Digest>> | null
}

/** Data of `aiship why`. */
export interface WhyData {
  readonly registry: string
  readonly app: Name
  readonly request_id: string
  /** What answered. */
  readonly bundle: Digest
  /** Null: this registry does not know the bundle (a dark prediction); then it has no components here either. */
  readonly version: Version | null
  readonly message: Text
  /** Null outside a repository. */
  readonly git: GitData
  /** Bad marks in force on the bundle, for the whole registry or for one pointer. */
  readonly marks: readonly BadMark[]
  readonly components: readonly WhyComponent[]
  /** The record, without what it does not have. */
  readonly prediction: Readonly<Record<string, unknown>>
  /** Other answers to the same request: shadows, retries. */
  readonly others: readonly DecisionLine[]
  /** With --entity: the decisions about it, live before shadow, newest first; at most 100. Else those before this one. */
  readonly decisions: readonly DecisionLine[]
  readonly decisions_total: Count
  /** What the record says of the route, and what the pointer's entry says of that. Null: the record names no entry of a pointer that is here. */
  readonly decided_by: RouteReason
  /** What was in force when it answered: of the pointer that the record names, else of each one that served the bundle then. */
  readonly pointers: readonly PointerThen[]
  /** The last live decision about the same entity that another bundle made, and what differs between the two bundles. Null: there is none. */
  readonly before: DecidedBefore
  /** What came of it, and what was judged of it. */
  readonly outcomes: readonly WhyOutcome[]
  /** The steps of an agent's trace, each with those inside it, in order of time. */
  readonly steps: readonly TraceStep[]
}

export interface WhyOutcome {
  readonly name: string
  readonly value: string
  readonly at: string
  /** The bundle that it was said of: not always the one that answered. */
  readonly bundle: Digest
}

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
