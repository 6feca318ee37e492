import fs from 'node:fs'
import type { Digest } from '../core/digest.ts'
import type { Amount, Collection, Swept } from '../core/ports.ts'
import { type Crew, openCrew } from './crew.ts'
import { refuseLinks, remove, writeNew } from './durable.ts'
import { storeError } from './errno.ts'
import { type Needed, type Survey, unneededFiles, unneededRows, withParts } from './gc-survey.ts'
import { type Bin, openBin } from './gc-take.ts'
import { amountIn, emptyTrash, mendTrash, ripeFolders, trashedIn } from './gc-trash.ts'
import { objectFile } from './layout.ts'
import { leftovers } from './leftovers.ts'
import { MUCH_BYTES } from './merge.ts'
import { freshTmp } from './pack-copy.ts'
import { rewritePack } from './pack-merge.ts'
import { packFile } from './places.ts'
import { startSignals } from './signals.ts'
import { restore, trashFolders } from './trash.ts'

/** What was taken out lies in the trash for so long. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000
/** Steps between two moments at which a signal is heard. */
const BREATH = 64

/**
 * Begins a gc of a folder registry. Whatever depends on time is decided by that of this moment, which is before anybody looks what is needed: what
 * was stored later, and what went into the trash later, is none of its business. In: `isDry`, only to look. Errors: as `Upkeep.collect`.
 */
export function beginCollection(root: string, isDry: boolean): Collection {
  if (!isDry) refuseLinks(root)
  const nowMs = isDry ? Date.now() : storeNow(root)
  const survey = (needed: Needed, olderThanMs: number): Survey => ({ root, needed, before: nowMs - olderThanMs })
  return {
    nowMs,
    async *garbage(needed, olderThanMs) {
      const all = withParts(survey(needed, olderThanMs))
      for (const { file: _, ...garbage } of unneededFiles(all)) yield garbage
      for (const { garbage } of unneededRows(all)) yield* garbage
    },
    trash: async () => ({ ...amountIn(trashFolders(root)), ripe: amountIn(ripeFolders(root, nowMs - KEPT_MS)) }),
    leftovers: async (olderThanMs) => oldLeftovers(root, nowMs, olderThanMs).length,
    async sweep(needed, { olderThanMs, first, held, announce, progress = () => undefined, signal }) {
      try {
        const work = { ...survey(needed, olderThanMs), nowMs, olderThanMs, first, held, announce, progress, signal }
        return await sweep(work)
      } catch (error) {
        throw storeError(error, 'sweep', root)
      }
    },
  }
}

interface Sweep extends Survey {
  readonly nowMs: number
  readonly olderThanMs: number
  /** To go before all others. */
  readonly first: ReadonlySet<Digest>
  readonly held: Needed | undefined
  readonly announce: (() => Promise<void>) | undefined
  readonly progress: (done: number) => void
  readonly signal: AbortSignal
}

/** Each step leaves a sound registry: one that is interrupted or killed is in nobody's way, and the next gc goes on. */
async function sweep(work: Sweep): Promise<Swept> {
  const { root, nowMs, olderThanMs, held = () => false, announce } = work
  mendTrash(root)
  const { needed, isPart } = withParts({ ...work, needed: (digest) => work.needed(digest) || held(digest) })
  const { restored } = restore(root, neededIn(root, needed), isPart)
  const purged = emptyTrash(root, nowMs - KEPT_MS)
  await announce?.()
  // Again: chunk tables may have come back.
  const taken = await takeOut({ ...work, ...withParts(work) }, openBin(root, nowMs))
  const old = oldLeftovers(root, nowMs, olderThanMs)
  for (const file of old) remove(file)
  return { ...taken, restored, purged, leftovers: old.length }
}

/** What is needed and lies in the trash: its writer was slower than a gc. */
function* neededIn(root: string, needed: Needed): Generator<Digest> {
  for (const folder of trashFolders(root)) for (const { digest } of trashedIn(folder)) if (needed(digest)) yield digest
}

async function takeOut(work: Sweep, bin: Bin): Promise<Amount> {
  const { root, needed, before, first, progress, signal } = work
  let [objects, bytes, steps] = [0, 0, 0]
  const count = (size: number): void => {
    objects++
    bytes += size
    progress(objects)
  }
  const breathe = async (): Promise<void> => {
    if (++steps % BREATH === 0) await new Promise<void>((resolve) => setImmediate(resolve))
    signal.throwIfAborted()
  }
  for (const digest of first) {
    const file = objectFile(root, digest)
    const stat = needed(digest) ? undefined : fs.statSync(file, { throwIfNoEntry: false })
    if (stat !== undefined && stat.mtimeMs <= before && bin.take(file) !== null) count(stat.size)
    await breathe()
  }
  bin.sync()
  for (const { file, size, stays } of unneededFiles(work)) {
    if (stays === null && bin.take(file) !== null) count(size)
    await breathe()
  }
  let crew: Crew | null = null
  try {
    for (const { name, size, keep, garbage } of unneededRows(work)) {
      await breathe()
      if (garbage.some(({ stays }) => stays !== null)) continue
      if (size > MUCH_BYTES) crew ??= openCrew(1)
      const input = { root, name, keep }
      const isKept = crew === null ? rewritePack(input, startSignals()) : await crew.run('rewritePack', input)
      if (isKept && bin.take(packFile(root, name)) !== null) for (const one of garbage) count(one.size)
    }
  } finally {
    await crew?.close()
  }
  bin.sync()
  return { objects, bytes }
}

const oldLeftovers = (root: string, nowMs: number, olderThanMs: number): readonly string[] =>
  leftovers(root, new Date(nowMs)).flatMap(({ file, ageMs }) => (ageMs > olderThanMs ? [file] : []))

/** The time by the clock of whoever keeps the files: theirs are compared with it. */
function storeNow(root: string): number {
  const tmp = freshTmp(root)
  writeNew(tmp, new Uint8Array(), false)
  const { mtimeMs } = fs.statSync(tmp)
  remove(tmp)
  return mtimeMs
}
