import type { Digest } from '../core/digest.ts'
import { makeDigestMap } from '../core/digest-map.ts'
import { inPool } from '../core/pool.ts'
import type { ObjectStore, TransferOptions } from '../core/ports.ts'
import { objectFile } from '../store/layout.ts'
import { openS3Batch } from './_s3-batch.ts'
import { arriving, fetchObjects } from './_s3-fetch.ts'
import type { Parts } from './_s3-parts.ts'
import type { Stock } from './_s3-stock.ts'

/** So few are looked for one by one: what a move needs lies alone, and a listing of everything would take longer. */
const FEW = 32
const WIDTH = 16
/** So much of an object comes before it is known how long it is. */
const FIRST = 2 ** 20

/**
 * Objects in a bucket: small ones in packs, others by themselves, as in a folder. What is read is kept in the copy on this machine, where reads
 * look first; `has` and `size` ask the bucket.
 */
export function s3Objects(parts: Parts, stock: Stock): ObjectStore {
  const { client, key, copy, orCopy } = parts
  const local = copy.objects

  async function sizeAlone(digest: Digest): Promise<number | null> {
    return (await client.head(key(objectFile('', digest))))?.size ?? null
  }

  async function has(digests: readonly Digest[]): Promise<ReadonlySet<Digest>> {
    const here = new Set<Digest>()
    if (digests.length <= FEW) {
      await inPool(digests, WIDTH, async (digest) => {
        if ((await sizeAlone(digest)) !== null) here.add(digest)
      })
      if (here.size === new Set(digests).size) return here
    }
    await stock.look()
    for (const digest of digests) if (stock.find(digest) !== null) here.add(digest)
    return here
  }

  /** Brings those that are not in the copy yet. Errors: OBJECT_MISSING. */
  async function bring(digests: readonly Digest[], options: TransferOptions = {}): Promise<void> {
    const there = await local.has(digests)
    const wanted = [...new Set(digests)].filter((digest) => !there.has(digest))
    if (wanted.length === 0) return
    const isKnown = wanted.every((digest) => stock.find(digest) !== null)
    const left = isKnown || wanted.length > FEW ? wanted : await bringAlone(wanted, options)
    if (left.length === 0) return
    if (!isKnown) await stock.look()
    await fetchObjects(parts, stock, left, options)
  }

  /** A few, without a listing: in one round trip those that are small. Out: those that do not lie alone. */
  async function bringAlone(digests: readonly Digest[], options: TransferOptions): Promise<readonly Digest[]> {
    const left: Digest[] = []
    const batch = await local.batch()
    try {
      await inPool(digests, WIDTH, async (digest) => {
        const begun = await client.get(key(objectFile('', digest)), { range: [0, FIRST], maxBytes: FIRST })
        if (begun.status === 404) left.push(digest)
        else await batch.receive([arriving(parts, digest, begun.total, begun.bytes)], options)
      })
      await batch.flush()
    } finally {
      await batch.close()
    }
    return left
  }

  return {
    folder: local.folder as string,
    has: (digests) =>
      orCopy(
        () => has(digests.map(checked)),
        () => local.has(digests),
      ),
    size: (digest) =>
      orCopy(
        async () => {
          const size = await sizeAlone(checked(digest))
          if (size !== null) return size
          await stock.look()
          return stock.find(digest)?.size ?? null
        },
        () => local.size(digest),
      ),
    async *get(digest, maxBytes = Number.POSITIVE_INFINITY) {
      if ((await local.size(digest)) === null) await bring([digest])
      yield* local.get(digest, maxBytes)
    },
    bring: (digests, options) => bring(digests.map(checked), options),
    batch: () => openS3Batch(parts, stock),
    async *list() {
      await stock.look()
      yield* stock.list()
    },
    async sizes() {
      await stock.look()
      const sizes = makeDigestMap()
      for (const { digest, size } of stock.list()) sizes.set(digest, size)
      return sizes
    },
  }
}

/** Errors: NAME_UNSAFE. */
function checked(digest: Digest): Digest {
  objectFile('', digest)
  return digest
}
