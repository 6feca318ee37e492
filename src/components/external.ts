import { AishipError } from '../core/errors.ts'
import type { ExternalOptions } from '../core/model.gen.ts'
import type { Collector } from '../core/ports.ts'

/** Bytes that lie elsewhere: their address, and the digest or pin by which they can be told. */
export const driver: Collector = {
  executes: false,
  async collect({ name, source }) {
    const { uri, digest, pin } = source as ExternalOptions
    const refuse = (why: string, hint: string): AishipError =>
      new AishipError('COMPONENT_INVALID', `components.${name}.external ${why}`, { hint })
    if (/^[a-z][a-z0-9+.-]*:\/\/[^/]*@/i.test(uri))
      throw refuse('has a user name or password in its uri', 'whoever fetches it brings credentials along')
    if (digest === undefined && pin === undefined)
      throw refuse(
        'does not say which bytes it means',
        'add digest: sha256:…, or pin: with an id that the other side keeps, such as a version',
      )
    if (digest !== undefined && pin !== undefined)
      throw refuse('has both a digest and a pin', 'keep the digest: it says more')
    if (digest !== undefined) return { form: 'reference', reference: { uri, digest }, notes: {} }
    return {
      form: 'reference',
      reference: { uri, pin: String(pin) },
      notes: { pin: 'unverified: nobody can tell whether the bytes are still the same' },
    }
  },
}
