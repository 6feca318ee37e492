import { canonicalBytes } from '../core/digest.ts'
import type { Collector } from '../core/ports.ts'

/** A value written in aiship.yaml: its canonical JSON. */
export const driver: Collector = {
  executes: false,
  async collect({ name, source, to }) {
    const at = to ?? `.aiship-components/${name}.json`
    const path = at.slice(at.lastIndexOf('/') + 1)
    const file = {
      path,
      from: `aiship.yaml (components.${name})`,
      exec: false,
      content: { bytes: canonicalBytes(source) },
    }
    return { form: 'file', at, files: [file], ignored: [], notes: {} }
  },
}
