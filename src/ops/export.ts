import { ociIndex, REF_NAME } from '../core/artifact.ts'
import { canonicalBytes, hexOf } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { ExportData } from '../core/model.gen.ts'
import type { OciPiece } from '../core/oci.ts'
import type { Context, Operation } from '../core/ports.ts'
import { TAR_END, tarHeader, tarPadding } from '../core/tar.ts'
import { type Artifact, artifactOf } from './artifact.ts'
import { resolveRef } from './refs.ts'

export interface ExportInput {
  readonly ref: string
  /** A path; `-` is standard output. */
  readonly file: string
}

/**
 * Writes a bundle as one archive: an OCI image layout in a tar, streamed. The same bundle gives the same bytes, as long as nothing new is said
 * of it. Errors: NOT_FOUND, OBJECT_MISSING, CORRUPT, USAGE, DISK_FULL, READ_ONLY, NOT_PERMITTED.
 */
export const exportBundle: Operation<ExportInput, ExportData> = async (ctx, { ref, file }) => {
  const { bundle, version } = await resolveRef(ctx, ref)
  const artifact = await artifactOf(ctx, { bundle, version })
  const sink = (await archivesOf(ctx)).write(file)
  try {
    for await (const chunk of layoutOf(ctx, artifact, version)) await sink.write(chunk)
    const { digest, size } = sink.end()
    const data = { registry: ctx.registry.url, app: ctx.app, ref, bundle, version, file, size, digest }
    return { changed: true, data: { ...data, artifact: artifact.model.digest } }
  } finally {
    sink.drop()
  }
}

export async function archivesOf(ctx: Context) {
  if (ctx.archives === undefined) throw new AishipError('INTERNAL', 'this context has no archives')
  return ctx.archives()
}

/** What a reader needs first stands first. */
async function* layoutOf(
  ctx: Context,
  { model, referrers, blobs }: Artifact,
  version: string,
): AsyncGenerator<Uint8Array> {
  const index = ociIndex([{ ...model, annotations: { [REF_NAME]: version } }, ...referrers])
  yield* fileOf('oci-layout', canonicalBytes({ imageLayoutVersion: '1.0.0' }))
  yield* fileOf('index.json', index)
  const all: readonly OciPiece[] = [model, ...referrers, ...blobs]
  const total = all.reduce((sum, one) => sum + one.size, 0)
  let done = 0
  for (const { digest, size, bytes } of all) {
    yield tarHeader({ name: `blobs/sha256/${hexOf(digest)}`, size, exec: false })
    for await (const chunk of bytes()) {
      ctx.signal.throwIfAborted()
      done += chunk.length
      ctx.emit({ type: 'progress', what: 'writing the archive', done, total, unit: 'bytes' })
      yield chunk
    }
    yield tarPadding(size)
  }
  yield TAR_END
}

function* fileOf(name: string, bytes: Uint8Array): Generator<Uint8Array> {
  yield tarHeader({ name, size: bytes.length, exec: false })
  yield bytes
  yield tarPadding(bytes.length)
}
