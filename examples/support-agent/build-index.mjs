// data/documents/*.md and indexing.json in, index/chunks.jsonl and index/vectors.bin out. Same inputs, same bytes.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { chunkMarkdown } from './chunk.mjs'
import { embed, inverseFrequencies } from './embedder/embed.mjs'
import { encodeIndex } from './serve/index-file.mjs'

const at = (path) => new URL(path, import.meta.url)
const settings = JSON.parse(readFileSync(at('indexing.json'), 'utf8'))

const chunks = documents().flatMap((file) => {
  const document = file.replace(/\.md$/, '')
  return chunkMarkdown(readFileSync(at(`data/documents/${file}`), 'utf8'), settings).map((chunk, i) => ({
    id: `${document}#${i + 1}`,
    document,
    ...chunk,
  }))
})
// A passage seldom says what its section is about; the headings do, so they count as part of its text.
const texts = chunks.map(({ document, heading, text }) =>
  settings.with_headings ? `${document} ${heading}\n${heading.split(' > ').at(-1)}\n${text}` : text,
)
const idf = inverseFrequencies(texts)
const vectors = texts.map((text) => embed(text, idf))

mkdirSync(at('index/'), { recursive: true })
writeFileSync(at('index/chunks.jsonl'), chunks.map((chunk) => `${JSON.stringify(chunk)}\n`).join(''))
writeFileSync(at('index/vectors.bin'), encodeIndex({ idf, vectors }))
console.error(`index/  ${chunks.length} passages, ${vectors[0].length} dimensions`)

function documents() {
  try {
    return readdirSync(at('data/documents/')).sort() // the order of a folder differs between machines
  } catch {
    console.error('build-index: no data/documents; run `node collect-documents.mjs` first')
    process.exit(2)
  }
}
