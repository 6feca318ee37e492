import type { AishipError } from '../core/errors.ts'
import { nearest } from '../core/names.ts'
import { KEYS, type Refusal } from './validators.gen.ts'
import type { Source } from './yaml.ts'

/**
 * A validator's refusal in words: where, which key, what is wrong, what is allowed, what was probably meant.
 * In: `schema`, the schema's name, and `base`, the path of the value that was checked.
 */
export function refusal(
  source: Source,
  refused: Refusal | undefined,
  schema: string,
  base: readonly string[],
): AishipError {
  const path = [...base, ...pointerParts(refused?.instancePath ?? '')]
  const key = path.length === 0 ? 'the file' : path.join('.')
  const position = source.at(path)
  const { params = {}, keyword, schemaPath = '' } = refused ?? {}
  switch (keyword) {
    case 'additionalProperties':
    case 'required': {
      // A mistyped key is both missing and unknown: the word that was typed helps more.
      const allowed = KEYS[`${schema}${schemaPath.replace(/\/(additionalProperties|required)$/, '')}`] ?? []
      const unknown = Object.keys(Object(valueAt(source.value, path))).find(
        (word) => allowed.length > 0 && !allowed.includes(word),
      )
      if (unknown === undefined || isComponent(schema, path))
        return source.refuse(source.atKey(path), `${key} needs ${String(params.missingProperty)}`)
      return source.refuse(source.atKey([...path, unknown]), `${key} has an unknown key ${unknown}`, {
        hint: allowedHint(unknown, allowed, 'it can have'),
      })
    }
    case 'enum': {
      const allowed = (params.allowedValues as readonly unknown[]).map(String)
      const given = valueAt(source.value, path)
      return source.refuse(position, `${key} can't be ${JSON.stringify(given)}`, {
        hint: allowedHint(String(given), allowed, 'it can be'),
      })
    }
    case 'const':
      return source.refuse(
        position,
        `${key} must be ${JSON.stringify(params.allowedValue)}, not ${JSON.stringify(valueAt(source.value, path))}`,
      )
    case 'type':
    case 'anyOf':
      return source.refuse(
        position,
        `${key} must be ${typeWords(params.type, schema)}, not ${describe(valueAt(source.value, path))}`,
      )
    case 'pattern':
      return source.refuse(position, `${key} can't be ${JSON.stringify(valueAt(source.value, path))}`, {
        hint: PATTERNS[`${schema}:${path.at(-1)}`] ?? PATTERNS[schema],
      })
    case 'minItems':
    case 'minProperties':
      return source.refuse(position, `${key} is empty`)
    default:
      return source.refuse(position, `${key} is not what it should be (${keyword})`)
  }
}

/** A component has a kind's key beside those of the schema. */
const isComponent = (schema: string, path: readonly string[]): boolean =>
  schema === 'config' && path.length === 2 && path[0] === 'components'

/** What the patterns of the schemas ask for, in words. */
const PATTERNS: Readonly<Record<string, string>> = {
  'config:fingerprint': 'copy the line that the refusal printed: k1: and hex digits',
  'config:reason': 'say why it is no secret',
  'drivers/image': 'pin the image by digest: repository@sha256: and 64 of 0-9, a-f',
  'drivers/external:digest': 'a digest is sha256: and 64 of 0-9, a-f',
}

const pointerParts = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))

function allowedHint(given: string, allowed: readonly string[], words: string): string {
  const near = nearest(given, allowed)
  return `${near === null ? '' : `did you mean ${near}? `}${near === null ? words : words.replace(/^./, (c) => c.toUpperCase())} ${allowed.join(', ')}`
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    value,
  )
}

const WORDS: Readonly<Record<string, string>> = {
  object: 'a map',
  array: 'a list',
  string: 'text',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
}

function typeWords(type: unknown, schema: string): string {
  if (schema === 'drivers/path') return 'a path, a glob or a list of them'
  return [type]
    .flat()
    .map((one) => WORDS[String(one)] ?? String(one))
    .join(' or ')
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'empty'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a map' : `${JSON.stringify(value)}`
}
