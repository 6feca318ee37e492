// Logistic regression by stochastic gradient descent: data/train/*.jsonl, features/ and params.json in,
// artifacts/model.bin out. Seeded, so that the same inputs give the same bytes.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { extract, settings } from './features/extract.mjs'
import { dot, sigmoid } from './serve/scorer.mjs'
import { encodeWeights } from './serve/weights.mjs'

const at = (path) => new URL(path, import.meta.url)
const params = JSON.parse(readFileSync(at('params.json'), 'utf8'))
const mails = readMails()
const vectors = mails.map(extract)
const weights = new Float64Array(settings.dimensions)
const random = mulberry32(params.seed)
let bias = 0

for (let epoch = 0; epoch < params.epochs; epoch++) {
  const rate = params.learning_rate / (1 + params.learning_rate_decay * epoch)
  for (const i of shuffled(mails.length)) {
    const vector = vectors[i]
    const step = rate * (sigmoid(bias + dot(weights, vector)) - (mails[i].label === 'spam' ? 1 : 0))
    for (let k = 0; k < vector.at.length; k++) weights[vector.at[k]] -= step * vector.value[k]
    bias -= 0.1 * step // slower than the weights: it moves with every mail, a weight only with its own
  }
}

mkdirSync(at('artifacts/'), { recursive: true })
writeFileSync(at('artifacts/model.bin'), encodeWeights({ threshold: params.threshold, bias, weights }))
console.error(`artifacts/model.bin  ${mails.length} mails, ${params.epochs} epochs, ${settings.dimensions} weights`)

function readMails() {
  let files = []
  try {
    files = readdirSync(at('data/train/')).sort() // the order of a folder differs between machines
  } catch {
    console.error('train: no data/train; run `node prepare.mjs` first')
    process.exit(2)
  }
  return files.flatMap((file) =>
    readFileSync(at(`data/train/${file}`), 'utf8')
      .trim()
      .split('\n')
      .map(JSON.parse),
  )
}

function shuffled(length) {
  const order = Array.from({ length }, (_, i) => i)
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[order[i], order[j]] = [order[j], order[i]]
  }
  return order
}

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, numbers in [0, 1). */
function mulberry32(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 0x100000000
  }
}
