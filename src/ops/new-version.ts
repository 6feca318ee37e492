import { canonicalBytes, type Digest } from '../core/digest.ts'
import type { Body, Read } from '../core/entry.ts'
import type { Component, IndexRecord, VersionEntry } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { append, entryAt } from './logs.ts'
import { manifestOf } from './plan.ts'
import { indexed, indexKey, versionLog } from './refs.ts'
import { otherBundle } from './repeat.ts'

/**
 * Gives a bundle the app's next number. Of several at once each gets its own, and of several that bundle the same one makes the version and
 * the others find it. `before` must have been read before the bundle was looked for. Errors: USAGE for an `--op` that has bundled something else.
 */
export async function addVersion(
  ctx: Context,
  before: Read<VersionEntry> | null,
  bundle: Digest,
  body: (version: string) => Promise<Body<VersionEntry>>,
): Promise<{ readonly entry: VersionEntry; readonly isNew: boolean }> {
  let last = before
  for (;;) {
    const { won, read } = await append(ctx, versionLog(ctx.app), last, await body(`v${(last?.entry.seq ?? 0) + 1}`))
    if (read.entry.bundle === bundle) return { entry: read.entry, isNew: won }
    // Ours by its name, and not what we have bundled: another run of this `--op` at the same moment, in another working tree.
    if (won) throw otherBundle(ctx, read.entry)
    last = read
  }
}

/** How many versions without an index record are looked at: more than one writer that was stopped is not an accident. */
const MOST_BEHIND = 32

/**
 * Writes the index records of a version, its bundle's last: where that is there, the others are. Versions before it whose writers were
 * stopped, or are not as far yet, get theirs first, because the first version that has a component is what its record says.
 */
export async function indexVersion(
  ctx: Context,
  entry: VersionEntry,
  components: readonly Component[],
  before: Read<VersionEntry> | null,
): Promise<void> {
  if ((await recordOf(ctx, entry.bundle)) !== null) return
  const behind: VersionEntry[] = []
  let earlier = await versionBefore(ctx, entry, before)
  while (earlier !== null && behind.length < MOST_BEHIND && (await recordOf(ctx, earlier.bundle)) === null) {
    behind.unshift(earlier)
    earlier = await versionBefore(ctx, earlier, before)
  }
  for (const earlier of behind) {
    const manifest = await manifestOf(ctx, earlier).catch(() => null)
    if (manifest !== null) await write(ctx, earlier, manifest.components)
  }
  await write(ctx, entry, components)
}

/** Null also where it is damaged: that is fsck's to say. In: `known`, which is at hand and may be it. */
async function versionBefore(
  ctx: Context,
  { seq }: VersionEntry,
  known: Read<VersionEntry> | null,
): Promise<VersionEntry | null> {
  if (seq === 1) return null
  if (known?.entry.seq === seq - 1) return known.entry
  return (await entryAt(ctx, versionLog(ctx.app), seq - 1).catch(() => null))?.entry ?? null
}

const recordOf = (ctx: Context, bundle: Digest): Promise<IndexRecord | null> => indexed(ctx, bundle).catch(() => null)

async function write(ctx: Context, { bundle, seq }: VersionEntry, components: readonly Component[]): Promise<void> {
  const create = async (digest: Digest, kind: IndexRecord['kind']): Promise<void> => {
    const record: IndexRecord = { kind, version: `v${seq}` }
    await ctx.registry.names.create(indexKey(ctx.app, digest), canonicalBytes(record))
  }
  for (const { digest } of components) await create(digest, 'component')
  await create(bundle, 'bundle')
}
