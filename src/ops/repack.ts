import { mayChunk } from '../core/dedup.ts'
import type { Digest } from '../core/digest.ts'
import type { DigestMap } from '../core/digest-map.ts'
import { AishipError } from '../core/errors.ts'
import type { Component, RepackData } from '../core/model.gen.ts'
import type { Context, Operation } from '../core/ports.ts'
import { findRoots } from './gc-entries.ts'
import { reach } from './gc-roots.ts'
import { history } from './logs.ts'
import { manifestOf } from './plan.ts'
import { filesOf, type ListedFile } from './trees.ts'

export type RepackInput = Readonly<Record<string, never>>

/**
 * Puts the registry in order: small objects that lie alone go into packs, packs into fewer, and large files that are new versions of older ones are
 * stored as the difference. Nothing that anybody needs or might need is given up. Errors: CORRUPT, CHAIN_BROKEN, OBJECT_MISSING where it can't be
 * told what lies where; DISK_FULL, READ_ONLY, NOT_PERMITTED.
 */
export const repack: Operation<RepackInput, RepackData> = async (ctx) => {
  const upkeep = ctx.upkeep?.()
  if (upkeep === undefined) throw new AishipError('INTERNAL', 'there is nothing to repack with')
  const { live, alone } = await reach(ctx, await findRoots(ctx, null))
  const done = await upkeep.repack({
    // What no version has may be the root of one that is being made.
    mayPack: (digest) => live.has(digest) && !alone.has(digest),
    ...{ alone, pairs: await findPairs(ctx, live), signal: ctx.signal },
    progress: (what, count, total) => ctx.emit({ type: 'progress', what, done: count, total, unit: 'files' }),
  })
  const { packed, unpacked, shrunk, packs, bytes } = done
  const isChanged = packed.objects + unpacked + shrunk.objects > 0 || packs.before !== packs.after
  return {
    changed: !upkeep.isDry && isChanged,
    data: { registry: ctx.registry.url, applied: !upkeep.isDry, packed, unpacked, shrunk, packs, bytes },
  }
}

interface Pair {
  readonly digest: Digest
  readonly like: Digest
}

/** Large files that stood where another one stood in the version before, the oldest first. Not of versions that were collected. */
async function findPairs(ctx: Context, live: DigestMap): Promise<readonly Pair[]> {
  const pairs = new Map<Digest, Pair>()
  for (const log of await ctx.registry.logs.list('versions/')) {
    const app = log.slice('versions/'.length)
    const bundles: Digest[] = []
    for await (const { bundle } of history(ctx, `versions/${app}`)) bundles.push(bundle)
    const before = new Map<string, Listed>()
    for (const bundle of bundles.reverse()) {
      ctx.signal.throwIfAborted()
      if (!live.has(bundle)) continue
      for (const component of (await manifestOf(ctx, { bundle })).components) {
        const earlier = before.get(component.name)
        if (component.stored === false || earlier?.digest === component.digest) continue
        const files = await largeFiles(ctx, app, component)
        for (const [path, { digest }] of files) {
          const like = earlier?.files.get(path)?.digest
          // A file that was there before is stored already, in whatever way: it may be what others are the difference from.
          if (like !== undefined && like !== digest && !pairs.has(digest)) pairs.set(digest, { digest, like })
        }
        before.set(component.name, { digest: component.digest, files })
      }
    }
  }
  return [...pairs.values()]
}

interface Listed {
  readonly digest: Digest
  readonly files: ReadonlyMap<string, ListedFile>
}

async function largeFiles(ctx: Context, app: string, component: Component): Promise<Listed['files']> {
  const spec = ctx.config?.app === app ? ctx.config.components.find(({ name }) => name === component.name) : undefined
  const isLarge = ({ size }: ListedFile): boolean => mayChunk(component.role, spec?.dedup ?? 'auto', size)
  const files = await filesOf(ctx.registry.objects, component)
  return new Map(files.filter(isLarge).map((file) => [file.path, file]))
}
