// A morning's mail, served for real: COUNT mails of the corpus are asked of the releases that the route says, and each
// answer is a line of the prediction log.
//
//   node traffic.mjs LOG COUNT DIR [DIR ...]     DIR: a checkout of each release that serves
//   --keep-mail                                  the mails go into the log too: only they can be replayed
//
// AISHIP_REGISTRY and AISHIP_APP say where prod is. Each of 2,000 users gets mail in turn; what they are is the same in
// each run, so that only releases differ. A blocked mail is one that its reader never sees.

import { appendFileSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { createRouter } from 'aiship'

const USERS = 2000
const LINES_AT_ONCE = 500
const CLIENTS = ['phone', 'web', 'desktop']

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'keep-mail': { type: 'boolean', default: false } },
})
const [logFile, count, ...folders] = positionals

const releases = new Map()
for (const folder of folders) {
  const { answer, release } = await import(pathToFileURL(path.resolve(folder, 'serve/answer.mjs')))
  releases.set(release.bundle, answer)
}
const mails = readMails()
const router = await createRouter({ pointer: 'prod', onError: (error) => console.error(error.message) })
const run = Date.now().toString(36)

let lines = []
for (let i = 0; i < Number(count); i++) {
  lines.push(JSON.stringify(serve(i)))
  if (lines.length === LINES_AT_ONCE) write()
  if (i % LINES_AT_ONCE === 0) await new Promise(setImmediate) // let the router hear of a move
}
write()
router.close()
console.error(`${logFile}  ${count} mails by ${releases.size} releases`)

/** The record of one mail. */
function serve(i) {
  const mail = mails[i % mails.length]
  const user = (i * 7919) % USERS
  const { bundle, arm, reason, pointer, seq } = router.decide({ targetingKey: `user-${user}` })
  const answer = releases.get(bundle)
  if (answer === undefined) throw new Error(`${bundle} serves, and no folder has it: aiship checkout ${arm} DIR`)
  const input = { id: mail.id, subject: mail.subject, body: mail.body }
  const startedMs = performance.now()
  const { label, score, error } = answer(JSON.stringify(input))
  return {
    ts: new Date().toISOString(),
    ...{ request_id: `${run}-${i}`, entity: `mail:${run}-${i}` },
    ...{ bundle, pointer, seq, arm, reason, targeting_key: `user-${user}` },
    ...{ status: error === undefined ? 'ok' : 'error', label, score },
    ...{ action: label === 'spam' ? 'block' : 'deliver', applied: true },
    latency_ms: performance.now() - startedMs,
    segment: { format: formatOf(mail), client: CLIENTS[user % CLIENTS.length] },
    ...(values['keep-mail'] ? { input } : {}),
  }
}

function write() {
  appendFileSync(logFile, lines.map((line) => `${line}\n`).join(''))
  lines = []
}

/** Every mail of the data, in an order that mixes its files. */
function readMails() {
  const train = readdirSync('data/train').map((file) => `data/train/${file}`)
  const parts = ['data/eval.jsonl', ...train.sort()].map((file) => readFileSync(file, 'utf8').trim().split('\n'))
  const all = parts.flatMap((part) => part.map((line, i) => ({ at: i / part.length, line })))
  return all.sort((a, b) => a.at - b.at).map(({ line }) => JSON.parse(line))
}

function formatOf({ body }) {
  return /<(html|body|font|table|br)\b/i.test(body) ? 'html' : 'plain'
}
