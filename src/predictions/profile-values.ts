import { digestOf } from '../core/digest.ts'
import type { ProfileExpression } from '../core/model.gen.ts'

type As = NonNullable<ProfileExpression['as']>

/** Reads a foreign value in one of the ways that a profile can name; undefined where it is not of that kind. */
export function readAs(value: unknown, as: As | undefined): unknown {
  if (value === undefined || value === null || value === '') return undefined
  return as === undefined ? plain(value) : READERS[as](value)
}

const READERS: Readonly<Record<As, (value: unknown) => unknown>> = {
  text: textOf,
  number: (value) => (value === true || value === false || Number.isNaN(Number(value)) ? undefined : Number(value)),
  json: (value) => value,
  'json-text': parsedOr,
  captured,
  digest: (value) => (/^(?:sha256:[0-9a-f]{64}|[0-9a-f]{12,64})$/.test(String(value)) ? value : undefined),
  'trace-id': (value) => idOf(value, 32),
  'span-id': (value) => idOf(value, 16),
  time: (value) => (/(?:Z|[+-]\d\d:\d\d)$/.test(String(value)) ? String(value) : undefined),
  'unix-s': (value) => timeOf(value, 1_000_000_000n),
  'unix-ms': (value) => timeOf(value, 1_000_000n),
  'unix-ns': (value) => timeOf(value, 1n),
}

const plain = (value: unknown): unknown =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : textOf(value)

function textOf(value: unknown): string {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(',')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** JSON in a text; another text is itself. */
export function parsedOr(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/** What SageMaker captured: `{data, encoding}`, where bytes are in base64. */
function captured(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  const { data, encoding } = value as { readonly data?: unknown; readonly encoding?: unknown }
  if (typeof data !== 'string') return undefined
  return parsedOr(encoding === 'BASE64' ? Buffer.from(data, 'base64').toString('utf8') : data)
}

/** An id in hex: as it is, a UUID without its dashes, or made of the digest of what else it is. */
function idOf(value: unknown, digits: number): string {
  const hex = String(value).toLowerCase().replaceAll('-', '')
  if (hex.length === digits && /^[0-9a-f]+$/.test(hex)) return hex
  return digestOf(String(value)).slice('sha256:'.length, 'sha256:'.length + digits)
}

/** Whole units since 1970 as RFC 3339. OTLP writes 64-bit integers as text. */
function timeOf(value: unknown, nanos: bigint): string | undefined {
  if (!/^\d{1,20}$/.test(String(value)) || Number(value) === 0) return undefined
  const all = BigInt(String(value)) * nanos
  const ms = Number(all / 1_000_000n)
  if (ms > 8.64e15) return undefined
  const rest = String(all % 1_000_000n).padStart(6, '0')
  return new Date(ms).toISOString().replace('Z', `${rest}Z`)
}
