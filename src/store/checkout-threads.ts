import fs from 'node:fs'
import type { CheckoutFile } from '../core/ports.ts'
import type { Destination } from './checkout-bring.ts'
import { columnsOf, copyRow } from './checkout-columns.ts'
import { reachNew, targetError } from './checkout-receive.ts'
import type { Run } from './ingest-run.ts'
import { putStat } from './stat-rows.ts'

/** Larger ones are taken one by one. */
const MIDDLE_BYTES = 1024 * 1024
/** Files that a thread takes at a time. */
const BLOCK = 64
/** From here on one file is worth two threads. */
const LARGE_BYTES = 32 * 1024 * 1024

/** All threads take files until none is left; one that is larger than all that the others would have to do goes first, over two threads. */
export async function bringInThreads(
  root: string,
  destination: Destination,
  left: readonly number[],
  rows: BigUint64Array,
  run: Run,
): Promise<void> {
  const { files, names, into, help } = destination
  const crew = await help.crew()
  const size = (i: number): number => (files[i] as CheckoutFile).size
  const middle = left.filter((i) => size(i) > MIDDLE_BYTES).sort((a, b) => size(b) - size(a))
  let rest = left.reduce((sum, i) => sum + size(i), 0)
  for (let i = middle[0]; i !== undefined && size(i) >= LARGE_BYTES && size(i) * crew.width > rest; i = middle[0]) {
    rest -= size(i)
    middle.shift()
    await copyLarge(i, destination, rows, root, run)
  }
  const small = left.filter((i) => size(i) <= MIDDLE_BYTES)
  await Promise.all([fill(middle, 1), fill(small, BLOCK)])

  async function fill(numbers: readonly number[], block: number): Promise<void> {
    if (numbers.length === 0) return
    const columns = columnsOf(
      numbers.map((i) => files[i] as CheckoutFile),
      numbers.map((i) => names[i] as string),
    )
    const signals = run.signals()
    const input = { ...columns, root, into: into.root, block }
    await Promise.all(Array.from({ length: crew.width }, () => run.watch(crew.run('fillFiles', input, signals))))
    for (const [n, i] of numbers.entries()) copyRow(columns.rows, n, rows, i)
  }
}

/** Copied in one thread, hashed behind the copy in another; from another copy of the object where one is not good. */
async function copyLarge(
  i: number,
  { files, names, into, help }: Destination,
  rows: BigUint64Array,
  root: string,
  run: Run,
): Promise<void> {
  const file = files[i] as CheckoutFile
  const crew = await help.crew()
  const at = reachNew(into, names[i] as string)
  for (let nth = 0; ; nth++) {
    const signals = run.signals()
    const input = { ...file, root, at, nth }
    const copied = run.watch(crew.run('copyObject', input, signals))
    const hashing = crew.run('hashCopy', { file: at }, signals)
    const hashed = run.watch(hashing.catch((error) => (signals.isStopped ? null : Promise.reject(error))))
    await copied
    const digest = await hashed
    run.check()
    if (digest === file.digest) break
    fs.rmSync(at, { force: true })
  }
  try {
    putStat(rows, i, fs.lstatSync(at, { bigint: true }))
  } catch (error) {
    throw targetError(error, file.path)
  }
}
