import { LOOKED_AT_NOTHING } from '../core/collector.ts'
import { canonicalBytes } from '../core/digest.ts'
import { placeOf } from '../core/origins.ts'
import type { Collector } from '../core/ports.ts'

/** A value written in aiship.yaml: its canonical JSON. */
export const driver: Collector = {
  executes: false,
  async collect(spec) {
    const at = String(placeOf(spec))
    const path = at.slice(at.lastIndexOf('/') + 1)
    const from = `aiship.yaml (components.${spec.name})`
    const file = { path, from, exec: false, content: { bytes: canonicalBytes(spec.source) } }
    return { form: 'file', at, files: [file], ignored: [], notes: {}, looked: LOOKED_AT_NOTHING }
  },
}
