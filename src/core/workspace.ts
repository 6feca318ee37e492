import type { Looked } from './collector.ts'
import type { Digest } from './digest.ts'
import type { Descriptor, Event, ObjectStore } from './ports.ts'
import type { ScanMode } from './secrets.ts'

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
  /** Of those written. */
  readonly bytes: number
  /** Of those written: hard links to objects of the registry; absent for none. */
  readonly linked?: number
  /** Of those written: files that share their blocks with objects of the registry; absent for none. */
  readonly reflinked?: number
}

/** What is compared to tell whether a file or a folder has changed: bytes, times in nanoseconds, inode and device. */
export interface FileStat {
  readonly size: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
  readonly ino: bigint
  readonly dev: bigint
}

/** What a file was looked through for when it was last read. Kept only of files in which no secret was found. */
export interface Cleared {
  /** Under which name, relative to the project: some names tell by themselves. */
  readonly path: string
  readonly scan: ScanMode
  readonly format: string | null
}

/** What one stat tells about a file. */
export interface Look {
  /** Bytes. */
  readonly size: number
  /** The digest that it had when it was last read, if nothing about it has changed since; else null. */
  readonly digest: Digest | null
  /** Null also where the file is known and was not looked through, or a secret was found. */
  readonly cleared: Cleared | null
}

/** Everything that a command looked at to find out what it did. */
export interface Trail extends Looked {
  /** As `look` names them. */
  readonly files: readonly string[]
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
  /**
   * A part of a file that is still what `stat` says, from the end where `from` is negative: at most `length` bytes. Null where it is another file by
   * now, or there is none. Errors: NOT_PERMITTED.
   */
  part(file: string, stat: FileStat, from: number, length: number): Promise<Uint8Array | null>
  /**
   * Looks without reading a byte; null where there is no file. It says what need not be read again, never what is stored. In: `stat`, from
   * somebody who has just looked and found a file.
   */
  look(file: string, stat?: FileStat): Look | null
  /** Reads and hashes a file without storing it, and remembers the digest. Errors: FILE_MISSING, NOT_PERMITTED, SOURCE_CHANGED. */
  hash(file: string): Promise<Descriptor>
  /** Remembers a file just stored, under the stat that `look` found before it was read; not one that has other bytes than its stat says. */
  remember(file: string, stored: Descriptor, cleared?: Cleared | null): void
  /** Writes what was remembered; losing it costs time only. */
  saveKnown(): Promise<void>
  /**
   * What `keep` was given last under `key`, if nothing of that trail has changed since: one stat for each file and folder, and nothing is read.
   * Null also where that cannot be told. Call it before the first look: from here on, what changes is not kept.
   */
  unchanged(key: string): Uint8Array | null
  /** Keeps `summary` until something of the trail changes. Not kept where something changed so lately that a change could hide; losing it costs time only. */
  keep(key: string, trail: Trail, summary: Uint8Array): Promise<void>
  /** What lies directly in a folder ('' for the root), sorted by name; links are 'other'. Empty where there is no such folder. */
  list(folder: string): Promise<readonly FolderItem[]>
  /** Creates a file of the root; 'lost' where something of that name is there, which stays as it is. */
  create(path: string, bytes: Uint8Array): Promise<'won' | 'lost'>
  /**
   * Writes `files` and `release` into `dir`: atomic into an absent or empty folder, file by file over a checkout of ours.
   * Of several at once into one folder, the one that began last is there in the end; one that was overtaken says so.
   * Errors: TARGET_NOT_EMPTY, NAME_UNSAFE, CORRUPT, OBJECT_MISSING, DISK_FULL, READ_ONLY, NOT_PERMITTED, OVERTAKEN.
   */
  checkout(dir: string, plan: CheckoutPlan): Promise<CheckoutResult>
}

export interface CheckoutPlan {
  readonly files: readonly CheckoutFile[]
  /** The bytes of .aiship-release.json. */
  readonly release: Uint8Array
  readonly source: ObjectStore
  /** Hard links, read-only, to objects that lie in files of their own; where that cannot be, copies, and a warning. */
  readonly link?: boolean
  /** Reads again what sizes and times, or a record of what was verified, would vouch for. */
  readonly verify?: boolean
  readonly emit: (event: Event) => void
  readonly signal: AbortSignal
}
