import type { Digest } from '../core/digest.ts'
import type { IntakeAsks, IntakeRequest } from '../core/predictions.ts'
import { type Checked, type CheckOptions, checkLine, checkRecord, noneSeen, readObject } from './check.ts'
import type { ReadLine } from './chunk.ts'
import { openMapper } from './profile.ts'
import { findProfile, looksLike } from './profiles.ts'

/** How the lines of one intake are read. */
export interface LineReading {
  readonly read: ReadLine
  /** Keys that sound records have had so far. */
  keys(): ReadonlySet<string>
  /** Requests whose answer has not come. */
  unpaired(): number
  /** A profile that knows lines which could not be read; null where there is none. */
  looksLike(): string | null
}

/** In: `pathOf`, where a file is that was typed. Errors: USAGE, FILE_MISSING for the profile. */
export function openReading(request: IntakeRequest, asks: IntakeAsks, pathOf: (file: string) => string): LineReading {
  const bundles = new Map<string, Digest | { readonly why: string }>()
  const { keepPayloads, hashKey, bundle } = request
  const seen = noneSeen()
  const options: CheckOptions = { keepPayloads, hashKey, bundle, bundles, seen }
  const mapper = request.profile === null ? null : openMapper(findProfile(request.profile, pathOf))
  let known: string | null = null

  async function resolved(hex: string, again: () => Checked): Promise<Checked> {
    bundles.set(hex, await asks.bundle(hex))
    return again()
  }

  const settle = (check: () => Checked): Checked | Promise<Checked> => {
    const done = check()
    return done.kind === 'unresolved' ? resolved(done.hex, check) : done
  }

  function readOwn(text: string): readonly Checked[] | Promise<readonly Checked[]> {
    const done = checkLine(text, options)
    if (done.kind === 'bad' && known === null && text.length < MOST_LOOKED_AT) known = formatOf(text)
    if (done.kind === 'unresolved') return resolved(done.hex, () => checkLine(text, options)).then((one) => [one])
    return done.kind === 'sound' ? SOUND : [done]
  }

  return {
    read:
      mapper === null
        ? readOwn
        : async (text) => {
            const value = readObject(text)
            if (typeof value === 'string') return [{ kind: 'bad', reason: value }]
            return Promise.all(mapper.map(value).map((record) => settle(() => checkRecord(record, options))))
          },
    keys: () => new Set([...seen].flatMap(([key, { isSeen }]) => (isSeen ? [key] : []))),
    unpaired: () => mapper?.waiting() ?? 0,
    looksLike: () => known,
  }
}

const SOUND: readonly Checked[] = [{ kind: 'sound' }]
const MOST_LOOKED_AT = 64 * 1024

function formatOf(text: string): string | null {
  const value = readObject(text)
  return typeof value === 'string' ? null : looksLike(value)
}
