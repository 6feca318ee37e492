import Ajv from 'ajv/dist/2020.js'
import standalone from 'ajv/dist/standalone/index.js'

const TYPES = `/** Why a value was refused: the first rule that it breaks. */
export interface Refusal {
  /** JSON Pointer to the value, '' for the whole. */
  readonly instancePath: string
  readonly schemaPath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
}

/** True if the value has the shape; if not, \`errors\` says why, until the next call. */
export interface Validator<T> {
  (value: unknown): value is T
  readonly errors?: readonly Refusal[] | null
}
`

/**
 * A TypeScript module that exports `validate<Title>` for every schema that `wanted` accepts, with nothing left to import at
 * run time: compiling a schema when a command starts would cost more than all the rest of it.
 */
export function validators(schemas, wanted, model) {
  const files = [...schemas.keys()].filter(wanted)
  const head =
    '// @ts-nocheck\n// Generated from schemas/ by scripts/generate.mjs: change the schema, then `npm run gen`.\n'
  if (files.length === 0) return `${head}export {}\n`

  const ajv = new Ajv({
    allErrors: false,
    allowUnionTypes: true,
    messages: false,
    code: { source: true, esm: true, lines: true, optimize: 2 },
  })
  ajv.addVocabulary(['tsType'])
  for (const schema of schemas.values()) ajv.addSchema(schema)
  const code = standalone(
    ajv,
    Object.fromEntries(files.map((file) => [`checked${schemas.get(file).title}`, schemas.get(file).$id])),
  )
  const left = /.*(?:\brequire\(|^\s*import\b).*/m.exec(code)
  if (left !== null) throw new Error(`a validator would need ajv at run time: ${left[0]}`)

  const titles = files.map((file) => schemas.get(file).title).sort()
  const exported = titles.map((title) => `export const validate${title}: Validator<${title}> = checked${title}`)
  return `${head}import type { ${titles.join(', ')} } from '${model}'\n\n${TYPES}\n${trimmed(code)}\n\n${exported.join('\n')}\n`
}

/** The code as a part of our module, without the copies of the schemas that nothing in it reads. */
function trimmed(code) {
  const isUsed = (name) => code.split(new RegExp(`\\b${name}\\b`)).length > 2
  return code
    .replace(/^"use strict";/, '')
    .split(/(?<=;)(?=export const |const schema)|\n/)
    .map((line) => line.replace(/^export /, ''))
    .filter((line) => {
      const name = /^const (schema\d+) = /.exec(line)?.[1]
      return name === undefined || isUsed(name)
    })
    .join('\n')
    .trim()
}
