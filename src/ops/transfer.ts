import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { collectBytes, MAX_MANIFEST, parseManifest } from '../core/manifest.ts'
import type { Arm, Manifest, TransferData, VersionEntry } from '../core/model.gen.ts'
import type { Context, Result } from '../core/ports.ts'
import { shellWord } from '../core/shell.ts'
import { type Content, contentsOf } from './contents.ts'
import { copyOf, versionInCopy } from './copied-version.ts'
import { about } from './elsewhere.ts'
import { evidenceOf, scansIn, takeEvidence } from './evidence.ts'
import { earlierRun, newestToFollow } from './logs.ts'
import { addMark, marksOf } from './marks.ts'
import { addVersion, indexVersion } from './new-version.ts'
import { quarantinesAbout, takeQuarantines } from './quarantine-copy.ts'
import { resolveRef, versionLog, versionOf } from './refs.ts'
import { otherBundle } from './repeat.ts'
import { type Sent, sendObjects } from './send-objects.ts'
import { versionEntry } from './versions.ts'
import { fetchAll } from './whole.ts'

export interface TransferInput {
  readonly what: 'pushing' | 'pulling'
  /** Leave the files where they are: `checkout` fetches those that it needs. */
  readonly lazy?: boolean | undefined
  /** The app's predictions too. */
  readonly predictions?: boolean | undefined
}

/**
 * Brings a bundle from one registry to another: the objects that are not there, then the manifest, then marks and evidence, then its version there.
 * Stopped on the way, it leaves nothing that a reader sees, and a repeat goes on from there; repeated when all is done, it looks at every object
 * and brings again what was lost. The version there has a number of its own; a bundle that has one keeps it.
 * Errors: those of resolveRef, OBJECT_MISSING, CORRUPT and NAME_UNSAFE, about the registry that it comes from; USAGE; DISK_FULL, READ_ONLY.
 */
export async function transfer(
  from: Context,
  to: Context,
  ref: string,
  { what, lazy = false, predictions = false }: TransferInput,
): Promise<Result<TransferData>> {
  const began = to.now().getTime()
  const found = await about(from, () => readBundle(from, ref))
  const { bundle, version: fromVersion } = found.arm
  const batch = await to.registry.objects.batch()
  try {
    const wanted = lazy ? found.contents.filter(({ isTree }) => isTree) : found.contents
    const sent = await sendObjects(from, batch, wanted, what).catch((error) => {
      throw pulledWithoutFiles(error, from, found.entry)
    })
    const isCopy = from.registry.id === to.registry.id
    const look = () => (isCopy ? versionInCopy(from, to, found.entry) : versionOf(to, bundle))
    // A push that is repeated finds its version, and nobody asks which is the newest.
    const there = to.op.given ? null : await look()
    // Read before the look for the bundle: whoever made it a version since then stands behind this entry.
    const before = there === null ? await newestToFollow(to, versionLog(to.app)) : null
    const done = there === null ? await earlierRun(to, versionLog(to.app), before) : null
    if (done !== null && done.bundle !== bundle) throw otherBundle(to, done)
    const known = there ?? (await look())
    const manifest = await batch.bytes(found.bytes, { alone: true })
    await batch.flush()
    // Before the version: nobody may promote it without what is known of it.
    const marks = await copyMarks(from, to, [bundle, ...found.manifest.components.map(({ digest }) => digest)])
    const own = (await about(from, () => evidenceOf(from, bundle))).toReversed()
    const scans = (await about(from, () => scansIn(from, found.manifest))).toReversed()
    const evidence = await takeEvidence(to, [...own, ...scans])
    const quarantines = await copyQuarantines(from, to, found.arm)
    const made =
      known === null
        ? await addVersion(to, before, bundle, (version) => copyOf(found.entry, from, to, version, lazy))
        : { entry: await versionEntry(to, known), isNew: false }
    await indexVersion(to, made.entry, found.manifest.components, before)
    const copied = predictions ? await (await import('./segment-copy.ts')).copySegments(from, to) : null
    const fresh = { new_objects: sent.objects, new_bytes: sent.bytes }
    if (manifest.isNew) {
      fresh.new_objects++
      fresh.new_bytes += manifest.size
    }
    const head = { from: from.registry.url, to: to.registry.url, app: to.app, ref, bundle }
    const versions = { from_version: fromVersion, version: `v${made.entry.seq}`, new_version: made.isNew }
    const all = sum(found)
    return {
      changed: made.isNew || fresh.new_objects + marks + evidence + quarantines + (copied?.segments ?? 0) > 0,
      data: {
        ...{ ...head, ...versions, ...fresh, objects: all.objects, bytes: all.bytes, marks, evidence, quarantines },
        predictions: copied,
        lazy: lazy && made.entry.origin?.files_at !== undefined,
        duration_ms: to.now().getTime() - began,
      },
    }
  } finally {
    await batch.close()
  }
}

/** A bundle that has left its files elsewhere is not damaged. */
function pulledWithoutFiles(error: unknown, from: Context, { seq, origin }: VersionEntry): unknown {
  const next = fetchAll(origin)
  if (next === null || !(error instanceof AishipError) || error.code !== 'OBJECT_MISSING') return error
  const where = from.registry.url
  return new AishipError(
    'OBJECT_MISSING',
    `v${seq} was pulled without its files, and not all of them are in ${where}`,
    {
      hint: 'fetch all of them first',
      next: [`${next} --registry ${shellWord(where)}`],
      details: { ...error.details, registry: where },
      cause: error,
    },
  )
}

interface Found {
  readonly arm: Arm
  readonly entry: VersionEntry
  /** As stored. */
  readonly bytes: Uint8Array
  readonly manifest: Manifest
  readonly contents: readonly Content[]
}

async function readBundle(from: Context, ref: string): Promise<Found> {
  const arm = await resolveRef(from, ref)
  const entry = await versionEntry(from, arm.version)
  const bytes = await collectBytes(from.registry.objects.get(arm.bundle, MAX_MANIFEST))
  const manifest = parseManifest(bytes, arm.bundle)
  return { arm, entry, bytes, manifest, contents: await contentsOf(from.registry.objects, manifest) }
}

const sum = ({ bytes, contents }: Found): Sent => ({
  objects: contents.length + 1,
  bytes: contents.reduce((total, { size }) => total + size, bytes.length),
})

/** Verdicts for the whole registry travel with what they are about; those for one pointer stay with it. Out: how many are new there. */
async function copyMarks(from: Context, to: Context, digests: readonly Digest[]): Promise<number> {
  const subjects = [...new Set(digests)]
  const logs = await about(from, () => Promise.all(subjects.map((digest) => marksOf(from, digest))))
  let added = 0
  for (const { digest, verdict, reason, scope, lifts, op, actor } of logs.flat()) {
    if (scope !== null) continue
    const { isNew } = await addMark(to, { digest, verdict, reason, scope, lifts }, { op, actor })
    if (isNew) added++
  }
  return added
}

/** What its parts were quarantined with travels with a bundle; who let something through did so here. Out: how many are new there. */
async function copyQuarantines(from: Context, to: Context, arm: Arm): Promise<number> {
  const entries = await about(from, () => quarantinesAbout(from, arm))
  const lists = entries.flatMap(({ quarantine }) => quarantine?.entities?.digest ?? [])
  if (entries.length === 0) return 0
  const batch = await to.registry.objects.batch()
  try {
    for (const digest of lists)
      await batch.bytes(await about(from, () => collectBytes(from.registry.objects.get(digest))))
    await batch.flush()
  } finally {
    await batch.close()
  }
  return takeQuarantines(to, entries)
}
