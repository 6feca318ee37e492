import { pascal } from './schemas.mjs'

/** What src/core/shape.ts reads; a schema with anything else must not slip through unchecked. */
const KEYWORDS = new Set([
  ...['$ref', 'type', 'const', 'enum', 'pattern', 'minimum', 'maximum', 'items', 'minItems', 'properties', 'required'],
  ...['additionalProperties', 'propertyNames', 'anyOf'],
])
const WORDS = new Set(['$schema', '$id', '$defs', 'title', 'description', 'tsType'])

/** A TypeScript module that exports a type guard `validate<Title>` for every schema that `wanted` accepts: the schemas, without their words. */
export function shapes(schemas, wanted, model) {
  const parts = {}
  for (const [file, schema] of schemas) {
    if (file !== 'common' && !wanted(file)) continue
    for (const [name, part] of Object.entries(schema.$defs ?? {})) parts[`${file}/${name}`] = bare(part, file)
    if (file !== 'common') parts[file] = bare(schema, file)
  }
  const all = reachable(parts, [...schemas.keys()].filter(wanted))
  const files = [...schemas]
    .filter(([file]) => wanted(file))
    .map(([file, { title }]) => ({ file, title: title ?? pascal(file) }))
  files.sort((a, b) => (a.title < b.title ? -1 : 1))
  return [
    '// Generated from schemas/ by scripts/generate.mjs: change the schema, then `npm run gen`.',
    `import type { ${files.map(({ title }) => title).join(', ')} } from '${model}'`,
    "import { type Schema, shape } from './shape.ts'",
    '',
    `const SCHEMAS: Readonly<Record<string, Schema>> = ${JSON.stringify(all)}`,
    '',
    ...files.map(({ file, title }) => `export const validate${title} = shape<${title}>(SCHEMAS, '${file}')`),
    '',
  ].join('\n')
}

/** Those of the parts that the named ones lead to, in their order: what nothing stored refers to would be loaded for nothing. */
function reachable(parts, names) {
  const found = new Set()
  const follow = (name) => {
    if (found.has(name)) return
    if (parts[name] === undefined) throw new Error(`a schema refers to ${name}, which these validators do not have`)
    found.add(name)
    for (const [, ref] of JSON.stringify(parts[name]).matchAll(/"\$ref":"([^"]+)"/g)) follow(ref)
  }
  names.forEach(follow)
  return Object.fromEntries(Object.entries(parts).filter(([name]) => found.has(name)))
}

function bare(schema, file) {
  if (typeof schema !== 'object') return schema
  const out = {}
  for (const [key, value] of Object.entries(schema)) {
    if (WORDS.has(key)) continue
    if (!KEYWORDS.has(key)) throw new Error(`schemas/${file}: src/core/shape.ts does not know the keyword ${key}`)
    if (key === '$ref') out.$ref = refName(value, file)
    else if (key === 'properties')
      out.properties = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, bare(part, file)]))
    else if (key === 'anyOf') out.anyOf = value.map((part) => bare(part, file))
    else if (['items', 'additionalProperties', 'propertyNames'].includes(key)) out[key] = bare(value, file)
    else out[key] = value
  }
  return out
}

/** `common.schema.json#/$defs/digest` and `#/$defs/arm` as `common/digest` and `<file>/arm`. */
function refName(ref, file) {
  const [, where, name] = /^(?:([\w-]+)\.schema\.json)?#\/\$defs\/(\w+)$/.exec(ref) ?? []
  if (name === undefined) throw new Error(`schemas/${file}: a $ref names a $defs entry, not ${ref}`)
  return `${where ?? file}/${name}`
}
