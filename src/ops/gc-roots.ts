import type { Digest } from '../core/digest.ts'
import { type DigestMap, makeDigestMap } from '../core/digest-map.ts'
import { AishipError } from '../core/errors.ts'
import { collectBytes, MAX_MANIFEST, MAX_TREE, parseManifest, parseTree } from '../core/manifest.ts'
import type { Manifest } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import type { Roots } from './gc-entries.ts'
import { refuseLost } from './logs.ts'

/** What is kept is kept; what is a tree was also looked into. */
const [KEPT, OPENED] = [1, 2]

/** What the registry needs. */
export interface Reached {
  readonly live: DigestMap
  /** Of that, bundles and the roots of their components. */
  readonly alone: ReadonlySet<Digest>
}

/**
 * Everything that the registry needs: each bundle in `roots` down to its files, and every other object there. Errors: CORRUPT, OBJECT_MISSING
 * where a part of it can't be read: nobody can tell then what is needed.
 */
export async function reach(ctx: Context, roots: Roots): Promise<Reached> {
  const reached = { live: makeDigestMap(), alone: new Set<Digest>() }
  let done = 0
  for (const bundle of roots.bundles.keys()) {
    ctx.signal.throwIfAborted()
    // With a longer retention than the gc had that took it out, it would be needed.
    if (roots.collected.has(bundle)) await keepWhatIsThere(ctx, reached, bundle)
    else await keepManifest(ctx, reached, bundle, await readManifest(ctx, bundle))
    ctx.emit({ type: 'progress', what: 'reading bundles', done: ++done, total: roots.bundles.size, unit: 'files' })
  }
  for (const digest of roots.named) {
    if (reached.live.has(digest)) continue
    await (roots.collected.has(digest) ? keepWhatIsThere(ctx, reached, digest) : keepNamed(ctx, reached, digest))
  }
  return reached
}

/** What bundles reach that nothing needs, as far as it is there. */
export async function reachOthers(ctx: Context, bundles: Iterable<Digest>): Promise<DigestMap> {
  const reached = { live: makeDigestMap(), alone: new Set<Digest>() }
  for (const digest of bundles) await keepWhatIsThere(ctx, reached, digest)
  return reached.live
}

async function keepWhatIsThere(ctx: Context, reached: Builder, bundle: Digest): Promise<void> {
  ctx.signal.throwIfAborted()
  try {
    await keepManifest(ctx, reached, bundle, await readManifest(ctx, bundle))
  } catch (error) {
    if (!(error instanceof AishipError) || !['OBJECT_MISSING', 'CORRUPT'].includes(error.code)) throw error
  }
}

/**
 * Refuses where entries are lost that this machine has seen: what they named would pass for garbage.
 * Errors: LOG_WENT_BACK; CHAIN_BROKEN where an app has no versions, and something was written of them.
 */
export async function refuseLostLogs(ctx: Context): Promise<void> {
  const logs = await ctx.registry.logs.list('')
  await refuseLost(ctx)
  for (const key of await ctx.registry.names.list('index/')) {
    const app = key.split('/')[1]
    if (logs.includes(`versions/${app}`)) continue
    throw new AishipError('CHAIN_BROKEN', `${app} has an index and no versions: they are lost, or were moved away`, {
      hint: 'bring logs/versions back from a backup before anything is taken out',
      next: ['aiship fsck'],
    })
  }
}

interface Builder extends Reached {
  readonly alone: Set<Digest>
}

const readManifest = async (ctx: Context, digest: Digest): Promise<Manifest> =>
  parseManifest(await collectBytes(ctx.registry.objects.get(digest, MAX_MANIFEST)), digest)

async function keepManifest(ctx: Context, { live, alone }: Builder, digest: Digest, manifest: Manifest): Promise<void> {
  live.set(digest, OPENED)
  alone.add(digest)
  for (const part of manifest.components) {
    if (part.stored === false) continue
    alone.add(part.digest)
    if (part.tree === true) await keepTree(ctx, live, part.digest)
    else if (!live.has(part.digest)) live.set(part.digest, KEPT)
  }
}

async function keepTree(ctx: Context, live: DigestMap, digest: Digest): Promise<void> {
  if (live.get(digest) === OPENED) return
  const { entries } = parseTree(await collectBytes(ctx.registry.objects.get(digest, MAX_TREE)), digest)
  live.set(digest, OPENED)
  for (const { tree, digest: file } of entries) {
    if (tree !== undefined) await keepTree(ctx, live, tree)
    else if (file !== undefined && !live.has(file)) live.set(file, KEPT)
  }
}

/** An object that is named somewhere, and what it reaches if it is a bundle or a tree. */
async function keepNamed(ctx: Context, reached: Builder, digest: Digest): Promise<void> {
  const { live } = reached
  const size = await ctx.registry.objects.size(digest)
  if (size === null) return
  live.set(digest, KEPT)
  const document = size > MAX_TREE ? null : await readDocument(ctx, digest)
  if (document?.kind === 'manifest') await keepManifest(ctx, reached, digest, document.manifest)
  if (document?.kind === 'tree') await keepTree(ctx, live, digest)
}

/** What an object turns out to be that aiship writes itself. */
export type Document = { readonly kind: 'manifest'; readonly manifest: Manifest } | { readonly kind: 'tree' }

/** Null for a file, which may begin like one of ours. Errors: those of `ObjectStore.get`. */
export async function readDocument(ctx: Context, digest: Digest): Promise<Document | null> {
  let head = ''
  for await (const chunk of ctx.registry.objects.get(digest)) {
    head = Buffer.from(chunk.subarray(0, 16)).toString('latin1')
    break
  }
  try {
    if (head.startsWith('{"app":')) return { kind: 'manifest', manifest: await readManifest(ctx, digest) }
    if (!head.startsWith('{"entries":')) return null
    parseTree(await collectBytes(ctx.registry.objects.get(digest, MAX_TREE)), digest)
    return { kind: 'tree' }
  } catch (error) {
    if (error instanceof AishipError && ['CORRUPT', 'NAME_UNSAFE'].includes(error.code)) return null
    throw error
  }
}
