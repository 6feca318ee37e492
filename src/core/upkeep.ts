import type { Digest } from './digest.ts'
import type { Descriptor } from './ports.ts'

/** How much. */
export interface Amount {
  readonly objects: number
  readonly bytes: number
}

/** An object that nobody needs. */
export interface Garbage extends Descriptor {
  /** True if it lies together with others; never so with a manifest. */
  readonly isPacked: boolean
  /** Why it stays for now: it was stored lately, or too little beside it is garbage. */
  readonly stays: 'young' | 'packed' | null
}

/** What a sweep did. */
export interface Swept extends Amount {
  /** Needed, and brought back from the trash. */
  readonly restored: number
  /** Deleted for good. */
  readonly purged: Amount
  /** Unfinished files removed. */
  readonly leftovers: number
}

/** What a sweep is to go by. */
export interface SweepOptions {
  readonly olderThanMs: number
  /** Bundles among the garbage: they go before all others. */
  readonly first: ReadonlySet<Digest>
  /** What bundles reach that are about to be announced: it may go, but nothing of it for good. What is in the trash comes back. */
  readonly held?: (digest: Digest) => boolean
  /** Called when the trash is in order, and before anything goes into it: to write down which bundles go. */
  readonly announce?: () => Promise<void>
  readonly progress?: (done: number) => void
  readonly signal: AbortSignal
}

/**
 * One gc. It judges by the time at which it was begun, and what is needed must be found out after that. Laws: what is needed can be read at every
 * moment; a sweep that ends early, however, leaves a sound registry, and the next one goes on.
 */
export interface Collection {
  /** When it began, in ms, by the clock of the medium. */
  readonly nowMs: number
  /** What is not `needed`. Errors: CORRUPT where that can't be told. */
  garbage(needed: (digest: Digest) => boolean, olderThanMs: number): AsyncIterable<Garbage>
  /** What earlier ones took out, and what of it this one would delete for good. */
  trash(): Promise<Amount & { readonly ripe: Amount }>
  /** Unfinished files that nobody has touched for so long. */
  leftovers(olderThanMs: number): Promise<number>
  /**
   * Takes garbage out; brings back what is needed. `progress` is told of objects taken out so far.
   * Errors: the reason of `signal`; CORRUPT, DISK_FULL, READ_ONLY, NOT_PERMITTED, REGISTRY_UNREACHABLE.
   */
  sweep(needed: (digest: Digest) => boolean, options: SweepOptions): Promise<Swept>
}

/** What a repack is to do. */
export interface RepackOptions {
  /** Whether an object may lie together with others: not so the bundles and the roots of their components, which every move looks for. */
  readonly mayPack: (digest: Digest) => boolean
  /** Those, which must lie alone. */
  readonly alone: Iterable<Digest>
  /** Large files, each with an older one of which it may be a new version; the oldest first. */
  readonly pairs: readonly { readonly digest: Digest; readonly like: Digest }[]
  readonly progress?: (what: string, done: number, total: number | null) => void
  readonly signal: AbortSignal
}

/** What a repack did. */
export interface Repacked {
  /** Objects that lay alone and lie in packs now. */
  readonly packed: Amount
  /** Objects that lay in packs only and must lie alone. */
  readonly unpacked: number
  /** Objects that lay whole and lie as their difference from an older one now, and the bytes saved by that. */
  readonly shrunk: Amount
  readonly packs: { readonly before: number; readonly after: number }
  /** Of all objects, as they lie. */
  readonly bytes: { readonly before: number; readonly after: number }
}

/** What keeps a registry small. Only its medium knows how objects lie there. */
export interface Upkeep {
  /** True if nothing is to be changed, whatever is asked. */
  readonly isDry: boolean
  /** Begins a gc. In: `apply`, whether it is to sweep. Errors: READ_ONLY, NOT_PERMITTED, DISK_FULL. */
  collect(apply: boolean): Promise<Collection>
  /**
   * Puts the objects in order; with `isDry` it is only planned. Laws: every object can be read at every moment; what is new is durable before what
   * it replaces goes. Errors: the reason of the signal; DISK_FULL, READ_ONLY, NOT_PERMITTED, REGISTRY_UNREACHABLE.
   */
  repack(options: RepackOptions): Promise<Repacked>
}
