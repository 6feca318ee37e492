// A mail -> {label, score}: the features of this release, then the weights of this release. `predict` and `evaluate`
// both come through here, so that what is measured is what is served.

import { readFileSync } from 'node:fs'
import { extract, settings } from '../features/extract.mjs'
import { decodeWeights } from './weights.mjs'

export function makeScorer() {
  const { threshold, bias, weights } = decodeWeights(readFileSync(new URL('../artifacts/model.bin', import.meta.url)))
  if (weights.length !== settings.dimensions) {
    throw new Error(`the model has ${weights.length} dimensions, the features have ${settings.dimensions}`)
  }
  return (mail) => {
    const score = sigmoid(bias + dot(weights, extract(mail)))
    return { label: score >= threshold ? 'spam' : 'ham', score: Math.round(score * 1e6) / 1e6 }
  }
}

export function dot(weights, { at, value }) {
  let sum = 0
  for (let i = 0; i < at.length; i++) sum += weights[at[i]] * value[i]
  return sum
}

export function sigmoid(z) {
  return 1 / (1 + Math.exp(-z))
}
