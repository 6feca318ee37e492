// {"id","question"} per line in, {"id","outcome","route","answer","sources"} per line out. A line that cannot be answered
// gets {"line","error"}, and the next one is read: one bad question must not stop the queue behind it.

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { makeAgent } from './agent.mjs'

process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1)) // `| head` has enough

const ask = makeAgent()
const bundle = servedBundle()
let number = 0
for await (const line of lines(process.stdin)) {
  number++
  if (line.trim() === '') continue
  const written = process.stdout.write(`${JSON.stringify({ ...answer(line), ...bundle })}\n`)
  if (!written) await once(process.stdout, 'drain')
}

function answer(line) {
  let id = null
  try {
    const request = JSON.parse(line)
    id = request?.id ?? null
    if (typeof request?.question !== 'string' || request.question.trim() === '') {
      throw new Error('"question" must be a string that is not empty')
    }
    const { passages, ...said } = ask(request.question)
    return { id, ...said }
  } catch (error) {
    return { id, line: number, error: error instanceof SyntaxError ? 'not JSON' : error.message }
  }
}

// In a checkout, aiship wrote which bundle this is; every prediction carries it, so that each can be traced.
function servedBundle() {
  try {
    return { bundle: JSON.parse(readFileSync(new URL('../.aiship-release.json', import.meta.url), 'utf8')).bundle }
  } catch (error) {
    if (error.code === 'ENOENT') return {} // the working tree: not a release
    throw error
  }
}

// Not node:readline: it also breaks lines at U+2028, which may stand inside a JSON string.
async function* lines(stream) {
  let rest = ''
  for await (const chunk of stream.setEncoding('utf8')) {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop()
    yield* parts
  }
  if (rest !== '') yield rest
}
