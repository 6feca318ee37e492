import type { Digest } from '../core/digest.ts'
import type { Component, VersionEntry } from '../core/model.gen.ts'
import type { ComponentSpec, Context } from '../core/ports.ts'
import { manifestOf } from './plan.ts'
import { indexed } from './refs.ts'
import { type LineageRecord, lineageOf, staleInputs, versionEntry } from './versions.ts'

/** What each component with `from` was made of; `since` is null where this bundle is the first that has it. */
export type Lineage = Readonly<Record<string, Omit<LineageRecord, 'since'> & { readonly since: string | null }>>

/**
 * The lineage of a new bundle. A component that an earlier version has keeps what is recorded there, so that its record never changes while
 * its bytes don't; one that is new was made of what lies beside it now.
 */
export async function lineageFor(
  ctx: Context,
  specs: readonly ComponentSpec[],
  components: readonly Component[],
): Promise<Lineage> {
  const byName = new Map(components.map((component) => [component.name, component]))
  const rows: [string, Lineage[string]][] = []
  for (const spec of specs.filter((one) => one.from.length > 0)) {
    const component = byName.get(spec.name) as Component
    const earlier = await recorded(ctx, component, spec.from)
    rows.push([spec.name, earlier ?? { digest: component.digest, since: null, inputs: pick(byName, spec.from) }])
  }
  return Object.fromEntries(rows)
}

function pick(components: ReadonlyMap<string, Component>, names: readonly string[]): Record<string, Digest> {
  const found = names.flatMap((name) => {
    const component = components.get(name)
    return component === undefined ? [] : [[name, component.digest] as const]
  })
  return Object.fromEntries(found)
}

/** The record of the first version that has the component. Null: none has it, or the index does not know. */
async function recorded(ctx: Context, component: Component, from: readonly string[]): Promise<LineageRecord | null> {
  const first = await indexed(ctx, component.digest).catch(() => null)
  if (first === null) return null
  const entry = await versionEntry(ctx, first.version).catch(() => null)
  if (entry === null) return null
  const record = lineageOf(entry, component)
  if (record !== null) return record
  // `from` was written down later: what lay beside the component then is in that version's manifest.
  const manifest = await manifestOf(ctx, entry).catch(() => null)
  const there = new Map((manifest?.components ?? []).map((one) => [one.name, one]))
  if (![...there.values()].some((one) => one.digest === component.digest)) return null
  return { digest: component.digest, since: first.version, inputs: pick(there, from) }
}

/** The lineage as `v7` stores it. */
export const settleLineage = (lineage: Lineage, version: string): VersionEntry['lineage'] =>
  Object.fromEntries(
    Object.entries(lineage).map(([name, record]) => [name, { ...record, since: record.since ?? version }]),
  )

/** Warns of every component that stayed what it was while what it was made of did not. */
export function warnOfStale(
  ctx: Context,
  lineage: Lineage | VersionEntry['lineage'],
  components: readonly Component[],
): void {
  for (const [name, record] of Object.entries(lineage)) {
    const stale = staleInputs({ ...record, since: record.since ?? '' }, { components })
    if (stale.length === 0) continue
    const message = `${name} is the one of ${record.since}, and ${stale.join(', ')} ${stale.length === 1 ? 'is' : 'are'} not: it was not made from what lies beside it`
    ctx.emit({ type: 'warning', code: 'LINEAGE_STALE', message })
  }
}
