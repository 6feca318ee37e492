import fs from 'node:fs'
import type { Digest } from '../core/digest.ts'
import type { Seen } from '../core/inspect.ts'
import type { FileRequest } from '../core/ports.ts'
import type { Crew } from './crew.ts'
import { remove } from './durable.ts'
import { type Difference, findDifference } from './ingest-like.ts'
import { type Run, startRun } from './ingest-run.ts'
import {
  digestAt,
  type Packed,
  type Packs,
  packTmp,
  SCANS,
  type SmallFiles,
  STATE,
  shareTexts,
  takeSmall,
} from './ingest-small.ts'
import { storeWhole, type Whole } from './ingest-whole.ts'
import { MAX_PACKED } from './pack.ts'
import { syncFiles } from './stream.ts'

/** One file, read: it is in a pack, it was here before, or it lies in `tmp` (null where nothing is stored) as a whole. */
export type Ingested = { readonly digest: Digest; readonly size: number; readonly seen: Seen | null } & (
  | { readonly form: 'packed' | 'known' }
  | {
      readonly form: 'whole'
      readonly tmp: string | null
      readonly isDurable: boolean
      /** Of one that is much like an older object. */
      readonly difference: Difference | null
    }
)

/** What reading files needs of the batch. */
export interface IngestPlace {
  /** The registry's folder; null to hash only. */
  readonly root: string | null
  /** A new path in tmp/. */
  tmp(): string
  /** Threads; asked for only where there is much to do. */
  crew(): Crew
  /** The packs of this thread. */
  readonly packs: Packs
  /** Takes over packs that threads have made. */
  adopt(packs: readonly Packed[]): void
  progress(bytes: number): void
  readonly signal: AbortSignal | null
}

/** From here on threads pay for their start. */
const MUCH_BYTES = 8 * 1024 * 1024
const MUCH_FILES = 500
/** From here on one file is worth two threads. */
const LARGE_BYTES = 32 * 1024 * 1024

/**
 * Reads files in one pass, over the cores where that pays: small ones into packs, others each as a copy that is hashed as it lies in tmp/, so that
 * the digest speaks of what is stored. In the order of the requests. Errors: as `ObjectBatch.files`; the signal's reason.
 */
export async function ingest(requests: readonly FileRequest[], given: IngestPlace): Promise<readonly Ingested[]> {
  const made: string[] = []
  const packs: Packed[] = []
  const place: IngestPlace = {
    ...given,
    tmp() {
      made.push(given.tmp())
      return made.at(-1) as string
    },
    adopt: (more) => void packs.push(...more),
  }
  const bytes = requests.reduce((sum, { size }) => sum + size, 0)
  const isMuch = bytes > MUCH_BYTES || requests.length > MUCH_FILES || requests.some(({ like }) => like.length > 0)
  const run = startRun(given.progress, given.signal)
  try {
    const read = await (isMuch ? inThreads : here)(requests, place, run)
    await run.end()
    run.check()
    given.adopt(packs)
    return read
  } catch (error) {
    run.fail(error)
    await run.end()
    for (const tmp of made) removeAll(tmp)
    run.check()
    throw error
  }
}

/** Also the packs of a thread, which are called by numbers after it: it may have died. */
function removeAll(tmp: string): void {
  remove(tmp)
  for (let n = 0; fs.existsSync(packTmp(tmp, n)); n++) remove(packTmp(tmp, n))
}

/** What became of each request. */
type Found = (Ingested | undefined)[]

/** Which requests, by number, nothing has become of yet. */
const left = (requests: readonly FileRequest[], found: Found): readonly number[] =>
  [...requests.keys()].filter((i) => found[i] === undefined)

/** Which of the requests may be packed, by number. */
const smallOnes = (requests: readonly FileRequest[]): readonly number[] =>
  [...requests.keys()].filter((i) => {
    const { size, alone, like } = requests[i] as FileRequest
    return size <= MAX_PACKED && !alone && like.length === 0
  })

function here(requests: readonly FileRequest[], place: IngestPlace, run: Run): Promise<readonly Ingested[]> {
  const found: Found = requests.map(() => undefined)
  const small = smallOnes(requests)
  if (small.length > 0) {
    const columns = columnsOf(small, requests, place)
    collect(small, requests, columns, takeSmall(columns, run.signals(), place.packs), found)
  }
  for (const i of left(requests, found)) {
    const { path: from, watch } = requests[i] as FileRequest
    const to = place.root === null ? null : place.tmp()
    found[i] = asWhole(storeWhole({ from, to, watch }, run.signals()), to)
  }
  return Promise.resolve(found as Ingested[])
}

