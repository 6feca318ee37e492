import { type Digest, shortDigest } from '../core/digest.ts'
import type { DigestMap } from '../core/digest-map.ts'
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

/**
 * In: `sizes`, what a listing has shown, so that nobody asks for each of a million files; `fileMissing`, told of a file that is not here instead
 * of the report.
 */
export function startContentCheck(
  ctx: Context,
  sizes: DigestMap,
  report: Report,
  fileMissing = (digest: Digest, who: string): void =>
    report.error('objMissing', digest, `object ${digest} is missing: ${who} needs it`),
): ContentCheck {
  const trees = new Map<Digest, Below>()

  /** What was not listed may have come since; what can't be told is not there. */
  async function look(digest: Digest): Promise<number | null> {
    const size = await ctx.registry.objects.size(digest).catch((error: unknown) => {
      if (error instanceof AishipError && error.code === 'CORRUPT') return null
      throw error
    })
    if (size !== null) sizes.set(digest, size)
    return size
  }
  const sizeOf = (digest: Digest): number | Promise<number | null> => sizes.get(digest) ?? look(digest)

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

  function file(digest: Digest, size: number, who: () => string): Below | Promise<Below> {
    return sizes.get(digest) === size ? size : doubtful(digest, size, who())
  }

  async function doubtful(digest: Digest, size: number, who: string): Promise<Below> {
    const there = await sizeOf(digest)
    if (there === size) return size
    if (there === null) fileMissing(digest, who)
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
      const where = (): string => `${who}: ${entry.name}`
      const below =
        entry.tree === undefined
          ? file(entry.digest as Digest, entry.size as number, where)
          : tree(entry.tree, where(), depth + 1)
      const size = below instanceof Promise ? await below : below
      total = total === null || size === null ? null : total + size
    }
    return total
  }

  async function component(part: Component, bundle: Digest, who: string): Promise<void> {
    if (part.stored === false) return
    const where = `${who}, ${part.name}`
    const size =
      part.tree === true ? await tree(part.digest, where, 0) : await file(part.digest, part.size, () => where)
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
