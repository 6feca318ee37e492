import type { AishipError } from '../core/errors.ts'
import { nearest } from '../core/names.ts'
import { KEYS, type Refusal } from './validators.gen.ts'
import type { Source } from './yaml.ts'

const MOST_SHOWN = 60

/** A word or value of the file as a message shows it. */
export const brief = (value: unknown): string => cut(JSON.stringify(value))

/** A path of keys as a message shows it. */
export const keyName = (path: readonly string[]): string =>
  path.length === 0 ? 'the file' : path.map((key) => (/^[\w-]+$/.test(key) ? cut(key) : brief(key))).join('.')

const cut = (text: string): string => (text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text)

/** "did you mean X? It can be A, B" for a word that is none of those allowed. */
export function allowedHint(given: string, allowed: readonly string[], words: string): string {
  const near = nearest(given.slice(0, MOST_SHOWN), allowed)
  const list = `${words} ${allowed.join(', ')}`
  return near === null ? list : `did you mean ${near}? ${list.replace(/^./, (letter) => letter.toUpperCase())}`
}

/**
 * A validator's refusal in words: where, which key, what is wrong, what is allowed, what was probably meant.
 * In: `schema`, the schema's name, and `base`, the path of the value that was checked.
 */
export function refusal(
  source: Source,
  refused: readonly Refusal[] | null | undefined,
  schema: string,
  base: readonly string[],
): AishipError {
  const { instancePath = '', params = {}, keyword = '', schemaPath = '' } = deepest(refused ?? [])
  const path = [...base, ...pointerParts(instancePath)]
  const key = keyName(path)
  const given = valueAt(source.value, path)
  const here = source.at(path)
  const misnamed = refused?.find((one) => one.keyword === 'propertyNames')?.params.propertyName
  if (misnamed !== undefined)
    return source.refuse(source.atKey([...path, String(misnamed)]), `${key} can't have ${brief(misnamed)}`, {
      hint: PATTERNS[path[0] === 'components' ? 'config:contract' : 'config:metric'],
    })
  if (isTerm(schema, path))
    return source.refuse(here, `${key} can't be ${brief(given)}`, {
      hint: `it can be a line of text, a number, true, false, or a list of these${path[2] === 'requires' ? '; or {includes: [...]}' : ''}`,
    })
  switch (keyword) {
    case 'additionalProperties':
    case 'required': {
      // A mistyped key is both missing and unknown: the word that was typed helps more.
      const allowed = KEYS[placeIn(schema, schemaPath, path)] ?? []
      const unknown = Object.keys(Object(given)).find((word) => allowed.length > 0 && !allowed.includes(word))
      if (unknown === undefined || isComponent(schema, path))
        return missingKey(source, path, String(params.missingProperty))
      return source.refuse(source.atKey([...path, unknown]), `${key} has an unknown key ${keyName([unknown])}`, {
        hint: allowedHint(unknown, allowed, 'it can have'),
      })
    }
    case 'enum': {
      const allowed = (params.allowedValues as readonly unknown[]).map(String)
      return source.refuse(here, `${key} can't be ${brief(given)}`, {
        hint: allowedHint(String(given), allowed, 'it can be'),
      })
    }
    case 'const':
      return source.refuse(here, `${key} must be ${brief(params.allowedValue)}, not ${brief(given)}`)
    case 'type':
    case 'anyOf':
      return source.refuse(
        here,
        `${key} must be ${typeWords(params.type, schema, path, base)}, not ${describe(source, path, given)}`,
        {
          hint: quoteHint(source, path, params.type),
        },
      )
    case 'pattern':
      return source.refuse(here, `${key} can't be ${brief(given)}`, {
        hint: PATTERNS[`${schema}:${path.at(-1)}`] ?? PATTERNS[schema] ?? 'it must not be empty',
      })
    case 'minItems':
    case 'minProperties':
      return source.refuse(here, `${key} is empty`)
    case 'minimum':
    case 'maximum':
      return source.refuse(
        here,
        `${key} must be ${keyword === 'minimum' ? 'at least' : 'at most'} ${params.limit}, not ${brief(given)}`,
      )
    default:
      return source.refuse(here, `${key} is not what it should be (${keyword})`)
  }
}

const OF_CONFIG: Readonly<Record<string, string>> = { pointers: 'pointerRules', gates: 'gate' }

/** Where the keys of a refused object are listed: what several schemas share has an address of its own, and sometimes does not say so. */
const placeIn = (schema: string, schemaPath: string, path: readonly string[]): string => {
  const [part = ''] = path
  if (schema === 'config' && path.length === 2 && Object.hasOwn(OF_CONFIG, part))
    return `common#/$defs/${OF_CONFIG[part]}`
  const watched = schema === 'config' && path[0] === 'pointers' ? ofWatch(path.slice(2)) : null
  if (watched !== null) return `common#/$defs/${watched}`
  const place = schemaPath.replace(/\/(additionalProperties|required)$/, '')
  const shared = place.indexOf('#/$defs/')
  return shared === -1 ? `${schema}${place}` : `common${place.slice(shared)}`
}

