import type { PredictionProfile, ProfileCondition, ProfileExpression } from '../core/model.gen.ts'
import { parsedOr, readAs } from './profile-values.ts'

type Json = Readonly<Record<string, unknown>>

/** Makes records of the lines of another format. What comes in pairs is kept until its other half comes. */
export interface Mapper {
  /** The records in one line, unchecked; none where it is not about predictions. */
  map(line: Json): readonly Record<string, unknown>[]
  /** Requests whose answer has not come. */
  waiting(): number
}

/** Requests that are kept at most: of more the oldest are given up. */
const MOST_WAITING = 100_000
const PAIR_MS = 10 * 60 * 1000

/** In: a whole profile. */
export function openMapper(profile: PredictionProfile): Mapper {
  const waiting = new Map<string, Json>()
  const flags = openFlags(profile)
  const fields = Object.entries(profile.fields).map(([key, all]) => [key.split('.'), all] as const)

  /** The line with the request that it answers; null for a request, which waits. */
  function paired(line: Json): Json | null {
    if (profile.pair === undefined) return line
    const look: Place = { levels: [line], attributes: NONE }
    const id = String(at(look.levels, profile.pair.id))
    if (holds(profile.pair.request, look)) {
      waiting.set(id, line)
      if (waiting.size > MOST_WAITING) waiting.delete(waiting.keys().next().value as string)
      return null
    }
    if (!holds(profile.pair.answer, look)) return null
    const request = waiting.get(id)
    waiting.delete(id)
    const isLate = Math.abs(Date.parse(String(line.time)) - Date.parse(String(request?.time))) > PAIR_MS
    return request === undefined || isLate ? line : { ...line, request }
  }

  function record(place: Place): Record<string, unknown> {
    const made: Record<string, unknown> = {}
    for (const [[key = '', inner], all] of fields) {
      const value = first(all, place)
      if (value === undefined) continue
      if (inner === undefined) made[key] = value
      else made[key] = { ...(made[key] as object | undefined), [inner]: value }
    }
    for (const key of ['usage', 'segment'] as const) {
      const values = Object.entries(profile[key] ?? {}).map(
        ([name, all]) => [name, first(all as Exprs, place)] as const,
      )
      const found = [
        ...values.filter(([, value]) => value !== undefined),
        ...(key === 'segment' ? prefixed(place) : []),
      ]
      if (found.length > 0) made[key] = Object.fromEntries(found)
    }
    return made
  }

  const prefixed = ({ attributes }: Place): readonly (readonly [string, unknown])[] =>
    [...attributes].flatMap(([name, value]) => {
      const prefix = profile.segmentPrefixes?.find((one) => name.startsWith(one))
      return prefix === undefined ? [] : [[name.slice(prefix.length), readAs(value, undefined)] as const]
    })

  return {
    map(line) {
      const whole = paired(line)
      if (whole === null) return []
      const places = placesIn(whole, profile)
      const { only } = profile
      const answers = flags(places)
      return places
        .filter((place) => only?.some((one) => holds(one, place)) ?? true)
        .map((place) => answers(place, record(place)))
    },
    waiting: () => waiting.size,
  }
}

type Made = Readonly<Record<string, unknown>>

/** Remembers which bundle a trace got, by the evaluations in some places; gives that to records of these places which do not say it. */
function openFlags({ evaluation, attributes }: PredictionProfile) {
  const traces = new Map<string, Made>()
  const traceOf = ({ levels }: Place): string => {
    const trace = evaluation === undefined ? undefined : at(levels, evaluation.trace)
    return typeof trace === 'string' ? trace.toLowerCase() : ''
  }

  function said(place: Place): Made | null {
    if (evaluation === undefined) return null
    const inner = (place.levels[0] as Json)[evaluation.in]
    const events = (Array.isArray(inner) ? inner : []).filter((one) => typeof one === 'object' && one !== null)
    const all = [place, ...events.map((one) => ({ levels: [one], attributes: attributesOf([one], attributes ?? []) }))]
    const made = all
      .filter((one) => evaluation.only.some((condition) => holds(condition, one)))
      .map((one): Made => {
        const values = Object.entries(evaluation.fields).map(([key, list]) => [key, first(list as Exprs, one)] as const)
        return Object.fromEntries(values.filter(([, value]) => value !== undefined))
      })
    // Other flags have other values.
    return made.findLast(({ bundle }) => bundle !== undefined) ?? null
  }

  return (places: readonly Place[]) => {
    const own = new Map(places.map((place) => [place, said(place)]))
    for (const [place, found] of own) {
      const trace = traceOf(place)
      if (found === null || trace === '') continue
      traces.delete(trace)
      traces.set(trace, found)
      if (traces.size > MOST_WAITING) traces.delete(traces.keys().next().value as string)
    }
    return (place: Place, record: Record<string, unknown>): Record<string, unknown> => {
      const found = own.get(place) ?? traces.get(traceOf(place))
      const fits = found !== undefined && found !== null && (record.bundle ?? found.bundle) === found.bundle
      return fits ? { ...found, ...record } : record
    }
  }
}

