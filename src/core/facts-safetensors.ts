import { type FactFile, isObject, jsonIn } from './fact-file.ts'
import type { Contracts } from './model.gen.ts'

/** Real headers have some 100 bytes a tensor. */
const MOST_HEADER = 16 * 1024 * 1024
const MOST_TENSORS = 1000
const DTYPE = /^[A-Z][A-Z0-9_]{1,15}$/

/**
 * A safetensors file: eight bytes with the length of a JSON header, little-endian, then the header, then the numbers. Out: its tensors as
 * "embed.weight F32[32000,768]", and its metadata.
 */
export async function safetensorsFacts({ size, read }: FactFile): Promise<Contracts | null> {
  const start = await read(0, 8)
  if (start === null || start.length < 8) return null
  const length = new DataView(start.buffer, start.byteOffset, 8).getBigUint64(0, true)
  if (length > BigInt(Math.min(MOST_HEADER, size - 8))) return null
  const header = jsonIn(await read(8, Number(length)))
  if (!isObject(header)) return null
  const { __metadata__: metadata, ...entries } = header
  const tensors: string[] = []
  const dtypes = new Set<string>()
  for (const [name, tensor] of Object.entries(entries)) {
    const { dtype, shape } = Object(tensor) as { readonly dtype?: unknown; readonly shape?: unknown }
    const isSound = typeof dtype === 'string' && DTYPE.test(dtype) && Array.isArray(shape) && shape.length <= 16
    if (!isSound || !shape.every((side) => Number.isSafeInteger(side) && side >= 0)) return null
    dtypes.add(dtype)
    if (tensors.length <= MOST_TENSORS) tensors.push(`${name} ${dtype}[${shape.join(',')}]`)
  }
  const notes = Object.entries(Object(metadata)).flatMap(([key, value]) =>
    typeof value === 'string' && value !== '' ? [[`metadata.${key}`, value] as const] : [],
  )
  return { weights: { dtypes: [...dtypes].sort(), tensors: tensors.sort(), ...Object.fromEntries(notes.slice(0, 32)) } }
}
