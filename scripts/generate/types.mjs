import path from 'node:path'
import { pascal } from './schemas.mjs'

// Types that a module writes by hand because a schema can't say them: a template literal, here.
const BY_HAND = { Digest: './digest.ts' }

/**
 * One TypeScript file with a type for every schema, every `$defs` entry and every nested schema that has a `title`.
 * All properties are readonly, which is why this is not done by one of the known packages: none of them can.
 */
export function modelTypes(schemas) {
  const declared = new Map()
  const declare = (name, text, where) => {
    if (!/^[A-Z][A-Za-z0-9]*$/.test(name)) throw new Error(`${where}: the title "${name}" is not a type's name`)
    const before = declared.get(name)
    if (before !== undefined && before !== text) throw new Error(`${where}: another schema is already called ${name}`)
    declared.set(name, text)
  }
  for (const [file, schema] of schemas) {
    const scope = { file, schemas, declare }
    for (const [key, part] of Object.entries(schema.$defs ?? {})) {
      const name = part.title ?? pascal(key)
      if (part.tsType === name && name in BY_HAND) continue
      declare(name, declaration(name, part, scope), `schemas/${file}#/$defs/${key}`)
    }
    if (schema.type === undefined && schema.anyOf === undefined && schema.oneOf === undefined) continue
    declare(schema.title, declaration(schema.title, schema, scope), `schemas/${file}`)
  }
  const body = [...declared.keys()].sort().map((name) => declared.get(name))
  const imports = Object.entries(BY_HAND)
    .filter(([name]) => body.some((text) => new RegExp(`\\b${name}\\b`).test(text)))
    .map(([name, from]) => `import type { ${name} } from '${from}'\n`)
  return [
    `// Generated from schemas/ by scripts/generate.mjs: change the schema, then \`npm run gen\`.\n${imports.join('')}`,
    ...body,
  ].join('\n')
}

function declaration(name, schema, scope) {
  const doc = comment(schema.description, '')
  const type = bareType(schema, scope, '')
  const isInterface = type.startsWith('{') && type.indexOf('\n}') === type.length - 2
  return isInterface ? `${doc}export interface ${name} ${type}\n` : `${doc}export type ${name} = ${type}\n`
}

/** The type at a place that uses the schema: its name if it has one. */
function typeOf(schema, scope, indent) {
  if (schema === true) return 'unknown'
  if (schema === false) return 'never'
  if (schema.tsType === undefined && schema.$ref !== undefined) return refName(schema.$ref, scope)
  if (schema.title === undefined) return bareType(schema, scope, indent)
  scope.declare(schema.title, declaration(schema.title, schema, scope), `schemas/${scope.file}`)
  return schema.title
}

function bareType(schema, scope, indent) {
  if (schema.tsType !== undefined) return schema.tsType
  if (schema.$ref !== undefined) return refName(schema.$ref, scope)
  if ('const' in schema) return literal(schema.const)
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ')
  const parts = schema.anyOf ?? schema.oneOf
  if (parts !== undefined) {
    const shared = schema.properties === undefined ? '' : `${objectType(schema, scope, indent)} & `
    const union = parts.map((part) => wrap(typeOf(part, scope, indent))).join(' | ')
    return shared === '' ? union : `${shared}(${union})`
  }
  if (schema.allOf !== undefined) {
    const own = schema.properties === undefined ? [] : [objectType(schema, scope, indent)]
    return [...own, ...schema.allOf.map((part) => wrap(typeOf(part, scope, indent)))].join(' & ')
  }
  if (Array.isArray(schema.type))
    return schema.type.map((type) => wrap(bareType({ ...schema, type }, scope, indent))).join(' | ')
  switch (schema.type) {
    case 'null':
    case 'boolean':
    case 'string':
    case 'number':
      return schema.type
    case 'integer':
      return 'number'
    case 'array':
      return arrayType(schema, scope, indent)
    case 'object':
      return objectType(schema, scope, indent)
    default:
      return schema.properties === undefined ? 'unknown' : objectType(schema, scope, indent)
  }
}

function arrayType(schema, scope, indent) {
  if (schema.prefixItems !== undefined) {
    return `readonly [${schema.prefixItems.map((part) => typeOf(part, scope, indent)).join(', ')}]`
  }
  return `readonly ${wrap(typeOf(schema.items ?? true, scope, indent))}[]`
}

function objectType(schema, scope, indent) {
  const rest = schema.additionalProperties ?? true
  const properties = Object.entries(schema.properties ?? {})
  if (properties.length === 0)
    return rest === false
      ? 'Readonly<Record<string, never>>'
      : `Readonly<Record<string, ${typeOf(rest, scope, indent)}>>`
  const inner = `${indent}  `
  const lines = properties.map(([name, part]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)
    const optional = (schema.required ?? []).includes(name) ? '' : '?'
    return `${comment(part.description, inner)}${inner}readonly ${key}${optional}: ${typeOf(part, scope, inner)}\n`
  })
  // An index signature has to admit the named properties too, so it can't say more than unknown.
  if (rest !== false) lines.push(`${inner}readonly [key: string]: unknown\n`)
  return `{\n${lines.join('')}${indent}}`
}

function refName(ref, { file, schemas }) {
  const [target, pointer = ''] = ref.split('#')
  const from = target === '' ? file : path.posix.join(path.posix.dirname(file), target).replace(/\.schema\.json$/, '')
  const schema = schemas.get(from)
  if (schema === undefined) throw new Error(`schemas/${file}: ${ref} names no schema`)
  if (pointer === '' || pointer === '/') return schema.title
  const key = /^\/\$defs\/([^/]+)$/.exec(pointer)?.[1]
  const part = key === undefined ? undefined : schema.$defs?.[key]
  if (part === undefined) throw new Error(`schemas/${file}: ${ref} names no $defs entry`)
  return part.title ?? pascal(key)
}

const literal = (value) =>
  typeof value === 'string' ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'` : String(value)
const wrap = (type) => (/[|&]|^readonly /.test(type.replace(/\{[\s\S]*\}|<[\s\S]*>/g, '')) ? `(${type})` : type)

function comment(text, indent) {
  if (text === undefined) return ''
  const lines = text.replaceAll('*/', '* /').split('\n')
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`
}
