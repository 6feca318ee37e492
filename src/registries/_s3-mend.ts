import { type Digest, digestOf } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { Incoming } from '../core/ports.ts'
import { makePath } from '../store/durable.ts'
import { objectFile } from '../store/layout.ts'
import { freshTmp } from '../store/pack-copy.ts'
import { startPack } from '../store/pack-write.ts'
import { moveAside } from './_s3-aside.ts'
import { openS3Batch } from './_s3-batch.ts'
import { readRows } from './_s3-fetch.ts'
import type { Parts } from './_s3-parts.ts'
import { sendFile } from './_s3-send.ts'
import type { Stock } from './_s3-stock.ts'

/** An object whose bytes are not its own. */
export interface Bad {
  readonly digest: Digest
  readonly size: number
  /** The pack in which it lies; null where it lies alone. */
  readonly pack: string | null
}

export const packPath = (name: string): string => `/objects/packs/${name}.pack`

/** What became of a damaged object. */
export interface Mended {
  /** Whether its bytes are right now. */
  readonly isBack: boolean
  readonly done: string
}

/**
 * Takes damaged objects out of the way, so that what a look finds is sound: those in a pack with it, once what else is in it lies in a new one.
 * Then it puts back those of which this machine has a copy. What is not put back is missing, until somebody stores it again.
 */
export async function mend(parts: Parts, stock: Stock, bad: readonly Bad[]): Promise<ReadonlyMap<Bad, Mended>> {
  const asides = new Map<string, string | null>()
  for (const { digest, pack } of bad) {
    const path = pack === null ? objectFile('', digest) : packPath(pack)
    if (!asides.has(path))
      asides.set(path, pack === null ? await moveAside(parts, path, digest) : await renew(parts, stock, pack))
  }
  await stock.look({ anew: true })
  const mended = new Map<Bad, Mended>()
  for (const one of bad) {
    const aside = asides.get(one.pack === null ? objectFile('', one.digest) : packPath(one.pack)) ?? null
    const isBack = aside !== null && (await putBack(parts, stock, one))
    const where = aside === null ? 'it stays where it is' : `moved to ${aside}`
    const next = isBack
      ? '; put back from the copy on this machine'
      : aside === null
        ? ''
        : ': push it again, or run fsck and bundle, where it is whole'
    mended.set(one, { isBack, done: where + next })
  }
  return mended
}

/** Stores what is sound in a pack in a new one, and moves the old one out of the way. Out: where it is now; null where it stays. */
async function renew(parts: Parts, stock: Stock, name: string): Promise<string | null> {
  const { client, key, root } = parts
  makePath(`${root}/tmp`)
  const tmp = freshTmp(root)
  const writer = startPack(tmp)
  try {
    for await (const { row, bytes } of readRows(parts, name, stock.packs.get(name)?.pack.rows() ?? []))
      if (digestOf(bytes) === row.digest) writer.add(row.digest, bytes)
    if (writer.count > 0) {
      const made = writer.finish()
      // All of it is sound this time.
      if (made === name) return null
      await sendFile(client, key(packPath(made)), tmp, { progress: () => undefined })
    }
  } finally {
    writer.drop()
  }
  return moveAside(parts, packPath(name), null)
}

/** From the copy on this machine, if it is there and whole. */
async function putBack(parts: Parts, stock: Stock, { digest, size, pack }: Bad): Promise<boolean> {
  if ((await parts.copy.objects.size(digest)) !== size) return false
  const incoming: Incoming = { digest, size, alone: pack === null, bytes: () => parts.copy.objects.get(digest) }
  const batch = await openS3Batch(parts, stock)
  try {
    await batch.receive([incoming])
    await batch.flush()
    return true
  } catch (error) {
    if (error instanceof AishipError && error.code === 'CORRUPT') return false
    throw error
  } finally {
    await batch.close()
  }
}
