import type { FactFile } from './fact-file.ts'
import type { Contracts } from './model.gen.ts'

const HEAD = 512
/** FAISS writes four letters, then the dimension (int32) and the number of vectors (int64), little-endian, whatever the index. */
const FAISS = /^I[xwHv][A-Za-z0-9]{2}/
const NPY_SHAPE = /'shape':\s*\((\d{1,12}),\s*(\d{1,9})\)/

/** An index of vectors: how long they are, and how many. */
export async function indexFacts({ size, read }: FactFile): Promise<Contracts | null> {
  const bytes = await read(0, Math.min(size, HEAD))
  if (bytes === null || bytes.length < 16) return null
  const text = Buffer.from(bytes).toString('latin1')
  const shape = text.startsWith('\x93NUMPY') ? NPY_SHAPE.exec(text) : null
  if (shape !== null) return facts(Number(shape[2]), Number(shape[1]))
  if (!FAISS.test(text)) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  return facts(view.getInt32(4, true), Number(view.getBigInt64(8, true)))
}

const facts = (dimensions: number, vectors: number): Contracts | null =>
  dimensions > 0 && vectors >= 0 && Number.isSafeInteger(vectors) ? { index: { dimensions, vectors } } : null
