import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { VersionEntry } from '../core/model.gen.ts'
import type { Context, Registry } from '../core/ports.ts'
import type { Content } from './contents.ts'
import { contextAt } from './elsewhere.ts'
import { sendObjects } from './send-objects.ts'
import { fetchAll } from './whole.ts'

/**
 * Brings those of these files that a lazy pull has left where it came from. They are durable here, and verified, before anybody uses them.
 * Errors: OBJECT_MISSING where the registry they are in is no longer there, or has lost them; what opening it throws.
 */
export async function fetchFiles(
  ctx: Context,
  entry: VersionEntry,
  files: readonly Pick<Content, 'digest' | 'size'>[],
): Promise<void> {
  const here = await ctx.registry.objects.has(files.map(({ digest }) => digest))
  const missing = new Map<Digest, Content>()
  for (const { digest, size } of files)
    if (!here.has(digest)) missing.set(digest, { digest, size, alone: false, isTree: false })
  if (missing.size === 0) return
  const from = contextAt(ctx, await openOrigin(ctx, entry), ctx.app)
  const batch = await ctx.registry.objects.batch()
  try {
    await sendObjects(from, batch, [...missing.values()], 'fetching')
  } finally {
    await batch.close()
  }
}

async function openOrigin(ctx: Context, { seq, origin }: VersionEntry): Promise<Registry> {
  const place = origin?.files_at ?? ''
  try {
    return await ctx.open(place)
  } catch (error) {
    if (!(error instanceof AishipError) || error.code !== 'REGISTRY_MISSING') throw error
    throw new AishipError('OBJECT_MISSING', `v${seq} was pulled without its files, and ${place} is no longer there`, {
      hint: 'pull it from another registry that has it',
      next: [fetchAll(origin)?.replace(/^aiship pull \S+/, 'aiship pull FROM') ?? 'aiship fsck'],
      cause: error,
    })
  }
}
