import type { Digest } from './digest.ts'
import type { Descriptor, Event, ObjectStore } from './ports.ts'

/** A file or component as the checkout plan names it. */
export interface CheckoutFile {
  /** Relative to the target, "/" between the parts. */
  readonly path: string
  readonly digest: Digest
  readonly size: number
  readonly exec: boolean
}

export interface CheckoutResult {
  readonly written: number
  readonly unchanged: number
  readonly removed: number
  readonly bytes: number
}

/** What one stat tells about a file. */
export interface Look {
  /** Bytes. */
  readonly size: number
  /** The digest that it had when it was last read, if nothing about it has changed since; else null. */
  readonly digest: Digest | null
}

/** A file or folder as a listing of the working folder shows it. */
export interface FolderItem {
  /** Relative to the root, "/" between the parts. */
  readonly path: string
  readonly kind: 'file' | 'folder' | 'other'
  /** Bytes of a file, else 0. */
  readonly size: number
}

/** The working folder: where a bundle comes from and where one is written to. Files are named as `SourceFile.content` names them, or relative to the root. */
export interface Workspace {
  readonly root: string
  /** The bytes of a file, the first `maxBytes` of them; null where there is none. Errors: NOT_PERMITTED. */
  read(file: string, maxBytes?: number): Promise<Uint8Array | null>
  /** Looks without reading a byte; null where there is no file. For looking only: what is stored is always read. */
  look(file: string): Look | null
  /** Reads and hashes a file without storing it, and remembers the digest. Errors: FILE_MISSING, NOT_PERMITTED, SOURCE_CHANGED. */
  hash(file: string): Promise<Descriptor>
  /** Remembers the digest of a file just stored. */
  remember(file: string, digest: Digest): void
  /** Writes what was remembered; losing it costs time only. */
  saveKnown(): Promise<void>
  /** What lies directly in a folder ('' for the root), sorted by name; links are 'other'. Empty where there is no such folder. */
  list(folder: string): Promise<readonly FolderItem[]>
  /** Creates a file of the root; 'lost' where something of that name is there, which stays as it is. */
  create(path: string, bytes: Uint8Array): Promise<'won' | 'lost'>
  /**
   * Writes `files` and `release` into `dir`: atomic into an absent or empty folder, file by file over a checkout of ours.
   * Errors: TARGET_NOT_EMPTY, NAME_UNSAFE, CORRUPT, OBJECT_MISSING, DISK_FULL, READ_ONLY, NOT_PERMITTED.
   */
  checkout(dir: string, plan: CheckoutPlan): Promise<CheckoutResult>
}

export interface CheckoutPlan {
  readonly files: readonly CheckoutFile[]
  /** The bytes of .aiship-release.json. */
  readonly release: Uint8Array
  readonly source: ObjectStore
  readonly emit: (event: Event) => void
  readonly signal: AbortSignal
}