/** Where the keys of a watch, of its guards and of what stands in them are listed. */
function ofWatch([key, part, , inner]: readonly string[]): string | null {
  if (key !== 'watch') return null
  if (part === undefined) return 'watch'
  if (part === 'notify') return 'watch/properties/notify/items'
  return inner === undefined ? 'guard' : `guard/properties/${inner}`
}

/** Of the branches of an `anyOf`, the one that got furthest knows best what is wrong. */
const deepest = (refused: readonly Refusal[]): Partial<Refusal> =>
  [...refused].sort((a, b) => reach(b) - reach(a))[0] ?? {}

const reach = ({ instancePath, keyword }: Refusal): number =>
  2 * instancePath.split('/').length + (keyword === 'type' || keyword === 'anyOf' ? 0 : 1)

function missingKey(source: Source, path: readonly string[], key: string): AishipError {
  const position = path.length === 0 ? { line: 1, column: 1 } : source.atKey(path)
  return source.refuse(position, `${keyName(path)} needs ${key}`, {
    hint: NEEDED[[...path.slice(0, 1), key].join('.')],
  })
}

/** What to write for a key that is not there. */
const NEEDED: Readonly<Record<string, string>> = {
  version: 'begin with "version: 1"',
  app: 'name the app, as in "app: fraud-scorer"',
  components: 'list what the release is made of, as in "components: {model: {role: model-weights, path: model.onnx}}"',
  'components.role': 'the role says what it is, as in "role: model-weights"',
  'components.uri': 'write where the bytes are, as in "uri: s3://lake/orders/2026-09"',
  'components.revision': 'name a commit, tag or branch',
  'secrets.reason': 'say why it is no secret',
  metrics: 'list what was measured, as in {"metrics": {"accuracy": 0.93}}',
}

/** A component has a kind's key beside those of the schema. */
const isComponent = (schema: string, path: readonly string[]): boolean =>
  schema === 'config' && path.length === 2 && path[0] === 'components'

/** What a key of a contract says: `components.index.requires.embedding.dimensions`, or below it. */
const isTerm = (schema: string, path: readonly string[]): boolean =>
  schema === 'config' && path.length > 4 && path[0] === 'components' && ['provides', 'requires'].includes(path[2] ?? '')

/** What the patterns of the schemas ask for, in words. */
const PATTERNS: Readonly<Record<string, string>> = {
  'config:fingerprint': 'copy the line that the refusal printed: k1: and hex digits',
  'config:reason': 'say why it is no secret',
  'config:soak': 'a time looks like 30m, 2h or 7d',
  'config:from': 'a date such as 2026-12-20, or a time with its offset such as 2026-12-20T18:00:00Z',
  'config:until': 'a date such as 2026-12-27, or a time with its offset such as 2026-12-27T06:00:00Z',
  'config:to': 'a date such as 2026-12-27, or a time with its offset such as 2026-12-27T06:00:00Z',
  'config:hours': 'hours look like 16:00-24:00',
  'config:contract': 'a contract and its keys are letters, digits and _ . : / -',
  'config:metric': 'a metric is letters, digits and _ . @ / : + -',
  ...Object.fromEntries(
    ['margin', 'ceiling', 'budget'].map((key) => [`config:${key}`, 'a share looks like 20% or 0.5%']),
  ),
  ...Object.fromEntries(
    ['interval', 'grace', 'keep_watching', 'delay', 'deadline', 'after'].map((key) => [
      `config:${key}`,
      'a time looks like 30s, 10m, 2h or 3d',
    ]),
  ),
  'config:of': 'a quantile looks like p95, from p50 to p99',
  'evaluation:eval_set': 'a digest is sha256: and 64 of 0-9, a-f',
  'evaluation:bundle': 'a digest is sha256: and 64 of 0-9, a-f',
  'drivers/image':
    'pin it by digest, repository@sha256:…: docker inspect --format "{{index .RepoDigests 0}}" IMAGE prints it',
  'drivers/external:digest': 'a digest is sha256: and 64 of 0-9, a-f; for any other id use pin',
}

const pointerParts = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))

const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (at, key) =>
      at !== null && typeof at === 'object' && Object.hasOwn(at, key)
        ? (at as Record<string, unknown>)[key]
        : undefined,
    value,
  )

const WORDS: Readonly<Record<string, string>> = {
  object: 'a map',
  array: 'a list',
  string: 'text',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
}

function typeWords(type: unknown, schema: string, path: readonly string[], base: readonly string[]): string {
  if (schema === 'drivers/path' && path.length === base.length) return 'a path, a glob or a list of them'
  return [type]
    .flat()
    .map((one) => WORDS[String(one)] ?? String(one))
    .join(' or ')
}

function describe(source: Source, path: readonly string[], value: unknown): string {
  if (value === null || value === undefined) return 'empty'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a map' : (source.written(path) ?? brief(value))
}

/** A version such as 1.10 reads as the number 1.1. */
function quoteHint(source: Source, path: readonly string[], type: unknown): string | undefined {
  const written = source.written(path)
  return written !== null && written !== '' && [type].flat().includes('string') ? `quote it: "${written}"` : undefined
}
