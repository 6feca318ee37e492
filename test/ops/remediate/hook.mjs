// A hook for the tests: `hook.mjs FILE OPTIONS`. What it does is one line of FILE, {key, entity, action}; a key that is there already is done already.
// OPTIONS, as JSON: what goes otherwise, for entities by name or for all (true).
import fs from 'node:fs'
import { createInterface } from 'node:readline'

const [file, text = '{}'] = process.argv.slice(2)
const options = JSON.parse(text)
const done = new Set()
if (fs.existsSync(file))
  for (const line of fs.readFileSync(file, 'utf8').split('\n')) if (line !== '') done.add(JSON.parse(line).key)
const out = fs.openSync(file, 'a')
const tries = new Map()
const held = []
let count = 0

const says = (name, entity) => options[name] === true || options[name]?.includes?.(entity) === true
const answer = (value) => process.stdout.write(`${JSON.stringify(value)}\n`)

function act({ key, entity, expected, target, undo, dry_run: isDry, attempt }) {
  const times = (tries.get(key) ?? 0) + 1
  tries.set(key, times)
  if (options.dieAt !== undefined && ++count === options.dieAt) process.exit(3)
  if (says('dieOn', entity)) process.exit(4)
  if (says('conflict', entity)) return { key, status: 'conflict', note: 'decided again' }
  if (says('each', entity)) return { key, status: 'conflict', note: `changed to ${key}` }
  if (says('irreversible', entity)) return { key, status: 'irreversible', note: 'an e-mail, "sent"' }
  if (says('done', entity)) return { key, status: 'done' }
  if (says('fail', entity)) return { key, status: 'failed', note: 'no such order' }
  if (says('retry', entity) && times < 3) return { key, status: 'retry', retry_after_ms: options.after ?? 5 }
  if (says('retryForEver', entity)) return { key, status: 'retry', retry_after_ms: 1 }
  // Done, and the answer is lost: the first time.
  const isLost = says('lose', entity) && times === 1 && attempt === 1
  if (says('silent', entity)) return null
  if (options.ignoresKeys !== true && done.has(key)) return { key, status: 'already_applied' }
  if (!isDry) {
    fs.writeSync(out, `${JSON.stringify({ key, entity, action: target.action, undo, attempt })}\n`)
    done.add(key)
  }
  return isLost ? null : { key, status: 'applied', undo: says('undo', entity) ? { was: expected.action } : undefined }
}

if (options.says !== undefined) process.stderr.write(`${options.says}\n`)
if (options.noise === true) process.stdout.write('connected to the mailbox\n{"level":"info"}\n')
if (options.sleepAtEnd === true) setInterval(() => {}, 1000)
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line)
  if (options.hangAt !== undefined && ++count >= options.hangAt) await new Promise(() => setInterval(() => {}, 1000))
  if (options.slow !== undefined) await new Promise((resolve) => setTimeout(resolve, options.slow))
  const said = act(request)
  if (said === null) continue
  if (options.shuffle === true) {
    held.push(said)
    if (held.length >= 3) for (const one of held.splice(0).reverse()) answer(one)
    else setTimeout(() => held.splice(0).reverse().forEach(answer), 20)
    continue
  }
  answer(said)
  if (options.twice === true) answer({ ...said, status: 'failed' })
  if (options.unknown === true) answer({ ...said, key: 'f'.repeat(64) })
}
if (options.lingers !== undefined) await new Promise((resolve) => setTimeout(resolve, options.lingers))
