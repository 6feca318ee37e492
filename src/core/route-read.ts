import { isDigest } from './digest.ts'
import type { Arm } from './model.gen.ts'
import { FULL_WEIGHT } from './route.ts'
import { armNameProblem, invalid } from './route-check.ts'
import type { Draft } from './route-draft.ts'

type Weights = Readonly<Record<string, number>>
type Fields = Readonly<Record<string, unknown>>

/** Arms and their weights as they are typed: `candidate=v43:5%,stable`. */
export interface To {
  readonly weights: Weights
  /** Arms that were given a REF. */
  readonly arms: Readonly<Record<string, string>>
}

const ITEM = /^([^=:]*)(?:=(.+?))?(?::([^:]*%))?$/

/**
 * `ARM[=REF][:PERCENT%]`, separated by commas; one of them may leave its percentage out and gets the rest.
 * Errors: ROUTE_INVALID.
 */
export function parseTo(text: string): To {
  const arms: Record<string, string> = {}
  const weights = new Map<string, number | null>()
  for (const item of text.split(',')) {
    const [, name = '', ref, share] = ITEM.exec(item.trim()) ?? []
    const problem = armNameProblem(name)
    if (problem !== null) throw invalid(problem, 'an arm and its share look like candidate=v43:5%,stable')
    if (weights.has(name)) throw invalid(`${name} is there twice in ${JSON.stringify(text)}`)
    if (ref !== undefined) arms[name] = ref
    weights.set(name, share === undefined ? null : parseWeight(share, name))
  }
  return { arms, weights: withRest(weights, text) }
}

function withRest(weights: ReadonlyMap<string, number | null>, text: string): Weights {
  const given = [...weights.values()].reduce<number>((sum, weight) => sum + (weight ?? 0), 0)
  const open = [...weights].filter(([, weight]) => weight === null)
  if (open.length > 1)
    throw invalid(
      `${open.map(([name]) => name).join(' and ')} have no share in ${JSON.stringify(text)}: one may, and gets the rest`,
    )
  if (open.length === 1 && given > FULL_WEIGHT)
    throw invalid(`the shares in ${JSON.stringify(text)} are more than 100 %`)
  return Object.fromEntries([...weights].map(([name, weight]) => [name, weight ?? FULL_WEIGHT - given]))
}

/** A whole number of 100,000, or text as `5%` and `0.125%`. Errors: ROUTE_INVALID, saying of what. */
export function parseWeight(value: unknown, of: string): number {
  if (typeof value === 'number') {
    if (Number.isInteger(value) && value >= 0 && value <= FULL_WEIGHT) return value
    throw invalid(`${of} has the weight ${value}: weights are whole numbers from 0 to ${FULL_WEIGHT}`)
  }
  const [, whole, part = ''] = /^(\d{1,3})(?:\.(\d{1,3}))?%$/.exec(String(value)) ?? []
  const weight = whole === undefined ? Number.NaN : Number(whole) * 1000 + Number(part.padEnd(3, '0'))
  if (typeof value === 'string' && weight <= FULL_WEIGHT) return weight
  throw invalid(
    `${of} has the weight ${JSON.stringify(value)}: write 5%, or 0.125%, or a whole number of ${FULL_WEIGHT}`,
  )
}

/**
 * The whole of a route, read from a file: as `route show --json` prints it, or shorter, with an arm as a REF, weights as percentages and `to` as one
 * arm's name. Errors: ROUTE_INVALID.
 */
export function readDraft(value: unknown): Draft {
  const route = fields(value, 'a route', ['arms', 'serve', 'bucket', 'mirror', 'fallback'])
  const bucket =
    route.bucket === undefined ? null : fields(route.bucket, 'bucket', ['by', 'salt', 'missing', 'hash', 'map'])
  return {
    arms: Object.fromEntries(
      Object.entries(fields(route.arms, 'arms')).map(([name, arm]) => [name, readArm(name, arm)]),
    ),
    serve: list(route.serve, 'serve').map((rule, i) => readRule(rule, `rule ${i + 1}`)),
    bucket: bucket === null ? null : readBucket(bucket),
    mirror: route.mirror === undefined ? [] : list(route.mirror, 'mirror').map(readMirror),
    fallback: route.fallback === undefined ? null : text(route.fallback, 'fallback'),
  }
}

function readArm(name: string, value: unknown): Arm | string {
  if (typeof value === 'string') return value
  const { bundle } = fields(value, `the arm ${name}`, ['bundle', 'version'])
  // Its version is looked up: what a file says of it may be another registry's.
  if (!isDigest(bundle)) throw invalid(`the arm ${name} has no bundle: write ${name}: v42, or its digest`)
  return bundle
}

function readRule(value: unknown, where: string): Draft['serve'][number] {
  const { when, to } = fields(value, where, ['when', 'to'])
  if (to === undefined) throw invalid(`${where} has no \`to\`: an arm, or arms with their weights`)
  const weights = typeof to === 'string' ? readTo(to, where) : readWeights(fields(to, `\`to\` of ${where}`), where)
  return when === undefined ? { to: weights } : { when: fields(when, `\`when\` of ${where}`), to: weights }
}

function readTo(text: string, where: string): Weights {
  const { arms, weights } = parseTo(text)
  if (Object.keys(arms).length > 0) throw invalid(`${where} has a bundle in \`to\`: in a file it stands under arms`)
  return weights
}

const readWeights = (to: Fields, where: string): Weights =>
  Object.fromEntries(Object.entries(to).map(([arm, weight]) => [arm, parseWeight(weight, `${arm} in ${where}`)]))

function readBucket({ by, salt, missing, hash, map }: Fields): NonNullable<Draft['bucket']> {
  for (const [name, value] of Object.entries({ hash, map }))
    if (value !== undefined) text(value, `${name} of the bucket`)
  return {
    ...(by === undefined ? {} : { by: text(by, '`by` of the bucket') }),
    ...(salt === undefined ? {} : { salt: text(salt, '`salt` of the bucket') }),
    ...(missing === undefined ? {} : { missing: text(missing, '`missing` of the bucket') }),
  }
}

function readMirror(value: unknown): Draft['mirror'][number] {
  const { to, per100k, effects } = fields(value, 'a mirror', ['to', 'per100k', 'effects'])
  return {
    to: text(to, '`to` of a mirror'),
    per100k: parseWeight(per100k ?? FULL_WEIGHT, 'a mirror'),
    effects: effects === undefined ? 'stub' : text(effects, '`effects` of a mirror'),
  }
}

function fields(value: unknown, what: string, known?: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(`${what} is no object with keys`)
  const odd = known === undefined ? undefined : Object.keys(value).find((key) => !known.includes(key))
  if (odd !== undefined) throw invalid(`${what} has the key ${JSON.stringify(odd)}; it takes ${known?.join(', ')}`)
  return value as Fields
}

function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(`${what} is no list`)
  return value
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string') throw invalid(`${what} is no text`)
  return value
}
