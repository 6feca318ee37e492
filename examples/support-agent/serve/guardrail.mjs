// The rules that hold whatever the model says: questions that are refused before it is asked, and text that is removed
// from its answers.

import { readFileSync } from 'node:fs'

const rules = JSON.parse(readFileSync(new URL('../guardrails.json', import.meta.url), 'utf8'))
const input = rules.input.map((rule) => ({ ...rule, pattern: new RegExp(rule.pattern, 'i') }))
const output = rules.output.map((rule) => ({ ...rule, pattern: new RegExp(rule.pattern, 'gi') }))

/** The first rule that refuses the question, if any: {name, answer}. */
export function refusal(question) {
  return input.find(({ pattern }) => pattern.test(question))
}

export function redact(answer) {
  return output.reduce((text, { pattern, replacement }) => text.replace(pattern, replacement), answer)
}
