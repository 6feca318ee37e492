// The feature pipeline: a mail becomes a sparse vector. A feature is one word or a few in a row; its position is its
// hash ("hashing trick"), so there is no vocabulary to keep in step with the weights.

import { readFileSync } from 'node:fs'
import { normalise } from './normalise.mjs'

export const settings = JSON.parse(readFileSync(new URL('settings.json', import.meta.url), 'utf8'))

const WORD = /[a-z_][a-z0-9_'-]{1,29}|[$%!<>=#*]/g

/** {subject, body} -> {at: Uint32Array, value: Float32Array}, a vector of length 1 (or 0, for a mail without words). */
export function extract({ subject = '', body }) {
  const counts = new Map()
  count(counts, 's:', words(subject)) // the same word says more in a subject, so it is another feature there
  count(counts, 'b:', words(body))
  const at = Uint32Array.from(counts.keys())
  const value = Float32Array.from(counts.values(), (n) => 1 + Math.log(n))
  const length = Math.sqrt(value.reduce((sum, x) => sum + x * x, 0))
  return { at, value: value.map((x) => x / length) }
}

function words(text) {
  return normalise(text.slice(0, settings.max_chars)).match(WORD) ?? []
}

function count(counts, field, all) {
  for (let i = 0; i < all.length; i++) {
    let gram = field
    for (let n = 0; n < settings.word_ngrams && i + n < all.length; n++) {
      gram += n === 0 ? all[i] : ` ${all[i + n]}`
      const position = hash(gram) % settings.dimensions
      counts.set(position, (counts.get(position) ?? 0) + 1)
    }
  }
}

// FNV-1a over UTF-16 code units, then mixed: the remainder uses the low bits, which FNV alone mixes poorly.
function hash(text) {
  let h = 0x811c9dc5 ^ settings.hash_seed
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  return (h ^ (h >>> 13)) >>> 0
}
