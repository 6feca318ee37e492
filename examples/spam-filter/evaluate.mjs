// Scores data/eval.jsonl as the service would and prints one JSON object of metrics. Spam is the positive class.
// Everything but the latency is the same, to the last digit, each time the same release is evaluated.

import { readFileSync } from 'node:fs'
import { makeScorer } from './serve/scorer.mjs'

const mails = readFileSync(new URL('data/eval.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map(JSON.parse)
const score = makeScorer()
for (const mail of mails.slice(0, 50)) score(mail) // let the JIT warm up: a service is seldom measured cold

const count = { spam: { spam: 0, ham: 0 }, ham: { spam: 0, ham: 0 } } // count[truth][said]
const latencies = []
for (const mail of mails) {
  const start = performance.now()
  const { label } = score(mail)
  latencies.push(performance.now() - start)
  count[mail.label][label]++
}

const { spam, ham } = count
const precision = ratio(spam.spam, spam.spam + ham.spam)
const recall = ratio(spam.spam, spam.spam + spam.ham)
console.log(
  JSON.stringify({
    examples: mails.length,
    accuracy: ratio(spam.spam + ham.ham, mails.length),
    precision,
    recall,
    f1: ratio(2 * precision * recall, precision + recall),
    false_positives: ham.spam,
    false_negatives: spam.ham,
    latency_p50_ms: percentile(latencies, 0.5),
    latency_p99_ms: percentile(latencies, 0.99),
  }),
)

function ratio(part, whole) {
  return whole === 0 ? 0 : part / whole
}

/** Nearest rank. */
function percentile(values, p) {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round(sorted[Math.ceil(p * sorted.length) - 1] * 1000) / 1000
}
