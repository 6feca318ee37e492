import type { TakenData } from '../core/model.gen.ts'
import type { Operation } from '../core/ports.ts'
import { takeArtifact } from './artifact-take.ts'
import { archivesOf } from './export.ts'

export interface ImportInput {
  /** A path; `-` is standard input. */
  readonly file: string
}

/**
 * Takes the bundle of an archive into the registry, as the next version of its app. All or nothing: an archive in which anything is wrong
 * leaves no trace. Errors: FILE_MISSING, ARCHIVE_INVALID, CORRUPT, OBJECT_MISSING, NAME_UNSAFE, DISK_FULL, READ_ONLY.
 */
export const importBundle: Operation<ImportInput, TakenData> = async (ctx, { file }) => {
  const source = await (await archivesOf(ctx)).read(file)
  try {
    return await takeArtifact(ctx, source)
  } finally {
    await source.close()
  }
}
