// {"id","subject","body"} per line in, {"id","label","score"} per line out. A line that cannot be scored is answered
// with {"line","error"}, and the next one is read: one bad mail must not stop the queue behind it.

import { once } from 'node:events'
import { answer, release } from './answer.mjs'

process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1)) // `| head` has enough

let number = 0
for await (const line of lines(process.stdin)) {
  number++
  if (line.trim() === '') continue
  const given = answer(line)
  const where = 'error' in given ? { line: number } : {}
  const written = process.stdout.write(`${JSON.stringify({ ...given, ...where, bundle: release.bundle })}\n`)
  if (!written) await once(process.stdout, 'drain')
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
