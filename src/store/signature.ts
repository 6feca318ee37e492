import fs from 'node:fs'
import path from 'node:path'
import { type Chunks, startChunker } from '../core/chunks.ts'
import { type Digest, digestOf, hexOf } from '../core/digest.ts'
import { readCached } from './cache.ts'
import { refuseLinks, remove, writeNew } from './durable.ts'
import type { Extent } from './places.ts'
import { openRange } from './range.ts'
import type { Signals } from './signals.ts'

/**
 * An object's chunks, kept in cache/chunks/<64 hex> so that it is cut once. The file, integers little-endian: SHA-256 of the rest (32 bytes) ·
 * "aichnk1\n" · chunks (u32) · a length for each (u32) · a fingerprint for each (two u32). May be deleted at any time; a damaged one is absent.
 */
const MAGIC = Buffer.from('aichnk1\n')
const HEAD = 32 + 8 + 4
const MOST = 1024 * 1024 * 1024

const signatureFile = (root: string, digest: Digest): string => `${root}/cache/chunks/${hexOf(digest)}`

/** The job: cuts an object, or a file, wherever it lies. Errors: those of reading; CORRUPT where the extents end early. */
export function cutChunks({ extents }: { readonly extents: readonly Extent[] }, signals?: Signals): Chunks {
  const range = openRange(extents)
  const chunker = startChunker()
  try {
    for (let at = 0; at < range.size; ) {
      if (signals?.isStopped) throw new Error('stopped')
      const room = chunker.room()
      const wanted = Math.min(room.length, range.size - at)
      range.fill(at, room.subarray(0, wanted))
      chunker.took(wanted)
      signals?.advance(wanted)
      at += wanted
    }
    return chunker.end()
  } finally {
    range.close()
  }
}

/** Null where it is not known. In: the registry's folder. */
export function readSignature(root: string, digest: Digest): Chunks | null {
  const bytes = readCached(signatureFile(root, digest), MOST)
  if (bytes === null || bytes.length < HEAD || !MAGIC.equals(bytes.subarray(32, 40))) return null
  const count = bytes.readUInt32LE(40)
  if (bytes.length !== HEAD + 12 * count || hexOf(digestOf(bytes.subarray(32))) !== bytes.toString('hex', 0, 32))
    return null
  const words = new Uint32Array(3 * count)
  for (let i = 0; i < words.length; i++) words[i] = bytes.readUInt32LE(HEAD + 4 * i)
  return { lengths: words.subarray(0, count), prints: words.subarray(count) }
}

/** Keeps it if it can: losing it costs time only. `tmp`: a new path in the registry's tmp/. */
export function keepSignature(root: string, digest: Digest, { lengths, prints }: Chunks, tmp: string): void {
  const bytes = Buffer.alloc(HEAD + 4 * (lengths.length + prints.length))
  MAGIC.copy(bytes, 32)
  bytes.writeUInt32LE(lengths.length, 40)
  let at = HEAD
  for (const words of [lengths, prints]) for (const word of words) at = bytes.writeUInt32LE(word, at)
  bytes.write(hexOf(digestOf(bytes.subarray(32))), 0, 'hex')
  const file = signatureFile(root, digest)
  try {
    refuseLinks(root)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    writeNew(tmp, bytes, false)
    fs.renameSync(tmp, file)
  } catch {
    remove(tmp)
  }
}
