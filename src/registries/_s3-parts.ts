import type { Memory, Registry, RemotePlace } from '../core/ports.ts'
import type { S3Client } from './_s3-client.ts'

/** What the parts of one opened bucket share. */
export interface Parts {
  readonly place: RemotePlace
  readonly client: S3Client
  /** The key of a path that store/layout.ts made for a registry at the root: `/logs/...`. */
  readonly key: (path: string) => string
  /** The same registry as far as it was read, in a folder of this machine: complete nowhere, safe to delete. */
  readonly copy: Registry
  /** That folder. */
  readonly root: string
  /** Writes small files of that folder; what can't be written is not kept. */
  readonly kept: Memory
  /** Makes the registry if it is not there yet. Before the first write. */
  readonly ensure: () => Promise<void>
  /** Answers from the copy, with a warning, where the bucket can't be reached. */
  readonly orCopy: <T>(ask: () => Promise<T>, fromCopy: () => Promise<T>) => Promise<T>
}
