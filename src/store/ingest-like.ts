import type { Digest } from '../core/digest.ts'
import type { Crew } from './crew.ts'
import type { Run } from './ingest-run.ts'
import type { Extent } from './places.ts'
import { openPlaces } from './places.ts'
import type { Shrunk } from './shrink.ts'
import type { Old } from './shrink-parts.ts'
import { keepSignature, readSignature } from './signature.ts'
import { readTable } from './table.ts'

/** A file as its difference from older objects, and where the bytes are that none of them has. */
export interface Difference extends Shrunk {
  readonly into: string
}

interface LikePlace {
  /** The registry's folder. */
  readonly root: string
  /** A new path in tmp/. */
  tmp(): string
  readonly crew: Crew
  readonly run: Run
}

/**
 * What of a whole copy need not be stored, `like` being objects that it may resemble. Null where it resembles none of them enough. Tries first what
 * costs least: that all is where it was, from the start or from the end; only then files are cut, each once. Errors: those of `shrink`.
 */
export async function findDifference(
  copy: Extent,
  like: readonly Digest[],
  place: LikePlace,
): Promise<Difference | null> {
  const olds = oldsOf(place.root, like)
  if (olds.length === 0) return null
  const into = place.tmp()
  const shrink = (from: readonly Old[], chunks: Parameters<typeof attempt>[3]) =>
    attempt(copy, from, place, chunks, into)
  let found = await shrink(olds, null)
  if (found === 'unclear') {
    const [fresh, ...cut] = await Promise.all([cutChunks(place, [copy]), ...olds.map((old) => chunksOf(place, old))])
    const readable = olds.flatMap((old, i) => (cut[i] === null ? [] : [{ old, chunks: cut[i] as Chunks }]))
    const chunks = { fresh, olds: readable.map((one) => one.chunks) }
    found = await shrink(
      readable.map((one) => one.old),
      chunks,
    )
  }
  return typeof found === 'string' ? null : { ...found, into }
}

type Chunks = Awaited<ReturnType<typeof cutChunks>>

const attempt = (
  copy: Extent,
  olds: readonly Old[],
  { crew, run }: LikePlace,
  chunks: { readonly fresh: Chunks; readonly olds: readonly Chunks[] } | null,
  into: string,
) => run.watch(crew.run('shrink', { extents: [copy], olds, chunks, into }, run.signals()))

const cutChunks = ({ crew, run }: LikePlace, extents: readonly Extent[]) =>
  // Its progress is not bytes of the bundle.
  run.watch(crew.run('cutChunks', { extents }))

/** Null for an old object that can't be read: whoever asks for it will hear of that. */
async function chunksOf(place: LikePlace, { digest, extents }: Old): Promise<Chunks | null> {
  const known = readSignature(place.root, digest)
  if (known !== null) return known
  const { crew, run } = place
  const chunks = await run.watch(crew.run('cutChunks', { extents }).catch(() => null))
  if (chunks !== null) keepSignature(place.root, digest, chunks, place.tmp())
  return chunks
}

function oldsOf(root: string, like: readonly Digest[]): readonly Old[] {
  const places = openPlaces(root)
  try {
    return like.flatMap((digest): readonly Old[] => {
      const place = places.find(digest)
      if (place === null) return []
      return [{ digest, extents: place.extents, table: place.form === 'chunked' ? readTable(root, digest) : null }]
    })
  } finally {
    places.close()
  }
}
