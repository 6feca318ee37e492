// The tool `search_documents`: the passages nearest to a question, best first.

import { readFileSync } from 'node:fs'
import { embed, settings } from '../embedder/embed.mjs'
import { decodeIndex } from './index-file.mjs'

export function makeSearch() {
  const { dimensions, idf, vectors } = decodeIndex(readFileSync(new URL('../index/vectors.bin', import.meta.url)))
  const chunks = readFileSync(new URL('../index/chunks.jsonl', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map(JSON.parse)
  if (dimensions !== settings.dimensions || chunks.length !== vectors.length) {
    throw new Error(`the index has ${vectors.length} vectors of ${dimensions}, for ${chunks.length} passages`)
  }
  return ({ query, documents, top_k }) => {
    const question = embed(query, idf)
    return chunks
      .flatMap((chunk, i) =>
        documents.includes(chunk.document) ? [{ ...chunk, score: dot(question, vectors[i]) }] : [],
      )
      .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1)) // equal scores in one order everywhere
      .slice(0, top_k)
  }
}

function dot(a, b) {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}
