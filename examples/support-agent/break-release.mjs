// The second release: a commit that saves tokens and costs answers. "Shorter prompt, smaller passages": three rules that
// looked like filler leave the system prompt, and the index is built again from passages of 30 words without their
// headings. The model is the same to the letter, and everything still loads and runs.
//
//   node break-release.mjs          change prompts/system.md and indexing.json, build the index again
//   node break-release.mjs --undo   take it back

import { readFileSync, writeFileSync } from 'node:fs'

const LIMIT = '- Answer in at most 4 sentences.\n'
const EDITS = [
  {
    path: 'prompts/system.md',
    good: `- If no passage has a score of at least 0.09, say that the documents do not answer the question.
${LIMIT}- Add the code example that fits best, if there is one.
- Name the sources at the end.
`,
    broken: LIMIT,
  },
  {
    path: 'indexing.json',
    good: '"max_words": 120,\n  "with_headings": true',
    broken: '"max_words": 30,\n  "with_headings": false',
  },
]

const wanted = process.argv.includes('--undo') ? 'good' : 'broken'
for (const { path, good, broken } of EDITS) {
  const file = new URL(path, import.meta.url)
  const source = readFileSync(file, 'utf8')
  const present = source.includes(good) ? good : broken
  if (!source.includes(present)) throw new Error(`${path} does not look as expected; nothing more was changed`)
  writeFileSync(
    file,
    source.replace(present, () => (wanted === 'good' ? good : broken)),
  )
  console.error(`${path}  ${wanted}`)
}
await import('./build-index.mjs') // index/ is built from what indexing.json says now
