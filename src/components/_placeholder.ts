import fs from 'node:fs'

/** Sizes that pointer files have: only such small files are opened to look for one. */
const SMALLEST = 40
const LARGEST = 200
const MAX_DVC = 64 * 1024

const LFS = /^version https:\/\/(?:git-lfs|hawser)\.github\.com\/spec\/v1\r?\n(?:ext-[^\n]*\n)*oid sha256:[0-9a-f]{64}/
const ANNEX = /^[/\\]annex[/\\]objects[/\\]\S+\s*$/

const buffer = Buffer.alloc(LARGEST)

/** Which program left this file in place of the bytes it stands for; null for an ordinary one. */
export function pointerIn(file: string, size: number): 'lfs' | 'annex' | null {
  if (size < SMALLEST || size > LARGEST) return null
  return pointerOf(readStart(file, buffer))
}

/** The same for bytes already read. */
export function pointerOf(bytes: Uint8Array): 'lfs' | 'annex' | null {
  if (bytes.length < SMALLEST || bytes.length > LARGEST) return null
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  return LFS.test(text) ? 'lfs' : ANNEX.test(text) ? 'annex' : null
}

/** True for the `X.dvc` that DVC leaves beside the X that it tracks. */
export function isDvcPointer(file: string, size: number): boolean {
  if (size > MAX_DVC) return false
  const text = readStart(file, Buffer.alloc(size)).toString('latin1')
  return /^outs:/m.test(text) && /^[ -]+(?:md5|etag|checksum|hash|path): /m.test(text)
}

function readStart(file: string, into: Buffer): Buffer {
  const fd = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0))
  try {
    return into.subarray(0, fs.readSync(fd, into, 0, into.length, 0))
  } finally {
    fs.closeSync(fd)
  }
}
