import { AishipError } from '../core/errors.ts'
import type { Finding } from '../core/ports.ts'

/** What a registry's format.json says beside its id. */
export const FORMAT = { format: 1, hash: 'sha256', layout: 1 } as const
export const MAX_FORMAT_BYTES = 4096

/** Whatever `read` finds damaged of a format.json, with what helps. */
export function orDamaged<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof AishipError && error.code === 'CORRUPT' ? formatDamaged(error.message, error) : error
  }
}

/** The registry's id, from what stands in its format.json. In: `where`, the registry, for messages. Errors: FORMAT_NEWER, CORRUPT. */
export function formatId(value: unknown, where: string): string {
  const { format, hash, id, layout } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >
  if (isLater(format) || isLater(layout)) {
    throw new AishipError(
      'FORMAT_NEWER',
      `${where} is a registry of format ${format}, layout ${layout}; this aiship reads format 1, layout 1`,
      {
        hint: 'install a newer aiship: nothing was read or changed',
        next: ['npm install -g aiship@latest'],
        details: { format, layout },
      },
    )
  }
  if (format !== 1 || layout !== 1 || hash !== 'sha256' || typeof id !== 'string' || !/^[0-9a-f-]{36}$/.test(id)) {
    throw formatDamaged(`${where}/format.json does not have the shape of a registry's format`)
  }
  return id
}

/** What a check says of a format.json that is gone. In: the id with which a repair has made it again. */
export const formatLost = (made?: string): Finding => ({
  id: 'formatBroken',
  severity: made === undefined ? 'error' : 'warning',
  subject: 'format.json',
  mends: made === undefined,
  message:
    made === undefined
      ? 'format.json is missing: --repair makes it again, with the id that stands in every entry'
      : `format.json was missing: made again, with the id ${made}`,
})

const formatDamaged = (message: string, cause?: unknown): AishipError =>
  new AishipError('CORRUPT', message, {
    hint: 'bring it back from a backup, or move it away and have it made again: its id stands in every entry',
    next: ['aiship fsck --repair'],
    cause,
  })

const isLater = (version: unknown): boolean => Number.isSafeInteger(version) && (version as number) > 1
