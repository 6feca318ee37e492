import { canonicalBytes, type Digest, hexOf, parseCanonical } from '../core/digest.ts'
import { makeDigestMap } from '../core/digest-map.ts'
import { AishipError } from '../core/errors.ts'
import type { TrashDecision, TrashItem, TrashList } from '../core/model.gen.ts'
import { inPool } from '../core/pool.ts'
import { validateTrashDecision, validateTrashList } from '../core/validators.gen.ts'
import { pruneCache } from '../store/cache.ts'
import { MAX_RECORD_BYTES, objectFile } from '../store/layout.ts'
import type { ListedObject } from './_s3-list.ts'
import type { Parts } from './_s3-parts.ts'
import type { Spot } from './_s3-stock.ts'

/**
 * The trash of a bucket, where nothing can be renamed: `trash/<id>.json` lists what a gc found that nobody needs, and what is in it stays where it
 * is for a week. Then somebody creates `trash/<id>.decision.json`: a gc to delete all of it, or whoever needs something of it to keep all of it. `schemas/README.md` has the argument, test/registries/s3-gc-model.test.ts the proof.
 */
export interface Listed {
  readonly id: string
  /** By the store's clock, as everything here. */
  readonly createdMs: number
  readonly decision: TrashDecision['decision'] | null
  readonly decidedMs: number
}

export interface Trash {
  readonly lists: readonly Listed[]
  /** Decisions whose lists are gone. */
  readonly orphans: readonly { readonly id: string; readonly decidedMs: number }[]
  /** The lists that an object's file, or a pack, stands in and that are not kept: of gcs that looked at the same time, each makes its own. */
  holding(item: Pick<TrashItem, 'digest' | 'form'>): readonly Listed[]
  /** The same for where an object was found. */
  at(spot: Spot, digest: Digest): readonly Listed[]
}

/** Of one list: as many as one request deletes. */
export const MOST_LISTED = 1000
const WIDTH = 8
/** Lists that were read, in the copy: one never changes. */
const KEPT = 'cache/trash'
const NAME = /^(\d{8}T\d{6}Z-[0-9a-f]{8})(\.json|\.decision\.json)$/

export const listKey = ({ key }: Parts, id: string): string => key(`/trash/${id}.json`)
export const decisionKey = ({ key }: Parts, id: string): string => key(`/trash/${id}.decision.json`)
export const itemKey = ({ key }: Parts, { digest, form }: Pick<TrashItem, 'digest' | 'form'>): string =>
  key(form === 'alone' ? objectFile('', digest) : `/objects/packs/${hexOf(digest)}.pack`)

export const freshId = ({ place }: Parts, nowMs: number): string =>
  `${new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '')}-${place.uuid().replaceAll('-', '').slice(0, 8)}`

/** One listing, where there is no trash. Before the look at the objects: what is deleted in between is missing there, and not only here. */
export async function lookAtTrash(parts: Parts): Promise<Trash> {
  const [lists, decisions] = [new Map<string, ListedObject>(), new Map<string, ListedObject>()]
  const folder = parts.key('/trash/')
  for await (const item of parts.client.list(folder)) {
    const [, id, kind] = ('key' in item && NAME.exec(item.key.slice(folder.length))) || []
    if (id !== undefined) (kind === '.json' ? lists : decisions).set(id, item as ListedObject)
  }
  // A list that is made meanwhile is fetched again at worst.
  pruneCache(parts.root, KEPT, (name) => lists.has(NAME.exec(name)?.[1] ?? ''))
  const found: Listed[] = []
  await inPool(lists, WIDTH, async ([id, { lastModified }]) => {
    const decided = decisions.get(id)
    // Gone since it was listed: with its list, of which everything was deleted.
    const decision = decided === undefined ? null : ((await readDecision(parts, id)) ?? 'swept')
    const times = { createdMs: lastModified.getTime(), decidedMs: decided?.lastModified.getTime() ?? 0 }
    found.push({ id, decision, ...times })
  })
  found.sort((a, b) => (a.id < b.id ? -1 : 1))
  const orphans = [...decisions].filter(([id]) => !lists.has(id))
  const held = await holders(parts, found)
  const holding: Trash['holding'] = ({ digest, form }) => {
    const first = found[held[form].get(digest) ?? -1]
    return first === undefined ? [] : [first, ...(held.more.get(`${form} ${digest}`) ?? [])]
  }
  return {
    ...{ lists: found, holding },
    orphans: orphans.map(([id, { lastModified }]) => ({ id, decidedMs: lastModified.getTime() })),
    at: (spot, digest) =>
      holding(spot.form === 'alone' ? { form: 'alone', digest } : { form: 'pack', digest: `sha256:${spot.pack.name}` }),
  }
}

