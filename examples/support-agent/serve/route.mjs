// Which agent answers: the one whose words the question uses most. Some matters go to a person at once.

import { readFileSync } from 'node:fs'

const { handoff, agents } = JSON.parse(readFileSync(new URL('../routing.json', import.meta.url), 'utf8'))

/** @returns {{name: string, documents: string[]} | {name: 'person', queue: string}} */
export function route(question) {
  const text = question.toLowerCase()
  const queue = handoff.find(({ phrases }) => phrases.some((phrase) => text.includes(phrase)))?.queue
  if (queue) return { name: 'person', queue }

  const asked = new Set(text.match(/[a-z][a-z-]*/g))
  const scored = agents.map((agent) => ({ ...agent, hits: agent.words.filter((word) => asked.has(word)).length }))
  const best = scored.reduce((a, b) => (b.hits > a.hits ? b : a))
  if (best.hits > 0) return { name: best.name, documents: best.documents }
  return { name: 'general', documents: agents.flatMap((agent) => agent.documents) }
}
