import { resolve } from 'node:path'
import type { Archives } from '../core/oci.ts'
import { openArchive } from './archive-read.ts'
import { createArchive } from './archive-write.ts'

/** In: where relative paths start, where standard input is kept while it is read, and whether nothing may be written. */
export function archivesIn(
  dir: string,
  options: { readonly spool: string; readonly signal: AbortSignal; readonly dryRun: boolean },
): Archives {
  const at = (file: string): string => (file === '-' ? file : resolve(dir, file))
  return {
    read: (file) => openArchive(at(file), options.spool, options.signal),
    write: (file) => createArchive(at(file), options.dryRun),
  }
}
