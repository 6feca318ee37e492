import { type Digest, digestOf, finishDigest, startDigest } from '../core/digest.ts'
import { inPool } from '../core/pool.ts'
import type { Finding, SelfCheck } from '../core/ports.ts'
import { moveAside } from './_s3-aside.ts'
import { checkTips } from './_s3-check-logs.ts'
import { arriving, readRows } from './_s3-fetch.ts'
import type { Parts } from './_s3-parts.ts'
import type { Stock } from './_s3-stock.ts'

/** Objects of their own that are read at once. */
const WIDTH = 4

/**
 * What a bucket can find wrong with itself: packs whose index is not what their name says and, with `readData`, objects that are not what theirs
 * says. Nothing is taken from the copy on this machine. With `repair` a damaged object of its own is moved out of the way, so that it can be stored
 * again from where it is whole; packs stay.
 */
export async function* checkBucket(
  parts: Parts,
  stock: Stock,
  { readData, repair, progress = () => undefined, signal }: Parameters<SelfCheck['check']>[0],
): AsyncGenerator<Finding> {
  await stock.look({ anew: true })
  for (const [name, problem] of stock.broken) {
    const subject = `objects/packs/${name}.pack`
    const message = `pack ${subject} ${problem}: bundle or push again what was in it, from where it is whole`
    yield { id: 'packBroken', severity: 'error', subject, message }
  }
  yield* checkTips(parts, repair)
  if (!readData) return
  const bad: Digest[] = []
  const packed: (readonly [Digest, string])[] = []
  const total = [...stock.list()].reduce((sum, { size }) => sum + size, 0)
  let done = 0
  const passed = (bytes: number): void => {
    signal?.throwIfAborted()
    done += bytes
    progress(done, total)
  }
  await inPool(stock.lone(), WIDTH, async ({ digest, size }) => {
    const hash = startDigest()
    for await (const chunk of arriving(parts, digest, size).bytes()) {
      hash.update(chunk)
      passed(chunk.length)
    }
    if (finishDigest(hash) !== digest) bad.push(digest)
  })
  for (const { pack } of stock.packs.values()) {
    for await (const { row, bytes } of readRows(parts, pack.name, pack.rows())) {
      if (digestOf(bytes) !== row.digest) packed.push([row.digest, pack.name])
      passed(bytes.length)
    }
  }
  const found = (digest: Digest, done: string): Finding => {
    const message = `object ${digest} has other bytes in ${parts.place.url} than its name says${done}`
    return { id: 'objDigestMismatch', severity: 'error', subject: digest, message }
  }
  for (const digest of bad) {
    const to = repair ? await moveAside(parts, digest) : null
    const done = to === null ? 'it stays where it is' : `moved to ${to}: bundle or push it again from where it is whole`
    yield found(digest, repair ? `; ${done}` : '')
  }
  for (const [digest, pack] of packed)
    yield found(digest, repair ? `; its pack objects/packs/${pack}.pack is not taken apart, and stays` : '')
}
