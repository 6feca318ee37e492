import { judgeContracts, providedBy } from '../core/contracts.ts'
import { bearsPickle } from '../core/formats.ts'
import { LAYER_OF } from '../core/manifest.ts'
import type { Arm, Component, Manifest, NamedBy, ShowData, ShownComponent, VersionEntry } from '../core/model.gen.ts'
import type { Context, Operation } from '../core/ports.ts'
import { workBundle } from './diff-side.ts'
import { evidenceOf, scansIn, shown } from './evidence.ts'
import { servedByAll } from './ls.ts'
import { configOf } from './parts.ts'
import { availability, manifestOf } from './plan.ts'
import { resolveRef, versionOf } from './refs.ts'
import { taintSeen } from './taint.ts'
import { badMarks } from './verdicts.ts'
import { labelsByBundle, lineageOf, staleInputs, versionEntry } from './versions.ts'
import { type Looked, lookAtWork } from './work.ts'

export interface ShowInput {
  readonly ref: string
  readonly arm?: string | undefined
}

/**
 * All that is known of a bundle: what it consists of, who made it from what, its marks, and which pointers serve or have served it. Of
 * `@work`, what a bundle made now would consist of. Errors: NOT_FOUND, OBJECT_MISSING, CORRUPT, CONFIG_MISSING.
 */
export const show: Operation<ShowInput, ShowData> = async (ctx, { ref, arm }) => {
  if (ref === '@work') return { changed: false, data: await showWork(ctx) }
  const found = await resolveRef(ctx, ref, { arm })
  const entry = await versionEntry(ctx, found.version)
  return { changed: false, data: await showVersion(ctx, ref, found, entry, await manifestOf(ctx, found)) }
}

async function showVersion(
  ctx: Context,
  ref: string,
  { bundle, version }: Arm,
  entry: VersionEntry,
  manifest: Manifest,
): Promise<ShowData> {
  const { message, at, actor, host, git, secrets, origin } = entry
  const components: ShownComponent[] = []
  for (const component of manifest.components) components.push(await describe(ctx, component, version, entry, manifest))
  return {
    ...{
      registry: ctx.registry.url,
      app: ctx.app,
      ref,
      bundle,
      version,
      message,
      at,
      actor,
      host,
      git,
      secrets,
      origin,
    },
    labels: (await labelsByBundle(ctx)).get(bundle) ?? [],
    components,
    contracts: judgeContracts(manifest.components, entry),
    commands: manifest.commands,
    marks: await badMarks(ctx, bundle, version, null),
    taint: (await (await taintSeen(ctx))?.of({ bundle, version })) ?? [],
    evidence: [...(await evidenceOf(ctx, bundle)), ...(await scansIn(ctx, manifest))].map(shown),
    pointers: await namedBy(ctx, bundle),
  }
}

async function describe(
  ctx: Context,
  component: Component,
  version: string,
  entry: VersionEntry,
  manifest: Manifest,
): Promise<ShownComponent> {
  const { name, role, layer, kind, digest, size } = component
  const found = Object.hasOwn(entry.components, name) ? entry.components[name] : undefined
  const formats = found?.formats ?? {}
  const record = lineageOf(entry, component)
  return {
    ...{ name, role, layer, kind, digest, size, files: found?.files ?? 0, path: component.path ?? null },
    ...{ stored: availability(component), reference: component.reference ?? null, formats },
    executable_formats: Object.keys(formats).filter(bearsPickle),
    notes: found?.notes ?? {},
    ...{ provides: providedBy(component, entry), requires: component.requires ?? {} },
    lineage:
      record === null ? null : { since: record.since, inputs: record.inputs, stale: staleInputs(record, manifest) },
    marks: await badMarks(ctx, digest, version, name),
  }
}

async function namedBy(ctx: Context, bundle: Arm['bundle']): Promise<readonly NamedBy[]> {
  return (await servedByAll(ctx)).flatMap(({ pointer, now, ever }) => {
    const put = ever.get(bundle)
    return put === undefined ? [] : [{ pointer, now: now.has(bundle), ...put }]
  })
}

async function showWork(ctx: Context): Promise<ShowData> {
  const looked = await lookAtWork(ctx, false)
  const bundle = workBundle(ctx, looked)
  const version = bundle === null ? null : await versionOf(ctx, bundle)
  return {
    ...{ registry: ctx.registry.url, app: ctx.app, ref: '@work', bundle, version },
    ...{ message: null, at: null, actor: null, host: ctx.host, git: null, secrets: null, origin: null },
    ...{
      labels: [],
      contracts: [],
      commands: configOf(ctx).commands,
      marks: [],
      taint: [],
      evidence: [],
      pointers: [],
    },
    components: looked.map(describeLooked),
  }
}

function describeLooked(one: Looked): ShownComponent {
  const nothing = { formats: {}, executable_formats: [], lineage: null, marks: [] }
  if (one.state === 'here') {
    const { component, files } = one.captured
    const { name, role, layer, kind, digest, size, path, reference } = component
    const place = { path: path ?? null, stored: availability(component), reference: reference ?? null }
    return {
      name,
      role,
      layer,
      kind,
      digest,
      size,
      files: files.length,
      ...place,
      notes: one.part.collected.notes,
      ...nothing,
      ...declared(component),
    }
  }
  const { name, role, kind } = one.spec
  const contracts = declared(one.spec)
  const unseen = { digest: null, size: 0, files: 0, path: null, stored: 'stored', reference: null } as const
  return {
    name,
    role,
    layer: LAYER_OF[role],
    kind,
    ...unseen,
    notes: { [one.state]: one.why },
    ...nothing,
    ...contracts,
  }
}

/** What files tell is found when they are bundled. */
const declared = ({ provides = {}, requires = {} }: Pick<Component, 'provides' | 'requires'>) => ({
  provides,
  requires,
})
