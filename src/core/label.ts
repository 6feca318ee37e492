import { canonicalBytes, digestOf, parseCanonical } from './digest.ts'
import { AishipError } from './errors.ts'
import type { Label } from './model.gen.ts'
import { validateLabel } from './validators.gen.ts'

const MAX_LABEL = 64 * 1024

/** The bytes of a new label: like an entry, it carries the digest of the rest of itself. */
export function labelBytes(label: Omit<Label, 'id'>): Uint8Array {
  return canonicalBytes({ ...label, id: digestOf(canonicalBytes(label)) } satisfies Label)
}

/** In: the bytes stored for the label `name`. Errors: CORRUPT. */
export function parseLabel(bytes: Uint8Array, name: string): Label {
  const what = `label ${name}`
  const refuse = (why: string): AishipError => new AishipError('CORRUPT', `${what} ${why}`, { next: ['aiship fsck'] })
  const value = parseCanonical(bytes, what, MAX_LABEL)
  if (!validateLabel(value)) throw refuse('does not have the shape of a label')
  const { id, ...rest } = value
  if (id !== digestOf(canonicalBytes(rest))) throw refuse('does not match its own id')
  if (value.label !== name) throw refuse(`says that it is called ${JSON.stringify(value.label)}`)
  return value
}
