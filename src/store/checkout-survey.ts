import { type Digest, hexOf } from '../core/digest.ts'
import type { CheckoutFile, CheckoutPlan } from '../core/ports.ts'
import { type Help, MANY_FILES } from './checkout-bring.ts'
import { hexAt, joinPaths, sharedRows } from './checkout-columns.ts'
import { type Earlier, isOwnPath } from './checkout-earlier.ts'
import { digestRead, FOUND, type Looking, lookFiles, NOT_OURS, UNSEEN } from './checkout-look.ts'
import { type Obstacles, openObstacles } from './checkout-obstacles.ts'
import { startRun } from './ingest-run.ts'

/** What an update has to do to a folder that holds an earlier checkout. Planned files are numbered as in the plan. */
export interface Survey {
  readonly keep: readonly number[]
  readonly write: readonly number[]
  /** Paths of the old bundle's files that the new one has not. */
  readonly remove: readonly string[]
  /** In the way, and not ours. */
  readonly foreign: readonly string[]
  /** Ours once, and changed since. */
  readonly modified: readonly string[]
  /** The stats of the planned files that are kept. */
  readonly rows: BigUint64Array
}

/** Compares the folder with the plan: one lstat for each file. Reads only files that someone has touched; changes nothing. */
export async function survey(dir: string, earlier: Earlier, plan: CheckoutPlan, help: Help): Promise<Survey> {
  const { paths, known } = pathsOf(earlier, plan.files)
  const count = paths.length
  const looking: Looking = {
    ...{ into: dir, count, paths: joinPaths(paths), known, verify: plan.verify === true },
    ...{ expected: earlier.rows, written: earlier.written, rows: sharedRows(count) },
    ...{ states: sharedBytes(count), execs: sharedBytes(count), digests: sharedBytes(count * 32) },
  }
  await lookAtAll(looking, plan.signal, help)
  return judge(dir, earlier, plan.files, paths, looking)
}

const sharedBytes = (count: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(count))

/** The planned paths, then those of the old bundle that the new one has not; and for each what is known of it. */
function pathsOf(earlier: Earlier, files: readonly CheckoutFile[]): { paths: readonly string[]; known: Int32Array } {
  const { paths: old, pending } = earlier
  const paths = files.map(({ path }) => path)
  const rows: number[] = []
  const isTaken = new Uint8Array(old.length)
  let index: Map<string, number> | null = null
  let next = 0
  for (const path of paths) {
    // Mostly they come in the order of the last time.
    let row = old[next] === path ? next : undefined
    if (row === undefined) {
      index ??= new Map(old.map((known, i) => [known, i]))
      row = index.get(path)
    }
    if (row !== undefined) {
      isTaken[row] = 1
      next = row + 1
    }
    rows.push(row ?? (pending.has(path) ? UNSEEN : NOT_OURS))
  }
  const add = (path: string, row: number): void => {
    if (!isOwnPath(path)) return
    paths.push(path)
    rows.push(row)
  }
  for (const [row, path] of old.entries()) if (isTaken[row] === 0) add(path, row)
  if (pending.size > 0) {
    const named = new Set(paths)
    for (const path of pending.keys()) if (!named.has(path)) add(path, UNSEEN)
  }
  return { paths, known: Int32Array.from(rows) }
}

async function lookAtAll(looking: Looking, signal: AbortSignal, help: Help): Promise<void> {
  const run = startRun(() => undefined, signal)
  try {
    const signals = run.signals()
    if (looking.count < MANY_FILES) lookFiles(looking, signals)
    else {
      const crew = await help.crew()
      await Promise.all(Array.from({ length: crew.width }, () => run.watch(crew.run('lookFiles', looking, signals))))
    }
  } catch (error) {
    run.fail(error)
  } finally {
    await run.end()
  }
  run.check()
}

function judge(
  dir: string,
  earlier: Earlier,
  files: readonly CheckoutFile[],
  paths: readonly string[],
  looking: Looking,
): Survey {
  const out = {
    ...{ keep: [] as number[], write: [] as number[], remove: [] as string[] },
    ...{ foreign: [] as string[], modified: [] as string[], rows: looking.rows },
  }
  let other: Obstacles | null = null
  try {
    for (const [i, path] of paths.entries()) {
      const file = files[i]
      const state = looking.states[i]
      if (state === FOUND.absent) {
        if (file !== undefined) out.write.push(i)
      } else if (state === FOUND.other) {
        other ??= openObstacles(dir, new Set(paths.filter((_, n) => looking.known[n] !== NOT_OURS)))
        if (file === undefined) continue
        if (other.isCleared(path)) out.write.push(i)
        else out.foreign.push(path)
      } else if (state === FOUND.file) out.foreign.push(path)
      else {
        const hex = digestOf(earlier, path, looking, i, file)
        if (hex === null) out.modified.push(path)
        else if (file === undefined) out.remove.push(path)
        else if (hex === hexOf(file.digest) && hasExec(looking.execs[i] === 1, file.exec)) out.keep.push(i)
        else out.write.push(i)
      }
    }
  } finally {
    other?.close()
  }
  return out
}

/** The hex digits of a file that is as we left it, or as an update that was stopped left it; null if anybody else has changed it. */
function digestOf(
  { digests, pending }: Earlier,
  path: string,
  looking: Looking,
  i: number,
  file: CheckoutFile | undefined,
): string | null {
  const row = looking.known[i] as number
  const was = row === UNSEEN ? undefined : hexAt(digests, row)
  if (looking.states[i] === FOUND.same) return was as string
  const found = hexOf(digestRead(looking, i))
  return found === was || pending.get(path)?.includes(found) || found === hexOfFile(file) ? found : null
}

const hexOfFile = (file: CheckoutFile | undefined): string | null =>
  file === undefined ? null : hexOf(file.digest as Digest)

/** Windows keeps no such bit, so there nothing differs by it. */
const hasExec = (isExec: boolean, wanted: boolean): boolean => process.platform === 'win32' || isExec === wanted
