import { type Digest, isDigest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { Component, Manifest, VersionEntry } from '../core/model.gen.ts'
import { inPool } from '../core/pool.ts'
import type { Context } from '../core/ports.ts'
import type { Part } from '../core/taint.ts'
import { contextAt } from './elsewhere.ts'
import { entryAt, newest } from './logs.ts'
import { manifestOf } from './plan.ts'
import { lineageOf } from './versions.ts'

/** What the versions of one app say of where their parts are from; remembered, for versions never change. */
interface Declared {
  /** The newest version that was read, and the digest of its entry. */
  readonly seq: number
  readonly tip: Digest | null
  readonly parts: readonly (readonly [Digest, Part])[]
}

const NOTHING: Declared = { seq: 0, tip: null, parts: [] }
/** Bumped when what is remembered changes its meaning. */
const FORMAT = 1
const WIDTH = 16

/**
 * Every bundle and component of every app of the registry, and what is said of where it is from. A bundle that was collected says nothing any more. Errors: CHAIN_BROKEN, CORRUPT.
 */
export async function declaredParts(ctx: Context): Promise<ReadonlyMap<Digest, readonly Part[]>> {
  const found = new Map<Digest, Part[]>()
  for (const log of await ctx.registry.logs.list('versions/')) {
    const app = log.slice('versions/'.length)
    for (const [digest, part] of (await declaredOf(contextAt(ctx, ctx.registry, app))).parts) {
      const named = part.role === null && app !== ctx.app ? { ...part, name: `${part.name} of ${app}` } : part
      const there = found.get(digest)
      if (there === undefined) found.set(digest, [named])
      else there.push(named)
    }
  }
  return found
}

async function declaredOf(ctx: Context): Promise<Declared> {
  const log = `versions/${ctx.app}` as const
  const read = await newest(ctx, log)
  if (read === null) return NOTHING
  const key = `declared/${FORMAT}-${ctx.registry.id}/${ctx.app}.json`
  const known = await remembered(ctx, key)
  if (known.tip === read.digest) return known
  const isPast =
    known.seq > 0 && known.seq < read.entry.seq && (await entryAt(ctx, log, known.seq)).digest === known.tip
  const from = isPast ? known : NOTHING
  const made: VersionEntry[] = []
  await inPool([...Array(read.entry.seq - from.seq).keys()], WIDTH, async (i) => {
    ctx.signal.throwIfAborted()
    made[i] = (await entryAt(ctx, log, from.seq + 1 + i)).entry
  })
  const manifests = new Map<VersionEntry, Manifest>()
  await inPool(made, WIDTH, async (entry) => {
    const manifest = await manifestOf(ctx, entry).catch(goneIsNothing)
    if (manifest !== null) manifests.set(entry, manifest)
  })
  const parts = new Map(from.parts.map((one) => [keyOf(...one), one]))
  for (const entry of made) {
    const manifest = manifests.get(entry)
    for (const [digest, part] of manifest === undefined ? [] : partsIn(ctx.app, entry, manifest)) {
      const key = keyOf(digest, part)
      parts.set(key, [digest, withEarlier(part, parts.get(key)?.[1])])
    }
  }
  const all: Declared = { seq: read.entry.seq, tip: read.digest, parts: [...parts.values()] }
  await ctx.memory.set(key, Buffer.from(JSON.stringify(all)))
  return all
}

function goneIsNothing(error: unknown): null {
  if (error instanceof AishipError && ['NOT_FOUND', 'OBJECT_MISSING'].includes(error.code)) return null
  throw error
}

async function remembered(ctx: Context, key: string): Promise<Declared> {
  try {
    const bytes = await ctx.memory.get(key)
    return bytes === null ? NOTHING : (JSON.parse(Buffer.from(bytes).toString('utf8')) as Declared)
  } catch {
    return NOTHING
  }
}

const keyOf = (digest: Digest, { role }: Part): string => `${digest} ${role}`

/** What is said later of sources counts; who says nothing takes nothing back. What a thing was made of only becomes more. */
export const withEarlier = (part: Part, earlier: Part | undefined): Part =>
  earlier === undefined
    ? part
    : {
        ...part,
        sources: part.sources.length > 0 ? part.sources : earlier.sources,
        inputs: [...new Set([...part.inputs, ...earlier.inputs])],
      }

/** A bundle and its components, as its own manifest and entry have them. */
export function partsIn(
  app: string,
  entry: Pick<VersionEntry, 'seq' | 'bundle' | 'lineage'>,
  { components }: Manifest,
): readonly (readonly [Digest, Part])[] {
  const byName = new Map(components.map(({ name, digest }) => [name, digest]))
  const partOf = (component: Component): Part => {
    const { name, role, reference, sources = [], derived_from: derived = [] } = component
    const inputs = [
      ...derived.flatMap((input) => (isDigest(input) ? input : (byName.get(input) ?? []))),
      ...Object.values(lineageOf(entry as VersionEntry, component)?.inputs ?? {}),
    ]
    const also = isDigest(reference?.digest) ? [reference.digest] : []
    return { name, app, role, also, sources, inputs: [...new Set(inputs)] }
  }
  const bundle: Part = {
    ...{ name: `v${entry.seq}`, app, role: null, also: [], sources: [] },
    inputs: [...new Set(components.map(({ digest }) => digest))],
  }
  return [[entry.bundle, bundle], ...components.map((one) => [one.digest, partOf(one)] as const)]
}
