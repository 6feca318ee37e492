// Asks the agent the questions of eval/questions.jsonl and prints one JSON object of metrics. Everything but the latency
// is the same, to the last digit, each time the same release is evaluated.
//
// Each question says what should come of it (`outcome`: answered, unknown, handed-over, blocked), which agent should
// take it (`route`), and words that a right answer contains (`contains`).

import { readFileSync } from 'node:fs'
import { makeAgent } from './serve/agent.mjs'

const questions = readFileSync(new URL('eval/questions.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map(JSON.parse)
const ask = makeAgent()
for (const { question } of questions.slice(0, 10)) ask(question) // let the JIT warm up: a service is seldom measured cold

const latencies = []
const results = questions.map((expected) => {
  const start = performance.now()
  const said = ask(expected.question)
  latencies.push(performance.now() - start)
  return { expected, said }
})

const answerable = results.filter(({ expected }) => expected.contains)
const routed = results.filter(({ expected }) => expected.route)
const answered = results.filter(({ said }) => said.outcome === 'answered')
console.log(
  JSON.stringify({
    examples: results.length,
    // a passage with the right words was found
    retrieval_hit_rate: share(answerable, ({ expected, said }) =>
      said.passages.some(({ text }) => text.includes(expected.contains)),
    ),
    // the answer has the right words
    answer_hit_rate: share(answerable, ({ expected, said }) => said.answer.includes(expected.contains)),
    route_accuracy: share(routed, ({ expected, said }) => expected.route === said.route),
    // answered what the documents answer, and nothing else
    refusal_accuracy: share(
      results,
      ({ expected, said }) => (expected.outcome === 'answered') === (said.outcome === 'answered'),
    ),
    outcome_accuracy: share(results, ({ expected, said }) => expected.outcome === said.outcome),
    cited_rate: share(answered, ({ said }) => said.sources.length > 0),
    latency_p50_ms: percentile(latencies, 0.5),
    latency_p99_ms: percentile(latencies, 0.99),
  }),
)

function share(rows, is) {
  return rows.length === 0 ? 0 : rows.filter(is).length / rows.length
}

/** Nearest rank. */
function percentile(values, p) {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round(sorted[Math.ceil(p * sorted.length) - 1] * 1000) / 1000
}
