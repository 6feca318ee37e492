import { LOOKED_AT_NOTHING } from '../core/collector.ts'
import type { ExternalOptions } from '../core/model.gen.ts'
import type { Collector } from '../core/ports.ts'
import { checkOrigin } from './_refuse.ts'

/** Bytes that lie elsewhere: their address, and the digest or pin by which they can be told. */
export const driver: Collector = {
  executes: false,
  async collect(spec) {
    checkOrigin(spec)
    const { uri, digest, pin } = spec.source as ExternalOptions
    if (digest !== undefined)
      return { form: 'reference', reference: { uri, digest }, notes: {}, looked: LOOKED_AT_NOTHING }
    return {
      form: 'reference',
      looked: LOOKED_AT_NOTHING,
      reference: { uri, pin: String(pin) },
      notes: { pin: 'unverified: nobody can tell whether the bytes are still the same' },
    }
  },
}
