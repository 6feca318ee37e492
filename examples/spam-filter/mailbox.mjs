// A mailbox that the filter decides about, kept in one file of JSON lines, and the hook by which a wrong decision is
// put right:
//
//   node mailbox.mjs deliver FILE LOG    does what a prediction log says: delivers a mail, or blocks it
//   node mailbox.mjs hook FILE           the hook of `aiship remediate apply`: JSON lines in, JSON lines out
//   node mailbox.mjs list FILE           how many mails lie where
//
// A hook may be asked the same thing twice, by a process that was killed before it heard the answer. So what was done is
// written down with its key before it is said, and a key that is there is answered `already_applied`. And a mail is moved
// only while the wrong decision still stands: what a person has decided since is a `conflict`, and stays. What is given
// back as `undo` says by which key it was moved, so that an undo takes back this move and no later one.

import { closeSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs'

const [verb, file, log] = process.argv.slice(2)
const lies = new Map() // entity -> {action, by}: where it lies, and which decision put it there
const done = new Set() // keys
for (const line of readWhole(file)) fold(JSON.parse(line))
const out = openSync(file, 'a')

if (verb === 'deliver') {
  const records = readWhole(log).map((line) => JSON.parse(line))
  for (const { entity, action, request_id: by, mode = 'live' } of records)
    if (entity !== undefined && action !== undefined && mode === 'live' && !lies.has(entity))
      put({ entity, action, by })
  fsyncSync(out)
  list()
} else if (verb === 'hook') {
  // It ends when nobody asks any more: a hook that outlives the one who asks would work against the next one.
  let rest = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    const whole = (rest + chunk).split('\n')
    rest = whole.pop()
    for (const line of whole) {
      const asked = JSON.parse(line)
      process.stdout.write(`${JSON.stringify({ key: asked.key, ...answer(asked) })}\n`)
    }
  }
} else list()
closeSync(out)

function answer({ key, entity, expected, target, undo, dry_run: isDry }) {
  if (done.has(key)) return { status: 'already_applied', undo: { by: key } }
  const now = lies.get(entity)
  if (now === undefined) return { status: 'failed', note: 'there is no such mail' }
  if (now.by !== (undo?.by ?? expected.request_id) || now.action !== expected.action)
    return { status: 'conflict', note: `${now.action} by ${now.by}` }
  if (!isDry) {
    put({ entity, action: target.action, by: key, key })
    fsyncSync(out)
  }
  return { status: 'applied', undo: { by: key } }
}

function put(line) {
  writeSync(out, `${JSON.stringify(line)}\n`)
  fold(line)
}

function fold({ entity, action, by, key }) {
  lies.set(entity, { action, by })
  if (key !== undefined) done.add(key)
}

/** The whole lines of a file; the half one that a killed process left is cut off. */
function readWhole(name) {
  let text = ''
  try {
    text = readFileSync(name, 'utf8')
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
  const end = text.lastIndexOf('\n') + 1
  if (end < text.length && name === file) truncateSync(name, Buffer.byteLength(text.slice(0, end)))
  return text.slice(0, end).split('\n').filter(Boolean)
}

function list() {
  const count = (action) => [...lies.values()].filter((one) => one.action === action).length
  console.log(JSON.stringify({ delivered: count('deliver'), blocked: count('block'), corrected: done.size }))
}
