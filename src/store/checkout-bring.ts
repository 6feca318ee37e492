import type { Digest } from '../core/digest.ts'
import { inPool } from '../core/pool.ts'
import type { CheckoutFile, CheckoutPlan } from '../core/ports.ts'
import { sharedRows } from './checkout-columns.ts'
import type { Folders } from './checkout-folders.ts'
import { reachNew, receive } from './checkout-receive.ts'
import { type Shared, shareWhole } from './checkout-share.ts'
import type { Crew } from './crew.ts'
import { type Run, startRun } from './ingest-run.ts'
import { putStat } from './stat-rows.ts'

/** From here on threads pay for their start. */
const MUCH_BYTES = 8 * 1024 * 1024
const MUCH_FILES = 200
/** So many are worth threads, whatever turns out to be there already. */
export const MANY_FILES = 4000
/** Objects that are read at the same time from a registry that is elsewhere. */
const WIDTH = 8

/** Threads of one checkout, hired when they are first needed. What few checkouts need is loaded late: the start of a small one counts. */
export interface Help {
  crew(): Promise<Crew>
  /** Lets the threads start, where so many files will need them. */
  expect(files: number): void
  close(): Promise<void>
}

export function openHelp(): Help {
  let hired: Promise<Crew> | null = null
  const hire = (): Promise<Crew> => {
    hired ??= import('./crew.ts').then(({ openCrew }) => openCrew())
    return hired
  }
  return {
    crew: hire,
    expect(files) {
      if (files >= MANY_FILES) void hire().then((crew) => crew.warm())
    },
    close: async () => (await hired)?.close(),
  }
}

export interface Brought extends Shared {
  /** The stat of each file as it arrived. */
  readonly rows: BigUint64Array
}

/** Where files go: each to a name below a folder. */
export interface Destination {
  readonly files: readonly CheckoutFile[]
  readonly names: readonly string[]
  readonly into: Folders
  readonly help: Help
  /** Told of bytes as they arrive; what it throws ends the work. */
  progress(bytes: number): void
}

/**
 * Writes files where nothing is yet, each verified before or while it is written. After a failure some of them may be there, each whole; what
 * failed its verification is not. Errors: CORRUPT, OBJECT_MISSING, those of `targetError`; the reason of the plan's signal.
 */
export async function bringIn(plan: CheckoutPlan, destination: Destination): Promise<Brought> {
  const { files, names, into, help, progress } = destination
  const rows = sharedRows(files.length)
  const run = startRun(progress, plan.signal)
  try {
    await fetchFirst(plan, files)
    const hashAll = (wanted: readonly { readonly path: string; readonly size: number }[]) => hash(wanted, help, run)
    const shared = await shareWhole({ files, names, into, plan, rows, hashAll })
    const done = new Set([...shared.linked, ...shared.reflinked])
    const left = [...files.keys()].filter((i) => !done.has(i))
    const isMuch = left.length > MUCH_FILES || sizeOf(left.map((i) => files[i] as CheckoutFile)) > MUCH_BYTES
    const root = plan.source.folder
    if (root === undefined || !isMuch) await bringHere(plan, destination, left, rows, run)
    else await (await import('./checkout-threads.ts')).bringInThreads(root, destination, left, rows, run)
    await run.end()
    run.check()
    return { rows, ...shared }
  } catch (error) {
    run.fail(error)
    await run.end()
    run.check()
    throw error
  }
}

/** What lies elsewhere comes here at once, and not file by file. */
async function fetchFirst({ source, emit, signal }: CheckoutPlan, files: readonly CheckoutFile[]): Promise<void> {
  if (source.bring === undefined || files.length === 0) return
  let done = 0
  const progress = (bytes: number): void => {
    done += bytes
    emit({ type: 'progress', what: 'fetching', done, total: null, unit: 'bytes' })
  }
  await source.bring([...new Set(files.map(({ digest }) => digest))], { progress, signal })
}

export const sizeOf = (files: readonly { readonly size: number }[]): number =>
  files.reduce((sum, file) => sum + file.size, 0)

async function hash(
  files: readonly { readonly path: string; readonly size: number }[],
  help: Help,
  run: Run,
): Promise<readonly (Digest | null)[]> {
  const isMuch = sizeOf(files) > MUCH_BYTES
  const { storeWhole } = await import('./ingest-whole.ts')
  const crew = isMuch ? await help.crew() : null
  const digests = await Promise.all(
    files.map(async ({ path: from }) => {
      const [input, signals] = [{ from, to: null, watch: null }, run.signals()]
      try {
        return (await (crew === null ? storeWhole(input, signals) : crew.run('storeWhole', input, signals))).digest
      } catch {
        return null
      }
    }),
  )
  run.check()
  return digests
}

/** File by file, from wherever the registry is. */
async function bringHere(
  plan: CheckoutPlan,
  { files, names, into, progress }: Destination,
  left: readonly number[],
  rows: BigUint64Array,
  run: Run,
): Promise<void> {
  await inPool(left, WIDTH, async (i) => {
    run.check()
    const file = files[i] as CheckoutFile
    putStat(rows, i, await receive(plan.source, file, reachNew(into, names[i] as string), progress))
  })
}
