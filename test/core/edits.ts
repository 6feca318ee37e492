import { createCipheriv } from 'node:crypto'

/** Bytes without a pattern, the same for the same seed. */
export function noise(seed: number, size: number): Buffer {
  const key = Buffer.alloc(16)
  key.writeUInt32LE(seed >>> 0)
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size))
}

export interface Edit {
  readonly at: number
  /** So many bytes go. */
  readonly removed: number
  /** These come in their place. */
  readonly bytes: Uint8Array
}

/** One after the other, each on what the one before left; places beyond the end are at the end. */
export function edited(before: Uint8Array, edits: readonly Edit[]): Buffer {
  return edits.reduce((bytes: Buffer, edit) => {
    const at = Math.min(edit.at, bytes.length)
    return Buffer.concat([bytes.subarray(0, at), edit.bytes, bytes.subarray(at + edit.removed)])
  }, Buffer.from(before))
}
