import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const EXAMPLE = path.resolve(import.meta.dirname, '../examples/spam-filter')
const BUILT = ['data', 'artifacts', '.aiship', 'node_modules']

/** The example in `dir`, ready to be bundled, without its corpus and its training. */
export function writeSpamFilter(dir: string): void {
  const isSource = (file: string): boolean => !BUILT.includes(path.relative(EXAMPLE, file))
  cpSync(EXAMPLE, dir, { recursive: true, filter: isSource })
  for (const folder of ['data/train', 'artifacts']) mkdirSync(path.join(dir, folder), { recursive: true })
  for (const file of ['data/train/ham.jsonl', 'data/eval.jsonl']) writeFileSync(path.join(dir, file), '{}\n')
}

/** A model that says the same of every mail: ham below 0, spam above. */
export async function writeModel(dir: string, bias: number): Promise<void> {
  const { encodeWeights } = await import(pathToFileURL(path.join(dir, 'serve/weights.mjs')).href)
  const { dimensions } = JSON.parse(readFileSync(path.join(dir, 'features/settings.json'), 'utf8'))
  const bytes = encodeWeights({ threshold: 0.5, bias, weights: new Float32Array(dimensions) })
  writeFileSync(path.join(dir, 'artifacts/model.bin'), bytes)
}
