import path from 'node:path'

/**
 * What messages about aiship.yaml need beside the validators: which validator a component kind's options have, and which keys each
 * object may have, by the address that a refusal's `schemaPath` gives.
 */
export function optionTables(schemas, wanted) {
  const files = [...schemas].filter(([file]) => wanted(file))
  const drivers = files.filter(([file]) => file.startsWith('drivers/'))
  const isSource = ([file]) => path.basename(file).startsWith('source-')
  const kinds = drivers
    .filter((driver) => !isSource(driver))
    .map(([file, { title }]) => `  ${path.basename(file)}: validate${title},`)
  const sources = drivers
    .filter(isSource)
    .map(([file, { title }]) => `  ${path.basename(file).slice('source-'.length)}: validate${title},`)
  const keys = files.flatMap(([file, schema]) => keysOf(schema, `${file}#`))
  const { $defs = {} } = schemas.get('common') ?? {}
  const shared = [
    ...namedBy(
      files.map(([, schema]) => schema),
      $defs,
    ),
  ].sort()
  keys.push(...shared.flatMap((name) => keysOf($defs[name], `common#/$defs/${name}`)))
  return [
    '',
    "/** A component kind's validator: the key in aiship.yaml is the schema's name in schemas/drivers. */",
    `export const KINDS: Readonly<Record<string, Validator<unknown>>> = {\n${kinds.join('\n')}\n}`,
    '',
    '/** The same of a source of live numbers: schemas/drivers/source-<kind>. */',
    `export const SOURCES: Readonly<Record<string, Validator<unknown>>> = {\n${sources.join('\n')}\n}`,
    '',
    '/** The keys that an object may have, by its place in the schemas. */',
    `export const KEYS: Readonly<Record<string, readonly string[]>> = ${JSON.stringify(Object.fromEntries(keys), null, 2)}`,
    '',
  ].join('\n')
}

function keysOf(schema, place) {
  if (typeof schema !== 'object' || schema === null) return []
  const own = schema.properties === undefined ? [] : [[place, Object.keys(schema.properties)]]
  return [...own, ...Object.entries(schema).flatMap(([name, part]) => keysOf(part, `${place}/${name}`))]
}

/** The parts of common.schema.json that schemas refer to, and what those refer to. */
function namedBy(schema, defs, found = new Set()) {
  if (typeof schema !== 'object' || schema === null) return found
  const name = /#\/\$defs\/(\w+)$/.exec(schema.$ref ?? '')?.[1]
  if (name !== undefined && !found.has(name)) namedBy(defs[name], defs, found.add(name))
  for (const part of Object.values(schema)) namedBy(part, defs, found)
  return found
}
