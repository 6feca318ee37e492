import { canonicalBytes } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { LAYERS } from '../core/manifest.ts'
import type { CheckoutData, Component, Layer, Manifest, Release } from '../core/model.gen.ts'
import { nearest } from '../core/names.ts'
import type { Operation } from '../core/ports.ts'
import { manifestOf } from './plan.ts'
import { resolveRef } from './refs.ts'
import { filesOf, type ListedFile } from './trees.ts'

export interface CheckoutInput {
  readonly ref: string
  /** Absolute, or relative to where it was typed. */
  readonly dir: string
  /** A layer or a component; null: everything. */
  readonly only: string | null
  readonly arm?: string | undefined
}

/**
 * Writes a bundle to a folder, each byte verified. Exactly what is asked for stands there afterwards: over an earlier checkout, files that are
 * not part of it go. What aiship did not write there is never touched.
 * Errors: NOT_FOUND, OBJECT_MISSING, CORRUPT, NAME_UNSAFE, TARGET_NOT_EMPTY, DISK_FULL, READ_ONLY, NOT_PERMITTED.
 */
export const checkout: Operation<CheckoutInput, CheckoutData> = async (ctx, input) => {
  const found = await resolveRef(ctx, input.ref, { arm: input.arm })
  const { bundle, version, pointer, entry } = found
  const wanted = pick(await manifestOf(ctx, found), input.only, version)
  const stored = wanted.filter((component) => component.stored !== false)
  const notRestored = wanted.filter((component) => component.stored === false).map((component) => component.name)
  const files = merge(
    await Promise.all(
      stored.map(async (component) => ({ component, files: await filesOf(ctx.registry.objects, component) })),
    ),
  )
  if (notRestored.length > 0) {
    const message = `${notRestored.join(', ')}: not in the checkout, because the bytes are not in the registry`
    ctx.emit({ type: 'warning', code: 'NOT_RESTORED', message })
  }
  const arm = entry === null ? null : (input.arm ?? entry.route?.fallback ?? null)
  const place = { pointer, seq: entry?.seq ?? null, arm }
  const release: Release = { app: ctx.app, bundle, version, ...place }
  const { emit, signal } = ctx
  const result = await ctx.workspace.checkout(input.dir, {
    files,
    release: canonicalBytes(release),
    source: ctx.registry.objects,
    emit,
    signal,
  })
  const changed = result.written + result.removed > 0
  const components = stored.map((component) => component.name)
  const head = { registry: ctx.registry.url, app: ctx.app, ref: input.ref, bundle, version, ...place, dir: input.dir }
  return { changed, data: { ...head, components, not_restored: notRestored, ...result } }
}

function pick(manifest: Manifest, only: string | null, version: string): readonly Component[] {
  if (only === null) return manifest.components
  if (LAYERS.includes(only as Layer)) return manifest.components.filter((component) => component.layer === only)
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
