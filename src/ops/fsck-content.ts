import { type Digest, shortDigest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { collectBytes, MAX_MANIFEST, MAX_TREE, parseManifest, parseTree } from '../core/manifest.ts'
import type { Component, Manifest, Tree } from '../core/model.gen.ts'
import { findCollision } from '../core/paths.ts'
import type { Context } from '../core/ports.ts'
import { type Report, reasonOf } from './fsck-report.ts'

/** What is below a tree: bytes of all files; null where something is not right, which is reported by then. */
type Below = number | null

/** Checks that bundles are whole. What several share is looked at once. */
export interface ContentCheck {
  /** Out: the manifest if it is sound. `who` names the bundle in messages: `v3 of fraud-scorer`. */
  bundle(bundle: Digest, app: string, who: string): Promise<Manifest | null>
}

const MAX_DEPTH = 64

export function startContentCheck(ctx: Context, report: Report): ContentCheck {
  const trees = new Map<Digest, Below>()
  const sizes = new Map<Digest, number | null>()

  async function sizeOf(digest: Digest): Promise<number | null> {
    const known = sizes.get(digest)
    if (known !== undefined) return known
    const size = await ctx.registry.objects.size(digest)
    sizes.set(digest, size)
    return size
  }

  /** A small object, read and parsed; null where that fails, which is then reported under the right id. */
  async function readObject<T>(
    digest: Digest,
    maxBytes: number,
    invalid: string,
    who: string,
    parse: (bytes: Uint8Array) => T,
  ): Promise<T | null> {
    const size = await sizeOf(digest)
    if (size === null) report.error('objMissing', digest, `object ${digest} is missing: ${who} needs it`)
    else if (size > maxBytes) report.error(invalid, digest, `object ${digest} has ${size} bytes, more than ${maxBytes}`)
    if (size === null || size > maxBytes) return null
    let bytes: Uint8Array
    try {
      bytes = await collectBytes(ctx.registry.objects.get(digest, maxBytes))
    } catch (error) {
      if (!(error instanceof AishipError)) throw error
      const id = error.code === 'OBJECT_MISSING' ? 'objMissing' : 'objDigestMismatch'
      report.error(id, digest, `object ${digest} is damaged: ${who} needs it`)
      return null
    }
    try {
      return parse(bytes)
    } catch (error) {
      const id = error instanceof AishipError && error.code === 'NAME_UNSAFE' ? 'nameUnsafe' : invalid
      report.error(id, digest, reasonOf(error))
      return null
    }
  }

  async function file(digest: Digest, size: number, who: string): Promise<Below> {
    const there = await sizeOf(digest)
    if (there === size) return size
    if (there === null) report.error('objMissing', digest, `object ${digest} is missing: ${who} needs it`)
    else
      report.error('objSizeMismatch', digest, `object ${digest} has ${there} bytes, and ${who} lists it with ${size}`)
    return null
  }

  async function tree(digest: Digest, who: string, depth: number): Promise<Below> {
    const known = trees.get(digest)
    if (known !== undefined) return known
    if (depth > MAX_DEPTH) {
      report.error('treeInvalid', digest, `tree ${digest} lies deeper than ${MAX_DEPTH} folders: ${who}`)
      return null
    }
    const parsed = await readObject(digest, MAX_TREE, 'treeInvalid', who, (bytes) => parseTree(bytes, digest))
    const below = parsed === null ? null : await entries(parsed, digest, who, depth)
    trees.set(digest, below)
    return below
  }

  async function entries(parsed: Tree, digest: Digest, who: string, depth: number): Promise<Below> {
    const collision = findCollision(parsed.entries.map((entry) => entry.name))
    if (collision !== null) {
      report.error(
        'nameCollides',
        digest,
        `tree ${digest} has ${JSON.stringify(collision[0])} and ${JSON.stringify(collision[1])}`,
      )
    }
    let total: Below = 0
    for (const entry of parsed.entries) {
      const where = `${who}: ${entry.name}`
      const size: Below =
        entry.tree === undefined
          ? await file(entry.digest as Digest, entry.size as number, where)
          : await tree(entry.tree, where, depth + 1)
      total = total === null || size === null ? null : total + size
    }
    return total
  }

  async function component(part: Component, bundle: Digest, who: string): Promise<void> {
    if (part.stored === false) return
    const where = `${who}, ${part.name}`
    const size = part.tree === true ? await tree(part.digest, where, 0) : await file(part.digest, part.size, where)
    if (size !== null && size !== part.size) {
      report.error(
        'manifestInvalid',
        bundle,
        `manifest ${bundle} lists ${part.name} with ${part.size} bytes, and it has ${size}`,
      )
    }
  }

  return {
    async bundle(bundle, app, who) {
      const manifest = await readObject(bundle, MAX_MANIFEST, 'manifestInvalid', who, (bytes) =>
        parseManifest(bytes, bundle),
      )
      if (manifest === null) return null
      if (manifest.app !== app)
        report.error(
          'manifestInvalid',
          bundle,
          `manifest ${shortDigest(bundle)} is of ${manifest.app}, and a version of ${app}`,
        )
      const paths = manifest.components.flatMap((part) =>
        part.path === undefined || part.path === '.' ? [] : [part.path],
      )
      const spelled = findSpellings(paths)
      if (spelled !== null)
        report.error('nameCollides', bundle, `manifest ${bundle} has components at ${spelled[0]} and ${spelled[1]}`)
      for (const part of manifest.components) await component(part, bundle, who)
      return manifest
    },
  }
}

/** Two components may stand in one folder, or at one path with one content; two spellings of one name may not. */
function findSpellings(paths: readonly string[]): readonly [string, string] | null {
  const parents = new Set(paths)
  return findCollision([...parents].filter((path) => ![...parents].some((other) => path.startsWith(`${other}/`))))
}
