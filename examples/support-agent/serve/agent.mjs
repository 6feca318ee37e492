// A question -> an answer, through every part of the release: guardrail, routing, tools (search and tickets), prompt,
// model, guardrail again. `predict` and `evaluate` both come through here, so that what is measured is what is served.

import { readFileSync } from 'node:fs'
import { redact, refusal } from './guardrail.mjs'
import { readModel } from './model.mjs'
import { complete, DECLINED } from './provider.mjs'
import { route } from './route.mjs'
import { makeSearch } from './search.mjs'
import { makeTools } from './tools.mjs'

export function makeAgent() {
  const system = readFileSync(new URL('../prompts/system.md', import.meta.url), 'utf8')
  const model = readModel()
  const call = makeTools({
    search_documents: makeSearch(),
    open_ticket: ({ queue }) => `A person from ${queue} will answer you.`, // a real agent would call a help desk here
  })

  /** @returns {{outcome: 'answered'|'unknown'|'handed-over'|'blocked', route, answer, sources, passages}} */
  return function answer(question) {
    const none = { sources: [], passages: [] }
    const rule = refusal(question)
    if (rule) return { outcome: 'blocked', route: 'blocked', answer: rule.answer, ...none }

    const { name, queue, documents } = route(question)
    if (queue) {
      const said = call('open_ticket', { summary: question.slice(0, 120), queue })
      return { outcome: 'handed-over', route: name, answer: said, ...none }
    }
    const passages = call('search_documents', { query: question.slice(0, 400), documents })
    const text = complete({ model, system, passages, question })
    if (text === DECLINED) return { outcome: 'unknown', route: name, answer: text, sources: [], passages }
    const sources = /^Sources: (.*)$/m.exec(text)?.[1].split(', ') ?? []
    return { outcome: 'answered', route: name, answer: redact(text), sources, passages }
  }
}
