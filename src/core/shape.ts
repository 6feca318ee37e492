/**
 * The part of JSON Schema that the stored formats use, read at run time. ajv's compiled validators are 120 kB of code that every start
 * would load; the schemas themselves are 10 kB. A test holds the two to the same answers.
 */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: Schema
  readonly minItems?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | false
  readonly propertyNames?: Schema
  readonly anyOf?: readonly Schema[]
}

/** A type guard for the schema called `name` of `schemas`, whose `$ref`s are names too. */
export const shape =
  <T>(schemas: Readonly<Record<string, Schema>>, name: string) =>
  (value: unknown): value is T =>
    fits(value, schemas[name] ?? {}, schemas)

const patterns = new Map<string, RegExp>()

function matches(text: string, pattern: string): boolean {
  const known = patterns.get(pattern) ?? new RegExp(pattern, 'u')
  patterns.set(pattern, known)
  return known.test(text)
}

function fits(value: unknown, schema: Schema, all: Readonly<Record<string, Schema>>): boolean {
  if (schema.$ref !== undefined && !fits(value, all[schema.$ref] ?? {}, all)) return false
  if (schema.type !== undefined && ![schema.type].flat().some((type) => isType(value, type))) return false
  if ('const' in schema && value !== schema.const) return false
  if (schema.enum !== undefined && !schema.enum.includes(value)) return false
  if (schema.anyOf !== undefined && !schema.anyOf.some((one) => fits(value, one, all))) return false
  if (typeof value === 'string') return schema.pattern === undefined || matches(value, schema.pattern)
  if (typeof value === 'number') return value >= (schema.minimum ?? value) && value <= (schema.maximum ?? value)
  if (Array.isArray(value)) return fitsItems(value, schema, all)
  return typeof value !== 'object' || value === null || fitsProperties(value as Record<string, unknown>, schema, all)
}

function isType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === type
}

function fitsItems(
  value: readonly unknown[],
  { items, minItems = 0 }: Schema,
  all: Readonly<Record<string, Schema>>,
): boolean {
  return value.length >= minItems && (items === undefined || value.every((item) => fits(item, items, all)))
}

function fitsProperties(
  value: Readonly<Record<string, unknown>>,
  schema: Schema,
  all: Readonly<Record<string, Schema>>,
): boolean {
  const { properties = {}, required = [], additionalProperties, propertyNames } = schema
  if (!required.every((key) => Object.hasOwn(value, key))) return false
  return Object.entries(value).every(([key, item]) => {
    if (propertyNames !== undefined && !fits(key, propertyNames, all)) return false
    const own = Object.hasOwn(properties, key) ? properties[key] : additionalProperties
    return own === undefined || (own !== false && fits(item, own, all))
  })
}