/** By form: the number of the first list that an item stands in; and the others of the few that stand in several. */
async function holders(parts: Parts, lists: readonly Listed[]) {
  const held = { alone: makeDigestMap(), pack: makeDigestMap(), more: new Map<string, Listed[]>() }
  for (const [i, list] of lists.entries()) {
    if (list.decision === 'kept') continue
    for (const { digest, form } of (await readList(parts, list.id)) ?? []) {
      if (!held[form].has(digest)) held[form].set(digest, i)
      else held.more.set(`${form} ${digest}`, [...(held.more.get(`${form} ${digest}`) ?? []), list])
    }
  }
  return held
}

/** Null where it is gone. Errors: CORRUPT. */
export async function readList(parts: Parts, id: string): Promise<readonly TrashItem[] | null> {
  const path = `trash/${id}.json`
  const kept = await parts.kept.get(`${KEPT}/${id}.json`)
  const got = kept === null ? await parts.client.get(listKey(parts, id), { maxBytes: MAX_RECORD_BYTES }) : null
  if (got?.status === 404) return null
  const bytes = kept ?? (got?.bytes as Uint8Array)
  const value = parseCanonical(bytes, path, MAX_RECORD_BYTES)
  if (!validateTrashList(value)) throw odd(path)
  if (kept === null) await parts.kept.set(`${KEPT}/${id}.json`, bytes)
  return (value as TrashList).items
}

async function readDecision(parts: Parts, id: string): Promise<TrashDecision['decision'] | null> {
  const path = `trash/${id}.decision.json`
  const { status, bytes } = await parts.client.get(decisionKey(parts, id), { maxBytes: MAX_RECORD_BYTES })
  if (status === 404) return null
  const value = parseCanonical(bytes, path, MAX_RECORD_BYTES)
  if (!validateTrashDecision(value)) throw odd(path)
  return value.decision
}

/** Times that a decision is tried whose fate is unknown. */
const TRIES = 3

/** What becomes of a list, and whether that is known to be the word of who asked. */
export interface Decided {
  readonly decision: TrashDecision['decision']
  readonly isOurs: boolean
}

/**
 * Decides what becomes of a list, unless somebody has: one of all who try wins, and the others hear of it. Where a reply was lost it is settled by
 * reading, and nobody can tell then whose it was. The list may be gone, with an earlier decision: look afterwards. Errors: OUTCOME_UNKNOWN.
 */
export async function decide(parts: Parts, id: string, decision: TrashDecision['decision']): Promise<Decided> {
  for (let i = 0; i < TRIES; i++) {
    const bytes = canonicalBytes({ format: 1, decision })
    const { outcome } = await parts.client.put(decisionKey(parts, id), bytes, { ifNoneMatch: true })
    if (outcome === 'stored') return { decision, isOurs: true }
    const there = await readDecision(parts, id)
    if (there !== null) return { decision: there, isOurs: false }
  }
  throw new AishipError('OUTCOME_UNKNOWN', `the bucket did not say what becomes of trash/${id}.json`, {
    hint: 'the same command again is safe',
    details: { id },
  })
}

/** Whether the list is still there. */
export const isListed = async (parts: Parts, id: string): Promise<boolean> =>
  (await parts.client.head(listKey(parts, id))) !== null

const odd = (path: string): AishipError =>
  new AishipError('CORRUPT', `${path} does not have the shape that it should have`, { next: ['aiship fsck'] })
