import type { Digest } from '../core/digest.ts'
import type { Component, Manifest, VersionEntry } from '../core/model.gen.ts'
import { inPool } from '../core/pool.ts'
import type { Context } from '../core/ports.ts'
import { entryAt } from './logs.ts'
import { readLabel, versionLog } from './refs.ts'

/** Records that are read at the same time. */
const WIDTH = 16

/** The entry of `v42`. Errors: NOT_FOUND, CORRUPT. */
export async function versionEntry(ctx: Context, version: string): Promise<VersionEntry> {
  return (await entryAt(ctx, versionLog(ctx.app), Number(version.slice(1)))).entry
}

/** The labels of every bundle that has one, sorted. A damaged label is fsck's business. */
export async function labelsByBundle(ctx: Context): Promise<ReadonlyMap<Digest, readonly string[]>> {
  const prefix = `labels/${ctx.app}/`
  const keys = await ctx.registry.names.list(prefix)
  const found: [string, Digest][] = []
  await inPool(keys, WIDTH, async (key) => {
    const name = key.slice(prefix.length)
    const label = await readLabel(ctx, name).catch(() => null)
    if (label !== null) found.push([name, label.bundle])
  })
  const labels = new Map<Digest, string[]>()
  for (const [name, bundle] of found.sort()) labels.set(bundle, [...(labels.get(bundle) ?? []), name])
  return labels
}

export type LineageRecord = VersionEntry['lineage'][string]

/** What is known of what a component was made of: recorded under its digest, whatever it was called then. */
export function lineageOf(entry: VersionEntry, component: Component): LineageRecord | null {
  const own = Object.hasOwn(entry.lineage, component.name) ? entry.lineage[component.name] : undefined
  if (own?.digest === component.digest) return own
  return Object.values(entry.lineage).find((record) => record.digest === component.digest) ?? null
}

/** Inputs that are not what they were when the component was made. */
export function staleInputs(record: LineageRecord, manifest: Pick<Manifest, 'components'>): readonly string[] {
  const now = new Map(manifest.components.map((component) => [component.name, component.digest]))
  return Object.entries(record.inputs)
    .filter(([name, digest]) => now.has(name) && now.get(name) !== digest)
    .map(([name]) => name)
}
