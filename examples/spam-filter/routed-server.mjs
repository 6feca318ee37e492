// A service that asks, for each request, which bundle serves it, and serves several at once: one process, many releases.
//   aiship follow prod /srv/stable & aiship follow prod /srv/candidate --arm candidate &
//   npm install aiship && node routed-server.mjs 8080 predictions.jsonl /srv/stable /srv/candidate
// AISHIP_REGISTRY and AISHIP_APP say where prod is. POST / a mail; x-user-id is who asks. The first folder is what serves
// while another one has not arrived yet.

import { randomUUID } from 'node:crypto'
import { createWriteStream, readFileSync, realpathSync, watch } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { createRouter } from 'aiship'

const [port, logFile, ...folders] = process.argv.slice(2)
/** What is mirrored at once, and for how long, at most: a candidate that hangs must not take the service with it. */
const [MOST_MIRRORS, MIRROR_MS] = [4, 500]

const log = createWriteStream(logFile, { flags: 'a' }).on('error', (error) => console.error(error.message))

// Every release that a folder has served, by its digest. They stay, so that a rollback loads nothing.
const releases = new Map()
let main
async function look() {
  for (const folder of folders) {
    try {
      const home = realpathSync(path.join(folder, 'current'))
      const { bundle } = JSON.parse(readFileSync(path.join(home, '.aiship-release.json'), 'utf8'))
      if (!releases.has(bundle)) releases.set(bundle, await import(pathToFileURL(path.join(home, 'serve/answer.mjs'))))
      if (folder === folders[0]) main = bundle
    } catch (error) {
      console.error(`${folder} is not served from: ${error.message}`)
    }
  }
}
await look()
if (main === undefined)
  throw new Error(`nothing is served in ${folders[0]}: begin with  aiship follow prod ${folders[0]} --once`)
for (const folder of folders) watch(folder, (_, name) => name === 'current' && look())

const router = await createRouter({ pointer: 'prod', onError: (error) => console.error(error.message) })

/** Which bundle serves, and what is said of it. One that is not here yet is stood in for, and stays out of statistics. */
function choose(context) {
  const { bundle, arm, reason, pointer, seq, mirror } = router.decide(context)
  const said = { pointer, seq: seq ?? undefined, targeting_key: context.targetingKey }
  if (releases.has(bundle)) return { ...said, bundle, arm, reason, mirror }
  return { ...said, bundle: main, arm: router.state.route.fallback, reason: 'FALLBACK', status: 'fallback', mirror }
}

/** One line of the prediction log. */
function record(said, given, startedMs) {
  const ts = new Date().toISOString()
  const outcome = given.error === undefined ? { label: given.label, score: given.score } : { status: 'error' }
  log.write(`${JSON.stringify({ ts, ...said, ...outcome, latency_ms: performance.now() - startedMs })}\n`)
}

let mirroring = 0
/** After the answer, and apart from it. What comes back is only written down. */
async function mirrorTo({ arm, bundle }, said, text) {
  if (mirroring >= MOST_MIRRORS || !releases.has(bundle)) return
  mirroring++
  const startedMs = performance.now()
  const late = new Promise((_, reject) =>
    setTimeout(reject, MIRROR_MS, new Error(`no answer in ${MIRROR_MS} ms`)).unref(),
  )
  try {
    const given = await Promise.race([releases.get(bundle).answer(text), late])
    record({ ...said, bundle, arm, reason: 'MIRROR', mode: 'shadow', status: undefined }, given, startedMs)
  } catch (error) {
    console.error(`${bundle} was mirrored to, in vain: ${error.message}`)
  } finally {
    mirroring--
  }
}

async function handle(request, response) {
  const startedMs = performance.now()
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString('utf8')
  const { mirror, ...chosen } = choose({ targetingKey: request.headers['x-user-id'] })
  const said = { request_id: request.headers['x-request-id'] ?? randomUUID(), ...chosen }
  const given = await releases.get(said.bundle).answer(text)
  response.writeHead(given.error === undefined ? 200 : 400, { 'content-type': 'application/json' })
  response.end(`${JSON.stringify({ ...given, bundle: said.bundle })}\n`)
  record({ ...said, mode: 'live' }, given, startedMs)
  for (const one of mirror) setImmediate(mirrorTo, one, said, text)
}

const server = createServer((request, response) => handle(request, response).catch(() => response.destroy()))
server.listen(Number(port), '127.0.0.1', () => console.error(`http://127.0.0.1:${server.address().port}`))
process.on('SIGTERM', () => {
  router.close()
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