type Exprs = readonly ProfileExpression[]

/** What becomes a record, what it lies in, the innermost first, and the attributes of all of these. */
interface Place {
  readonly levels: readonly Json[]
  readonly attributes: ReadonlyMap<string, unknown>
}

const NONE: ReadonlyMap<string, unknown> = new Map()

function placesIn(line: Json, { each, attributes = [] }: PredictionProfile): readonly Place[] {
  const found: Json[][] = each === undefined ? [[line]] : []
  const descend = (levels: readonly Json[], keys: readonly string[]): void => {
    const [key, ...rest] = keys
    if (key === undefined) return void found.push([...levels])
    const list = (levels[0] as Json)[key]
    if (!Array.isArray(list)) return
    for (const item of list) if (typeof item === 'object' && item !== null) descend([item as Json, ...levels], rest)
  }
  for (const keys of each ?? []) descend([line], keys)
  return found.map((levels) => ({ levels, attributes: attributesOf(levels, attributes) }))
}

function attributesOf(levels: readonly Json[], paths: readonly string[]): ReadonlyMap<string, unknown> {
  const all = new Map<string, unknown>()
  for (const level of [...levels].reverse())
    for (const path of paths) {
      const list = at([level], path)
      if (!Array.isArray(list)) continue
      for (const item of list as readonly { readonly key?: unknown; readonly value?: unknown }[])
        if (typeof item?.key === 'string') all.set(item.key, anyValue(item.value))
    }
  return all
}

/** OTLP's AnyValue: `{stringValue}`, `{intValue}` as text, `{arrayValue: {values}}`, `{kvlistValue: {values}}`. */
function anyValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const one = value as Json
  if ('intValue' in one) return Number(one.intValue)
  const plain = one.stringValue ?? one.boolValue ?? one.doubleValue ?? one.bytesValue
  if (plain !== undefined) return plain
  const list = (one.arrayValue as Json | undefined)?.values
  if (Array.isArray(list)) return list.map(anyValue)
  const pairs = (one.kvlistValue as Json | undefined)?.values
  if (!Array.isArray(pairs)) return undefined
  return Object.fromEntries(pairs.map(({ key, value: inner }) => [String(key), anyValue(inner)]))
}

/** A dotted path, in the innermost level that has its first step. Own properties only. */
function at(levels: readonly Json[], path: string): unknown {
  const steps = path.split('.')
  const level = levels.find((one) => Object.hasOwn(one, steps[0] as string))
  return steps.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? (value as Json)[step] : undefined,
    level,
  )
}

function found({ at: path, attribute }: ProfileCondition | ProfileExpression, place: Place): unknown {
  if (attribute === undefined) return path === undefined ? undefined : at(place.levels, path)
  const value = place.attributes.get(attribute)
  if (path === undefined) return value
  const inner = parsedOr(value)
  return typeof inner === 'object' && inner !== null ? at([inner as Json], path) : undefined
}

function holds(condition: ProfileCondition, place: Place): boolean {
  const value = found(condition, place)
  const isThere = value !== undefined && value !== null && value !== ''
  if (condition.absent === true) return !isThere
  return isThere && (condition.in === undefined || condition.in.includes(value as string))
}

function first(all: Exprs, place: Place): unknown {
  for (const one of all) {
    if (one.when !== undefined && !holds(one.when, place)) continue
    const value = evaluated(one, place)
    if (value !== undefined) return value
  }
  return undefined
}

function evaluated(one: ProfileExpression, place: Place): unknown {
  if (one.value !== undefined) return one.value
  if (one.join !== undefined) {
    const parts = one.join.map((part) => evaluated(part as ProfileExpression, place))
    return parts.includes(undefined) ? undefined : parts.join(':')
  }
  if (one.between !== undefined) {
    const [from, to] = one.between.map((part) => evaluated(part as ProfileExpression, place))
    const ms = msOf(to) - msOf(from)
    return Number.isFinite(ms) && ms >= 0 ? ms : undefined
  }
  const value = readAs(found(one, place), one.as)
  return one.map === undefined || value === undefined ? value : ownOf(one.map, String(value))
}

const ownOf = (map: Json, key: string): unknown => (Object.hasOwn(map, key) ? map[key] : undefined)

/** Of RFC 3339 with any number of digits, in ms with a fraction. */
function msOf(time: unknown): number {
  const [, whole = '', digits = '', zone = ''] = /^(.{19})(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(String(time)) ?? []
  return Date.parse(`${whole}${zone}`) + Number(`0.${digits || '0'}`) * 1000
}
