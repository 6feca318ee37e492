import { canonicalBytes } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { LAYERS } from '../core/manifest.ts'
import type { Arm, CheckoutData, Component, Manifest, Release } from '../core/model.gen.ts'
import { nearest } from '../core/names.ts'
import type { Context, Operation, Result } from '../core/ports.ts'
import { manifestOf } from './plan.ts'
import { resolveRef } from './refs.ts'
import { filesOf, type ListedFile } from './trees.ts'
import { versionEntry } from './versions.ts'

export interface CheckoutInput {
  readonly ref: string
  /** Absolute, or relative to where it was typed. */
  readonly dir: string
  /** A layer or a component; null: everything. */
  readonly only: string | null
  readonly arm?: string | undefined
  /** Hard links where objects lie in files of their own. */
  readonly link?: boolean | undefined
  /** Reads again what is known to be unchanged, or to have been verified. */
  readonly verify?: boolean | undefined
}

/**
 * Writes a bundle to a folder, each byte verified. Exactly what is asked for stands there afterwards: over an earlier checkout, files that are
 * not part of it go. What aiship did not write there is never touched.
 * Errors: NOT_FOUND, OBJECT_MISSING, CORRUPT, NAME_UNSAFE, TARGET_NOT_EMPTY, DISK_FULL, READ_ONLY, NOT_PERMITTED, OVERTAKEN.
 */
export const checkout: Operation<CheckoutInput, CheckoutData> = async (ctx, input) => {
  const { bundle, version, pointer, entry } = await resolveRef(ctx, input.ref, { arm: input.arm })
  const arm = entry === null ? null : (input.arm ?? entry.route?.fallback ?? null)
  const place = { pointer, seq: entry?.seq ?? null, arm }
  const { changed, data } = await writeBundle(ctx, { bundle, version }, place, input)
  const head = { registry: ctx.registry.url, app: ctx.app, ref: input.ref, bundle, version, ...place, dir: input.dir }
  return { changed, data: { ...head, ...data } }
}

/** Where a checkout stands in a pointer's history: what goes into .aiship-release.json beside the bundle. */
export type Place = Pick<Release, 'pointer' | 'seq' | 'arm'>

type Written = Pick<CheckoutData, 'components' | 'not_restored' | 'written' | 'unchanged' | 'removed' | 'bytes'> &
  Pick<CheckoutData, 'linked' | 'reflinked'>

/** Writes a bundle that is known by its digest. Errors: those of `checkout`. */
export async function writeBundle(
  ctx: Context,
  { bundle, version }: Arm,
  place: Place,
  input: Omit<CheckoutInput, 'ref' | 'arm'>,
): Promise<Result<Written>> {
  const wanted = pick(await manifestOf(ctx, { bundle, version }), input.only, version)
  const stored = wanted.filter((component) => component.stored !== false)
  const notRestored = wanted.filter((component) => component.stored === false).map((component) => component.name)
  const files = merge(
    await Promise.all(
      stored.map(async (component) => ({ component, files: await filesOf(ctx.registry.objects, component) })),
    ),
  )
  const made = await versionEntry(ctx, version)
  if (made.origin?.files_at !== undefined) await (await import('./fetch-files.ts')).fetchFiles(ctx, made, files)
  if (notRestored.length > 0) {
    const message = `${notRestored.join(', ')}: not in the checkout, because the bytes are not in the registry`
    ctx.emit({ type: 'warning', code: 'NOT_RESTORED', message })
  }
  const release: Release = { app: ctx.app, bundle, version, ...place }
  const { emit, signal } = ctx
  const result = await ctx.workspace.checkout(input.dir, {
    files,
    release: canonicalBytes(release),
    source: ctx.registry.objects,
    link: input.link === true,
    verify: input.verify === true,
    emit,
    signal,
  })
  const components = stored.map((component) => component.name)
  const { linked = 0, reflinked = 0 } = result
  const data = { components, not_restored: notRestored, ...result, linked, reflinked }
  return { changed: result.written + result.removed > 0, data }
}

function pick(manifest: Manifest, only: string | null, version: string): readonly Component[] {
  if (only === null) return manifest.components
  const layer = manifest.components.filter((component) => component.layer === only)
  if (layer.length > 0) return layer
  const one = manifest.components.filter((component) => component.name === only)
  if (one.length > 0) return one
  const names = [...LAYERS, ...manifest.components.map((component) => component.name)]
  const near = nearest(only, names)
  throw new AishipError('NOT_FOUND', `${version} has no layer or component ${JSON.stringify(only)}`, {
    hint: near === null ? `it has ${names.slice(LAYERS.length).join(', ')}` : `did you mean ${near}?`,
    next: [`aiship show ${version}`],
  })
}

/** A file that two components share is written once; two that differ would overwrite each other. */
function merge(
  parts: readonly { readonly component: Component; readonly files: readonly ListedFile[] }[],
): readonly ListedFile[] {
  if (parts.length === 1) return parts[0]?.files ?? []
  const byPath = new Map<string, ListedFile>()
  for (const { component, files } of parts) {
    for (const file of files) {
      const other = byPath.get(file.path)
      if (other !== undefined && (other.digest !== file.digest || other.exec !== file.exec)) {
        throw new AishipError(
          'NAME_UNSAFE',
          `${component.name} and another component both have ${file.path}, and differ in it`,
          {
            next: ['aiship fsck'],
            details: { path: file.path },
          },
        )
      }
      byPath.set(file.path, file)
    }
  }
  return [...byPath.values()]
}
