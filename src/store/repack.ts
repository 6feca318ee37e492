import fs from 'node:fs'
import type { Amount, Repacked, RepackOptions } from '../core/ports.ts'
import { entriesOf } from './check-parts.ts'
import { type Crew, openCrew } from './crew.ts'
import { refuseLinks } from './durable.ts'
import { storeError } from './errno.ts'
import { openBin } from './gc-take.ts'
import { startRun } from './ingest-run.ts'
import { LEFT_ALONE, type PackFile, packFiles } from './merge.ts'
import { packableIn, packLoose, unpack } from './repack-loose.ts'
import { shrinkStored } from './repack-shrink.ts'

/** What is merged into one pack: its rows are kept in memory. */
const MOST_BYTES = 256 * 1024 * 1024

/**
 * Puts a folder registry in order, in steps that each leave it sound: what is new is durable before what it replaces goes. Interrupted or killed,
 * it is taken up by the next one. Errors: the reason of the signal; DISK_FULL, READ_ONLY, NOT_PERMITTED, REGISTRY_UNREACHABLE.
 */
export async function repackFolder(root: string, options: RepackOptions): Promise<Repacked> {
  const { mayPack, alone, pairs, signal, progress = () => undefined } = options
  refuseLinks(root)
  let crew: Crew | null = null
  const threads = (): Crew => {
    crew ??= openCrew()
    return crew
  }
  const [packsBefore, bytesBefore] = [packFiles(root).length, bytesIn(root)]
  const run = startRun(() => undefined, signal)
  try {
    const unpacked = unpack(root, alone)
    const packed = { objects: 0, bytes: 0 }
    for (const group of packableIn(root, mayPack)) {
      await breathe(signal)
      const { objects, bytes } = packLoose(root, group)
      packed.objects += objects
      packed.bytes += bytes
      progress('packing', packed.objects, null)
    }
    const shrunk = { objects: 0, bytes: 0 }
    const bin = openBin(root, Date.now())
    for (const [i, { digest, like }] of pairs.entries()) {
      await breathe(signal)
      progress('comparing', i, pairs.length)
      const saved = await shrinkStored(digest, like, { root, crew: threads(), run, bin })
      if (saved === 0) continue
      shrunk.objects++
      shrunk.bytes += saved
    }
    bin.clear()
    for (const group of mergeable(root)) {
      await breathe(signal)
      const names = group.map(({ name }) => name)
      await run.watch(threads().run('mergePacks', { root, names }, run.signals()))
    }
    const packs = { before: packsBefore, after: packFiles(root).length }
    return { packed, unpacked, shrunk, packs, bytes: { before: bytesBefore, after: bytesIn(root) } }
  } catch (error) {
    run.fail(error)
    signal.throwIfAborted()
    throw storeError(error, 'repack', root)
  } finally {
    await run.end()
    await (crew as Crew | null)?.close()
  }
}

/** What it would do; nothing is compared. */
export function planRepack(root: string, { mayPack, pairs }: RepackOptions): Repacked {
  const packed = { objects: 0, bytes: 0 }
  for (const group of packableIn(root, mayPack)) {
    packed.objects += group.length
    packed.bytes += group.reduce((sum, { size }) => sum + size, 0)
  }
  const groups = [...mergeable(root)]
  const before = packFiles(root).length
  const after = before + groups.length - groups.reduce((sum, group) => sum + group.length, 0)
  const bytes = bytesIn(root)
  const shrunk: Amount = { objects: pairs.length, bytes: 0 }
  return { packed, unpacked: 0, shrunk, packs: { before, after }, bytes: { before: bytes, after: bytes } }
}

/** Packs that are to be one. */
function* mergeable(root: string): Generator<readonly PackFile[]> {
  let [group, bytes]: [PackFile[], number] = [[], 0]
  for (const pack of packFiles(root)) {
    if (pack.size > LEFT_ALONE) continue
    if (bytes + pack.size > MOST_BYTES) {
      if (group.length > 1) yield group
      ;[group, bytes] = [[], 0]
    }
    group.push(pack)
    bytes += pack.size
  }
  if (group.length > 1) yield group
}

/** Bytes of all files below objects/. */
function bytesIn(root: string): number {
  let bytes = 0
  for (const folder of entriesOf(`${root}/objects`))
    for (const { name } of entriesOf(`${root}/objects/${folder.name}`))
      bytes += fs.statSync(`${root}/objects/${folder.name}/${name}`, { throwIfNoEntry: false })?.size ?? 0
  return bytes
}

/** Lets a signal be heard. Errors: its reason. */
async function breathe(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve))
  signal.throwIfAborted()
}
