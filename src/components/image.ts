import { LOOKED_AT_NOTHING } from '../core/collector.ts'
import type { Collector } from '../core/ports.ts'

/** A container image, pinned by digest: the reference is recorded, the image stays in its registry. */
export const driver: Collector = {
  executes: false,
  async collect({ source }) {
    return { form: 'reference', reference: { image: String(source) }, notes: {}, looked: LOOKED_AT_NOTHING }
  },
}
