/**
 * MurmurHash3 x86 32-bit with seed 0 (Austin Appleby's, in the public domain) over the UTF-8 bytes of `text`. Half a character counts as U+FFFD, as
 * every encoder writes it. Out: 0 to 2^32 - 1.
 */
export function murmur3(text: string): number {
  const bytes = byteString(text)
  const whole = bytes.length & ~3
  let hash = 0
  for (let i = 0; i < whole; i += 4) {
    const word =
      bytes.charCodeAt(i) |
      (bytes.charCodeAt(i + 1) << 8) |
      (bytes.charCodeAt(i + 2) << 16) |
      (bytes.charCodeAt(i + 3) << 24)
    hash ^= scrambled(word)
    hash = (hash << 13) | (hash >>> 19)
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0
  }
  let rest = 0
  for (let i = bytes.length - 1; i >= whole; i--) rest = (rest << 8) | bytes.charCodeAt(i)
  hash ^= scrambled(rest) ^ bytes.length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function scrambled(word: number): number {
  const mixed = Math.imul(word, 0xcc9e2d51)
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593)
}

/** A character for each byte: most keys are ASCII, and are that already. */
function byteString(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1')
}

/** False for text that flagd's JavaScript evaluator hashes otherwise than the others do: it takes UTF-16 code units for bytes. */
export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false
  return true
}

/** Where a hash falls among `total` places: (hash × total) >> 32 in whole numbers, which doubles hold exactly for a `total` below 2^21. */
export const bucketOf = (hash: number, total: number): number => Math.floor((hash * total) / 2 ** 32)
