import { canonicalBytes, type Digest, hexOf } from '../core/digest.ts'
import { parseLabel } from '../core/label.ts'
import type { IndexRecord } from '../core/model.gen.ts'
import { inPool } from '../core/pool.ts'
import type { Context } from '../core/ports.ts'
import type { Versions } from './fsck-logs.ts'
import { type Report, reasonOf } from './fsck-report.ts'

const WIDTH = 16

/** Every label: readable, called what its key says, and a version's. */
export async function checkLabels(ctx: Context, versions: Versions, report: Report): Promise<ReadonlySet<string>> {
  const keys = await ctx.registry.names.list('labels/')
  await inPool(keys, WIDTH, async (key) => {
    const problem = labelProblem(await ctx.registry.names.read(key), key, versions)
    if (problem !== null) report.error('labelBroken', key, `label ${key.slice('labels/'.length)} ${problem}`)
  })
  return new Set(keys)
}

function labelProblem(bytes: Uint8Array | null, key: string, versions: Versions): string | null {
  const [, app = '', name = ''] = key.split('/')
  try {
    const { version, bundle } = parseLabel(bytes ?? new Uint8Array(), name)
    const isSound = versions.get(app)?.get(version) === bundle
    return isSound ? null : `names ${version} (${bundle}), which is not a sound version here`
  } catch (error) {
    return `is damaged: ${reasonOf(error)}`
  }
}

/** What the index of every app has to say: each digest and the first version that has it. */
export type Index = Map<string, IndexRecord>

export function addToIndex(
  index: Index,
  app: string,
  digest: Digest,
  kind: IndexRecord['kind'],
  version: string,
): void {
  const key = `index/${app}/${hexOf(digest)}`
  if (!index.has(key)) index.set(key, { kind, version })
}

/** Compares the index with what it is derived from. Out: how many records were mended. */
export async function checkIndex(
  ctx: Context,
  expected: Index,
  isWhole: boolean,
  repair: boolean,
  report: Report,
): Promise<number> {
  let mended = 0
  const keys = new Set(await ctx.registry.names.list('index/'))
  await inPool(expected, WIDTH, async ([key, record]) => {
    const wanted = canonicalBytes(record)
    const bytes = await ctx.registry.names.read(key)
    if (bytes !== null && Buffer.compare(bytes, wanted) === 0) return
    // A damaged version may be the first one that has it.
    if (!isWhole && record.kind === 'component' && bytes !== null) return
    const done = repair ? ': mended' : '; --repair mends it'
    if (repair) {
      await ctx.registry.names.replace(key, wanted)
      mended++
    }
    if (bytes === null) report.info('indexMissing', key, `${key} is missing${done}`)
    else report.warning('indexStale', key, `${key} does not say ${record.version}${done}`)
  })
  // Where a version or a bundle is damaged, what stands here of it may well be right.
  if (!isWhole) return mended
  for (const key of keys)
    if (!expected.has(key))
      report.warning('indexStale', key, `${key} is of nothing that a version has: ignored by every command`)
  return mended
}