async function inThreads(requests: readonly FileRequest[], place: IngestPlace, run: Run): Promise<readonly Ingested[]> {
  const crew = place.crew()
  const found: Found = requests.map(() => undefined)
  const small = smallOnes(requests)
  if (small.length > 0) {
    const columns = columnsOf(small, requests, place)
    const signals = run.signals()
    const threads = Array.from({ length: crew.width }, () =>
      run.watch(
        crew.run('storeSmall', { ...columns, tmp: place.tmp() }, signals).then((done) => {
          place.adopt(done.packs)
          return done.seen
        }),
      ),
    )
    collect(small, requests, columns, (await Promise.all(threads)).flat(), found)
  }
  const rest = left(requests, found)
  const middle = rest.filter((i) => {
    const { size, like } = requests[i] as FileRequest
    return size < LARGE_BYTES && like.length === 0
  })
  await Promise.all(
    middle.map(async (i) => {
      const { path: from, watch } = requests[i] as FileRequest
      const to = place.root === null ? null : place.tmp()
      found[i] = asWhole(await run.watch(crew.run('storeWhole', { from, to, watch }, run.signals())), to)
    }),
  )
  for (const i of left(requests, found)) found[i] = await takeLarge(requests[i] as FileRequest, place, crew, run)
  return found as Ingested[]
}

/** Copied in one thread, hashed behind the copy in another, looked through and made durable as soon as the copy is whole. */
async function takeLarge(request: FileRequest, place: IngestPlace, crew: Crew, run: Run): Promise<Ingested> {
  const { path: from, watch, like } = request
  if (place.root === null) {
    const job = crew.run('storeWhole', { from, to: null, watch }, run.signals())
    return asWhole(await run.watch(job), null)
  }
  const tmp = place.tmp()
  const signals = run.signals()
  // What takes longer to look through than to copy is looked through later: the source might change meanwhile.
  const passing = watch?.scan === 'names-and-keys' ? watch : null
  const copied = run.watch(crew.run('copySource', { from, to: tmp, watch: passing }, signals))
  const hashed = run.watch(crew.run('hashCopy', { file: tmp }, signals))
  // What may turn out to be like an older object is not worth the disk's time yet.
  const isDurable = like.length === 0
  const { size, seen: seenInPassing } = await copied
  const synced = isDurable ? run.watch(syncFiles([tmp])) : null
  const isUnseen = watch !== null && seenInPassing === null
  const seen = isUnseen ? await run.watch(crew.run('inspectCopy', { file: tmp, watch }, run.signals())) : seenInPassing
  const { root } = place
  const difference = isDurable
    ? null
    : await findDifference({ file: tmp, offset: 0, length: size }, like, { root, tmp: place.tmp, crew, run })
  const digest = await hashed
  await synced
  if (digest === null) throw new Error(`${tmp} was not hashed`)
  return { digest, size, seen, form: 'whole', tmp, isDurable, difference }
}

const asWhole = ({ digest, size, seen }: Whole, tmp: string | null): Ingested => ({
  ...{ digest, size, seen, form: 'whole', tmp },
  ...{ isDurable: false, difference: null },
})

function columnsOf(small: readonly number[], all: readonly FileRequest[], place: IngestPlace): SmallFiles {
  const requests = small.map((i) => all[i] as FileRequest)
  const count = requests.length
  const shared = new SharedArrayBuffer(count * (8 + 32 + 1))
  return {
    root: place.root,
    tmp: '',
    app: requests.find(({ watch }) => watch !== null)?.watch?.app ?? '',
    count,
    paths: shareTexts(requests.map(({ path }) => path)),
    names: shareTexts(requests.map(({ watch }) => watch?.path ?? '')),
    scans: Uint8Array.from(requests, ({ watch }) => SCANS.indexOf(watch?.scan ?? null)),
    sizes: new Float64Array(shared, 0, count),
    digests: new Uint8Array(shared, count * 8, count * 32),
    states: new Uint8Array(shared, count * 40, count),
  }
}

/** What must lie in a file of its own after all is left for the others. */
function collect(
  small: readonly number[],
  requests: readonly FileRequest[],
  { digests, sizes, states }: SmallFiles,
  seen: readonly (readonly [number, Seen])[],
  into: Found,
): void {
  const met = new Map(seen)
  for (const [i, number] of small.entries()) {
    const { path, watch } = requests[number] as FileRequest
    if (states[i] === STATE.alone) continue
    if (states[i] === STATE.none) throw new Error(`${path} was not read`)
    const nothing = watch === null ? null : NOTHING_SEEN
    const form = states[i] === STATE.packed ? 'packed' : 'known'
    into[number] = { digest: digestAt(digests, i), size: sizes[i] as number, seen: met.get(i) ?? nothing, form }
  }
}

const NOTHING_SEEN: Seen = { findings: [], format: null }

/** Removes what a file has in tmp/, but for what the batch has taken over. */
export function dropIngested(
  { tmp, difference }: Extract<Ingested, { form: 'whole' }>,
  kept: ReadonlySet<string> = new Set(),
): void {
  for (const path of [tmp, difference?.into ?? null]) if (path !== null && !kept.has(path)) remove(path)
}
