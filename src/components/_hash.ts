import { buildTrees } from '../core/folders.ts'
import { inPool } from '../core/pool.ts'
import type { CheckoutFile, Collected, Descriptor, Project, SourceFile } from '../core/ports.ts'
import { hashFile } from '../store/hash.ts'

const WIDTH = 4

/**
 * What the files would be named by if they were stored: a reference with the path as written, the digest and the size of all bytes.
 * Errors: SOURCE_CHANGED, FILE_MISSING, NOT_PERMITTED.
 */
export async function hashed(collected: Collected, written: string, project: Project): Promise<Collected> {
  if (collected.form === 'reference') return collected
  const { files, form } = collected
  const known = new Map<SourceFile, Descriptor>()
  await inPool(files, WIDTH, async (file) => {
    project.signal.throwIfAborted()
    if ('file' in file.content) known.set(file, await hashFile(file.content.file))
  })
  const listed = files.map(
    (file): CheckoutFile => ({ path: file.path, exec: file.exec, ...(known.get(file) as Descriptor) }),
  )
  const size = listed.reduce((sum, file) => sum + file.size, 0)
  const digest = form === 'file' ? listed[0]?.digest : buildTrees(listed).at(-1)?.digest
  return {
    form: 'reference',
    reference: { path: written, digest: String(digest), size },
    notes: { files: String(files.length) },
  }
}
