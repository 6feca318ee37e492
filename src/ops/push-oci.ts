import { hexOf } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { SentData } from '../core/model.gen.ts'
import type { OciRepository } from '../core/oci.ts'
import { inPool } from '../core/pool.ts'
import type { Context, Result } from '../core/ports.ts'
import { artifactOf } from './artifact.ts'
import { resolveRef } from './refs.ts'

/** Blobs that are sent at the same time. */
const WIDTH = 4

/**
 * Brings a bundle to an OCI registry, where other tools can read it: blobs that are not there, then the manifests that name them, then the tag.
 * Stopped on the way, it leaves nothing that the tag means; repeated, it sends what is missing. Of a REF that a pointer says, the artifact carries
 * the entry that its tag mirrors. A tag is for others: aiship never takes it for a pointer. Errors: NOT_FOUND, OBJECT_MISSING, CORRUPT, USAGE, NOT_AUTHENTICATED, NOT_PERMITTED, REGISTRY_UNREACHABLE.
 */
export async function pushOci(
  ctx: Context,
  { ref, to }: { readonly ref: string; readonly to: string },
): Promise<Result<SentData>> {
  const repository = await repositoryAt(ctx, to)
  const { bundle, version, pointer, entry } = await resolveRef(ctx, ref)
  // Only a tag that somebody named is to follow the pointer.
  const mirrored =
    repository.tag === null || pointer === null || entry === null
      ? null
      : { pointer, seq: entry.seq, registry: ctx.registry.id }
  const { model, referrers, blobs } = await artifactOf(ctx, { bundle, version }, mirrored)
  const total = blobs.reduce((sum, { size }) => sum + size, 0)
  const fresh = { new_blobs: 0, new_bytes: 0 }
  let done = 0
  const progress = (bytes: number): void => {
    done += bytes
    ctx.emit({ type: 'progress', what: `pushing to ${repository.url}`, done, total, unit: 'bytes' })
  }
  await inPool(blobs, WIDTH, async (blob) => {
    ctx.signal.throwIfAborted()
    if (await repository.put(blob, progress)) {
      fresh.new_blobs++
      fresh.new_bytes += blob.size
    } else progress(blob.size)
  })
  await repository.putManifests(model, referrers)
  // Without a tag, many registries take out what nothing names: so it gets one that says which bundle it is.
  const tag = repository.tag ?? `bundle-${hexOf(bundle).slice(0, 12)}`
  const isMoved = await repository.putTag(tag, model)
  const head = { from: ctx.registry.url, to: repository.url, app: ctx.app, ref, bundle, version }
  return {
    changed: isMoved || fresh.new_blobs > 0,
    data: {
      ...{ ...head, artifact: model.digest, tag, pointer: mirrored?.pointer ?? null, seq: mirrored?.seq ?? null },
      ...{ ...fresh, blobs: blobs.length, bytes: total },
    },
  }
}

export async function repositoryAt(ctx: Context, url: string): Promise<OciRepository> {
  if (ctx.oci === undefined) throw new AishipError('INTERNAL', 'this context has no OCI registries')
  return ctx.oci(url)
}
