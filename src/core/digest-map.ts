import type { Digest } from './digest.ts'

/** A number for each of many digests, in 40 to 80 bytes each: a Map takes four times as much. Never forgets one. */
export interface DigestMap {
  readonly size: number
  /** Of all numbers. */
  sum(): number
  get(digest: Digest): number | undefined
  has(digest: Digest): boolean
  set(digest: Digest, value: number): void
  /** The same for a digest as 32 bytes, which stand at `at`. */
  setBytes(bytes: DataView, at: number, value: number): void
}

/** What a slot holds of a digest: 128 bits, of which no two were ever found alike. */
const WORDS = 4
const FULLEST = 0.6

/** Open addressing with linear probing: the digest is its own hash. */
export function makeDigestMap(): DigestMap {
  let slots = 4096
  let keys = new Uint32Array(slots * WORDS)
  let values = new Float64Array(slots).fill(Number.NaN)
  let count = 0
  const key = new Uint32Array(WORDS)

  /** The slot that has the key, or the empty one where it belongs. */
  function slotOf(): number {
    for (let slot = (key[0] as number) % slots; ; slot = slot + 1 === slots ? 0 : slot + 1) {
      if (Number.isNaN(values[slot])) return slot
      const at = slot * WORDS
      if (keys[at] === key[0] && keys[at + 1] === key[1] && keys[at + 2] === key[2] && keys[at + 3] === key[3])
        return slot
    }
  }

  function grow(): void {
    const [oldKeys, oldValues] = [keys, values]
    slots *= 4
    keys = new Uint32Array(slots * WORDS)
    values = new Float64Array(slots).fill(Number.NaN)
    for (let old = 0; old < oldValues.length; old++) {
      if (Number.isNaN(oldValues[old])) continue
      key.set(oldKeys.subarray(old * WORDS, old * WORDS + WORDS))
      const slot = slotOf()
      keys.set(key, slot * WORDS)
      values[slot] = oldValues[old] as number
    }
  }

  /** Under the key that was read last. */
  function put(value: number): void {
    const slot = slotOf()
    if (Number.isNaN(values[slot])) count++
    keys.set(key, slot * WORDS)
    values[slot] = value
    if (count > slots * FULLEST) grow()
  }

  function find(digest: Digest): number {
    readKey(digest, key)
    return slotOf()
  }

  return {
    get size() {
      return count
    },
    sum: () => values.reduce((sum, value) => (Number.isNaN(value) ? sum : sum + value), 0),
    get(digest) {
      const value = values[find(digest)] as number
      return Number.isNaN(value) ? undefined : value
    },
    has: (digest) => !Number.isNaN(values[find(digest)]),
    set(digest, value) {
      readKey(digest, key)
      put(value)
    },
    setBytes(bytes, at, value) {
      for (let word = 0; word < WORDS; word++) key[word] = bytes.getUint32(at + word * 4)
      put(value)
    },
  }
}

const NIBBLES = new Uint8Array(128)
for (const [value, digit] of [...'0123456789abcdef'].entries()) NIBBLES[digit.charCodeAt(0)] = value

/** Behind "sha256:". Written out, because it is done for each of millions, and a loop takes five times as long. */
function readKey(digest: Digest, key: Uint32Array): void {
  const at = (i: number): number => NIBBLES[digest.charCodeAt(i)] as number
  for (let word = 0, i = 7; word < WORDS; word++, i += 8) {
    const high = (at(i) << 28) | (at(i + 1) << 24) | (at(i + 2) << 20) | (at(i + 3) << 16)
    key[word] = high | (at(i + 4) << 12) | (at(i + 5) << 8) | (at(i + 6) << 4) | at(i + 7)
  }
}
