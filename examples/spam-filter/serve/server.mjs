// The same over HTTP, by a service that knows nothing of pointers: POST / a mail, back comes the answer with its bundle.
//   node /srv/scorer/current/serve/server.mjs 8081 /run/scorer.pid
// It writes its number when it is ready. On SIGHUP it serves what `current` names then.

import { realpathSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const [, program, port = '8080', pidFile] = process.argv
const home = path.resolve(program, '../..') // as it was started: through the link

// By its real path: to Node, another release is then another module.
const load = () => import(pathToFileURL(path.join(realpathSync(home), 'serve/answer.mjs')))

let served = load()
await served

function loadAgain() {
  const before = served
  served = load().catch((error) => {
    console.error(error)
    return before
  })
}
process.on('SIGHUP', loadAgain)

async function handle(request, response) {
  const { answer, release } = await served
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const given = answer(Buffer.concat(chunks).toString('utf8'))
  response.writeHead('error' in given ? 400 : 200, { 'content-type': 'application/json' })
  response.end(`${JSON.stringify({ ...given, bundle: release.bundle })}\n`)
}

const server = createServer((request, response) => handle(request, response).catch(() => response.destroy()))
server.listen(Number(port), '127.0.0.1', () => {
  if (pidFile === undefined) return
  writeFileSync(pidFile, String(process.pid))
  loadAgain() // nobody could tell of what has moved until now
})
