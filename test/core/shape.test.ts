import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as validators from '../../src/core/validators.gen.ts'

// The small reader of schemas that every start uses must say what ajv says.

const SCHEMAS = path.join(import.meta.dirname, '../../schemas')
const read = (file: string): AnySchemaObject => JSON.parse(readFileSync(path.join(SCHEMAS, file), 'utf8'))
const ajv = new Ajv2020({ strict: false })
const files = readdirSync(SCHEMAS).filter((file) => file.endsWith('.schema.json'))
for (const file of files) ajv.addSchema(read(file))

/** Values that the schema allows, and near misses: one part in `faith` is of another kind. */
function near(schema: AnySchemaObject, root: AnySchemaObject, faith: number, depth = 0): fc.Arbitrary<unknown> {
  const wild = fc.oneof(
    fc.constantFrom(null, true, 0, -1, 1.5, '', 'x', 'v1', 'prod', [], {}),
    fc.jsonValue({ maxDepth: 1 }),
  )
  return fc.oneof({ weight: faith, arbitrary: of(schema, root, faith, depth) }, { weight: 1, arbitrary: wild })
}

function of(schema: AnySchemaObject, root: AnySchemaObject, faith: number, depth: number): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) {
    const [file, pointer] = schema.$ref.split('#')
    const owner = file === '' ? root : read(file)
    return near(
      pointer
        .split('/')
        .slice(1)
        .reduce((at: AnySchemaObject, key: string) => at[key], owner),
      owner,
      faith,
      depth + 1,
    )
  }
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (schema.anyOf !== undefined)
    return fc.oneof(...schema.anyOf.map((one: AnySchemaObject) => near(one, root, faith, depth + 1)))
  const type = [schema.type].flat()[0]
  if (type === 'string')
    return schema.pattern === undefined ? fc.string({ maxLength: 8 }) : fc.stringMatching(new RegExp(schema.pattern))
  if (type === 'integer') return fc.integer({ min: schema.minimum ?? -5, max: 20 })
  if (type === 'boolean') return fc.boolean()
  if (type === 'null') return fc.constant(null)
  if (type === 'array') return fc.array(near(schema.items ?? {}, root, faith, depth + 1), { maxLength: 3 })
  if (type !== 'object') return fc.jsonValue({ maxDepth: 1 })
  const properties = Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([key, part]) => [
      key,
      near(part as AnySchemaObject, root, faith, depth + 1),
    ]),
  )
  const more =
    typeof schema.additionalProperties === 'object'
      ? near(schema.additionalProperties, root, faith, depth + 1)
      : fc.constant(1)
  const names = fc.oneof(
    { weight: faith, arbitrary: fc.constantFrom('stable', 'x-1', 'zz') },
    { weight: 1, arbitrary: fc.constant('A') },
  )
  const extra =
    schema.properties === undefined || depth === 0
      ? fc.dictionary(names, more, {
          maxKeys: schema.properties === undefined ? 2 : 0,
        })
      : fc.constant({})
  return fc
    .tuple(
      fc.record(properties, {
        requiredKeys: Object.keys(properties).filter((key) => (schema.required ?? []).includes(key)),
      }),
      extra,
    )
    .map(([own, others]) => ({ ...own, ...others }))
}

const stored = Object.entries(validators).filter(([name]) => name.startsWith('validate')) as [
  string,
  (value: unknown) => boolean,
][]

test.each(stored)('%s agrees with ajv', (name, validate) => {
  const file = files.find((one) => `validate${read(one).title}` === name)
  expect(file).toBeDefined()
  const schema = read(file ?? '')
  const reference = ajv.getSchema(schema.$id ?? '')
  const seen = { accepted: 0, refused: 0 }
  fc.assert(
    fc.property(fc.oneof(near(schema, schema, 10), near(schema, schema, 1e6)), (value) => {
      const expected = reference?.(value) === true
      seen[expected ? 'accepted' : 'refused'] += 1
      expect(validate(value)).toBe(expected)
    }),
    { numRuns: 3000 },
  )
  expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(0)
})
