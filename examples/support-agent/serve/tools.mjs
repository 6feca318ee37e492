// A tool is called only with arguments that its schema in tools/ allows. The check knows the part of JSON Schema that
// these schemas use, and refuses a schema that uses more: an unknown keyword must not pass as "anything goes".

import { readdirSync, readFileSync } from 'node:fs'

const KNOWN = new Set(
  `$schema description type properties items required additionalProperties enum default minLength maxLength minimum
  maximum`.split(/\s+/),
)

/** @param {Record<string, (args: object) => unknown>} implementations  by the name of the tool */
export function makeTools(implementations) {
  const folder = new URL('../tools/', import.meta.url)
  const tools = new Map(
    readdirSync(folder)
      .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')))
      .map((tool) => [tool.name, tool.parameters]),
  )
  return function call(name, given) {
    const schema = tools.get(name)
    if (!schema) throw new Error(`no schema for the tool ${name}`)
    const args = { ...defaults(schema), ...given }
    check(schema, args, name)
    return implementations[name](args)
  }
}

function defaults({ properties }) {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, schema]) => 'default' in schema)
      .map(([key, schema]) => [key, schema.default]),
  )
}

function check(schema, value, where) {
  const fail = (why) => {
    throw new Error(`${where} ${why}`)
  }
  for (const keyword of Object.keys(schema)) if (!KNOWN.has(keyword)) fail(`uses the unknown keyword ${keyword}`)
  if (schema.type && !isOfType(schema.type, value)) fail(`must be of type ${schema.type}`)
  if (schema.enum && !schema.enum.includes(value)) fail(`must be one of ${schema.enum.join(', ')}`)
  if (value.length < schema.minLength || value.length > schema.maxLength) fail('has the wrong length')
  if (value < schema.minimum || value > schema.maximum) fail('is out of range')
  if (schema.items) for (const [i, item] of value.entries()) check(schema.items, item, `${where}[${i}]`)
  if (schema.type !== 'object') return
  for (const key of schema.required ?? []) if (!(key in value)) fail(`needs ${key}`)
  for (const [key, item] of Object.entries(value)) {
    if (schema.properties[key]) check(schema.properties[key], item, `${where}.${key}`)
    else if (schema.additionalProperties === false) fail(`does not take ${key}`)
  }
}

function isOfType(type, value) {
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === type
}
