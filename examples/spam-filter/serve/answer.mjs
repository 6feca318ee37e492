// One mail as JSON text -> one answer, as every way of serving gives it: {"id","label","score"}, or {"id","error"}.

import { readFileSync } from 'node:fs'
import { makeScorer } from './scorer.mjs'

const score = makeScorer()

export function answer(text) {
  let id = null
  try {
    const mail = JSON.parse(text)
    id = mail?.id ?? null
    if (typeof mail?.body !== 'string') throw new Error('"body" must be a string')
    if (typeof (mail.subject ?? '') !== 'string') throw new Error('"subject" must be a string')
    return { id, ...score({ subject: mail.subject ?? '', body: mail.body }) }
  } catch (error) {
    return { id, error: error instanceof SyntaxError ? 'not JSON' : error.message }
  }
}

// In a checkout, aiship wrote which bundle this is; every prediction carries it, so that each can be traced.
export const release = readRelease()

function readRelease() {
  try {
    return JSON.parse(readFileSync(new URL('../.aiship-release.json', import.meta.url), 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return {} // the working tree: not a release
    throw error
  }
}
