import type { Digest } from '../core/digest.ts'
import type { Context } from '../core/ports.ts'

/** Stores an object that an entry is about to name, durably. */
export async function storeBytes(ctx: Context, bytes: Uint8Array): Promise<Digest> {
  const batch = await ctx.registry.objects.batch()
  try {
    const { digest } = await batch.bytes(bytes)
    await batch.flush()
    return digest
  } finally {
    await batch.close()
  }
}
