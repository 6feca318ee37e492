import { digestOf } from '../core/digest.ts'
import type { Descriptor } from '../core/ports.ts'
import { openCrew } from './crew.ts'
import { MAX_PACKED } from './pack.ts'
import { readSmall } from './source.ts'

const buffer = { bytes: null as Buffer | null }

/** The digest of a file, read exactly as bundling reads it, and stored nowhere. Errors: as `readSteadily`. */
export async function hashFile(path: string): Promise<Descriptor> {
  buffer.bytes ??= Buffer.allocUnsafeSlow(MAX_PACKED)
  const bytes = readSmall(path, buffer.bytes)
  if (bytes !== null) return { digest: digestOf(bytes), size: bytes.length }
  // In a thread, so that this one hears of an interruption.
  const crew = openCrew(1)
  try {
    const { digest, size } = await crew.run('storeWhole', { from: path, to: null, watch: null })
    return { digest, size }
  } finally {
    crew.close()
  }
}
