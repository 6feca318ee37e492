import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

// What the type generator understands and ajv compiles without its runtime. minLength, maxLength, uniqueItems and format
// would pull that runtime in (use `pattern`, or check it in code), and a keyword that only one of the two understands would
// make types and validators disagree.
const KEYWORDS = new Set(
  `$schema $id $ref $defs title description tsType type enum const pattern minimum maximum exclusiveMinimum exclusiveMaximum
  properties required additionalProperties propertyNames minProperties maxProperties items prefixItems minItems maxItems
  anyOf oneOf allOf not if then else default examples deprecated`.split(/\s+/),
)

/** All schemas by their path without the ending: `manifest`, `output/promote`, ... */
export function readSchemas(folder) {
  const schemas = new Map()
  if (!existsSync(folder)) return schemas
  for (const name of readdirSync(folder, { recursive: true }).sort()) {
    if (!name.endsWith('.schema.json')) continue
    const file = name.split(path.sep).join('/').slice(0, -'.schema.json'.length)
    const schema = JSON.parse(readFileSync(path.join(folder, name), 'utf8'))
    if (schema.$id !== `${file}.schema.json`) throw new Error(`schemas/${name}: $id must be "${file}.schema.json"`)
    checkKeywords(schema, `schemas/${name}`)
    schemas.set(file, schema)
  }
  return schemas
}

function checkKeywords(schema, where) {
  if (typeof schema !== 'object' || schema === null) return
  for (const [keyword, value] of Object.entries(schema)) {
    const at = `${where}/${keyword}`
    if (!KEYWORDS.has(keyword))
      throw new Error(`${at}: this keyword is not supported here; see scripts/generate/schemas.mjs`)
    if (keyword === 'properties' || keyword === '$defs') {
      for (const [name, part] of Object.entries(value)) checkKeywords(part, `${at}/${name}`)
    } else if (['items', 'additionalProperties', 'propertyNames', 'not', 'if', 'then', 'else'].includes(keyword)) {
      checkKeywords(value, at)
    } else if (['anyOf', 'oneOf', 'allOf', 'prefixItems'].includes(keyword)) {
      value.forEach((part, i) => {
        checkKeywords(part, `${at}/${i}`)
      })
    } else if (keyword === 'const' && typeof value === 'object' && value !== null) {
      throw new Error(`${at}: only null, a string, a number or a boolean can be compared without ajv at run time`)
    }
  }
}

/** `pointer-entry` -> `PointerEntry`. */
export const pascal = (key) => key.replace(/(?:^|[-_/])([a-z])/g, (_, letter) => letter.toUpperCase())
