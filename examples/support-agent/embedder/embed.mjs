// Text -> vector, without a model: TF-IDF over hashed terms, brought down to two thousand dimensions by a sparse random
// projection (Achlioptas 2003: each term adds its weight, with random signs, at a few random positions, and angles
// between texts survive). The randomness is a hash of the term, so a text has the same vector everywhere.

import { readFileSync } from 'node:fs'

export const settings = JSON.parse(readFileSync(new URL('settings.json', import.meta.url), 'utf8'))

const STOP_WORDS = new Set(
  `a about all also an and any are as at be been but by can could did do does for from had has have how i if in into is it
  its may me my no not of on one only or our out should so some such than that the their them then there these they this
  to too up use used using want was we were what when where which who why will with would you your`.split(/\s+/),
)

/** What a text says: its stems, and pairs of neighbours at half the weight, each with how often it occurs. */
function terms(text) {
  const counts = new Map()
  const add = (term, weight) => counts.set(term, (counts.get(term) ?? 0) + weight)
  const stems = stemsOf(text)
  stems.forEach((word, i) => {
    add(word, 1)
    if (i > 0) add(`${stems[i - 1]} ${word}`, settings.pair_weight)
  })
  return counts
}

function stemsOf(text) {
  const words = text
    .replace(/([a-z])([A-Z])/g, '$1 $2') // showHelpAfterError answers questions about help after an error
    .toLowerCase()
    .replace(/colour/g, 'color')
    .match(/[a-z][a-z0-9]+/g)
  return (words ?? []).filter((word) => !STOP_WORDS.has(word)).map(stem)
}

function stem(word) {
  const short = word.replace(/(ing|ies|ed|es|s|e|y)$/, '')
  return short.length >= 3 ? short : word
}

/** How much each bucket of terms tells: the fewer texts contain it, the more. */
export function inverseFrequencies(texts) {
  const seen = new Float64Array(settings.idf_buckets)
  for (const text of texts) {
    for (const bucket of new Set([...terms(text).keys()].map((term) => hash(term, 0) % seen.length))) seen[bucket]++
  }
  return Float32Array.from(seen, (n) => Math.log((texts.length + 1) / (n + 1)) + 0.1)
}

/** Text -> vector of length 1 (or 0, for a text without words), so that a dot product is a cosine. */
export function embed(text, idf) {
  const vector = new Float32Array(settings.dimensions)
  for (const [term, count] of terms(text)) {
    const weight = Math.log(1 + count) * idf[hash(term, 0) % idf.length]
    for (let i = 1; i <= settings.positions_per_term; i++) {
      const random = hash(term, i)
      vector[(random >>> 1) % vector.length] += random & 1 ? weight : -weight
    }
  }
  const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0)) || 1
  return vector.map((x) => x / length)
}

// FNV-1a, then mixed (see MurmurHash3's finaliser): neighbouring seeds must give unrelated positions.
function hash(text, seed) {
  let h = 0x811c9dc5 ^ Math.imul(settings.hash_seed + seed, 0x9e3779b1)
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
