import { AishipError } from '../core/errors.ts'
import type { Arm, VersionEntry } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { shellWord } from '../core/shell.ts'
import { contentsOf } from './contents.ts'
import { manifestOf } from './plan.ts'
import { versionEntry } from './versions.ts'

/** As many as an error lists. */
const MOST_LISTED = 100

/** Looks, in one batch and without reading files, that every object of a bundle is here. Errors: OBJECT_MISSING, CORRUPT. */
export async function checkWhole(ctx: Context, { bundle, version }: Arm): Promise<void> {
  const { objects } = ctx.registry
  const contents = await contentsOf(objects, await manifestOf(ctx, { bundle }))
  const here = await objects.has(contents.map(({ digest }) => digest))
  const missing = contents.map(({ digest }) => digest).filter((digest) => !here.has(digest))
  const [first] = missing
  if (first === undefined) return
  const others = missing.length === 1 ? '' : `, and ${missing.length - 1} more of ${contents.length}`
  throw new AishipError(
    'OBJECT_MISSING',
    `${version} is not whole in this registry: object ${first} is missing${others}`,
    {
      hint: 'nothing was moved; push or pull the bundle from where it is whole, or bundle the same content again',
      next: [await nextForMissing(ctx, version)],
      details: { missing: missing.slice(0, MOST_LISTED), count: missing.length },
    },
  )
}

/** What to type where objects of a version are missing: fsck also says why an entry can't be read. */
export const nextForMissing = async (ctx: Context, version: Arm['version']): Promise<string> =>
  versionEntry(ctx, version).then(
    ({ origin }) => fetchAll(origin) ?? 'aiship fsck',
    () => 'aiship fsck',
  )

/** The command that fetches every file of a bundle that was pulled without them. */
export const fetchAll = (origin: VersionEntry['origin']): string | null =>
  origin?.files_at === undefined ? null : `aiship pull ${shellWord(origin.files_at)} ${origin.version}`
