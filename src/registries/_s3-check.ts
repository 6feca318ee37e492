import { digestOf, finishDigest, startDigest } from '../core/digest.ts'
import { inPool } from '../core/pool.ts'
import type { Finding, SelfCheck } from '../core/ports.ts'
import { moveAside } from './_s3-aside.ts'
import { checkTips } from './_s3-check-logs.ts'
import { arriving, readRows } from './_s3-fetch.ts'
import { type Bad, mend, packPath } from './_s3-mend.ts'
import type { Parts } from './_s3-parts.ts'
import type { Stock } from './_s3-stock.ts'

/** Objects of their own that are read at once. */
const WIDTH = 4

/**
 * What a bucket can find wrong with itself: packs whose index is not what their name says and, with `readData`, objects that are not what theirs
 * says. Nothing is taken from the copy on this machine. With `repair` what is damaged is moved out of the way, so that it can be stored again from
 * where it is whole; at once where that is this machine.
 */
export async function* checkBucket(
  parts: Parts,
  stock: Stock,
  { readData, repair, progress = () => undefined, signal }: Parameters<SelfCheck['check']>[0],
): AsyncGenerator<Finding> {
  await stock.look({ anew: true })
  for (const [name, problem] of stock.broken) {
    const subject = packPath(name).slice(1)
    const to = repair ? await moveAside(parts, packPath(name), null) : null
    const message = `pack ${subject} ${problem}${to === null ? '' : `; moved to ${to}`}: bundle or push again what was in it, from where it is whole`
    yield { id: 'packBroken', severity: 'error', subject, message }
  }
  yield* checkTips(parts, repair)
  if (!readData) return
  const bad: Bad[] = []
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
    if (finishDigest(hash) !== digest) bad.push({ digest, size, pack: null })
  })
  for (const { pack } of stock.packs.values()) {
    for await (const { row, bytes } of readRows(parts, pack.name, pack.rows())) {
      if (digestOf(bytes) !== row.digest) bad.push({ digest: row.digest, size: row.length, pack: pack.name })
      passed(bytes.length)
    }
  }
  const mended = repair ? await mend(parts, stock, bad) : null
  for (const one of bad) {
    const { isBack, done } = mended?.get(one) ?? { isBack: false, done: null }
    const message = `object ${one.digest} has other bytes in ${parts.place.url} than its name says${done === null ? '' : `; ${done}`}`
    yield { id: 'objDigestMismatch', severity: isBack ? 'warning' : 'error', subject: one.digest, message }
  }
}
