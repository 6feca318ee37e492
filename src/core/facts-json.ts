import { type FactFile, isObject, jsonIn } from './fact-file.ts'
import type { Contracts, ContractValue } from './model.gen.ts'

const MOST_BYTES = 1024 * 1024
/** Vocabularies of large models have 250,000 words. */
const MOST_TOKENIZER = 64 * 1024 * 1024

/** Undefined also for a file of more bytes. */
const jsonOf = async ({ size, read }: FactFile, most = MOST_BYTES): Promise<unknown> =>
  size > most ? undefined : jsonIn(await read(0, size))

/** What the configuration of a transformer says that its neighbours rely on. */
const CONFIG_KEYS = [
  ...['model_type', 'hidden_size', 'vocab_size', 'num_labels', 'max_position_embeddings', 'num_hidden_layers'],
  ...['num_attention_heads', 'intermediate_size', 'torch_dtype', 'bos_token_id', 'eos_token_id', 'pad_token_id'],
]

/** config.json beside weights. That of a pooling layer tells the length of the vectors. */
export async function configFacts(file: FactFile): Promise<Contracts | null> {
  const config = await jsonOf(file)
  if (!isObject(config)) return null
  const terms = CONFIG_KEYS.flatMap((key) => {
    const value = Object.hasOwn(config, key) ? config[key] : null
    return typeof value === 'number' || (typeof value === 'string' && value !== '') ? [[key, value] as const] : []
  })
  const { word_embedding_dimension: dimensions } = config
  return {
    ...(terms.length === 0 ? {} : { model: Object.fromEntries(terms) }),
    ...(Number.isSafeInteger(dimensions) ? { embedding: { dimensions: dimensions as number } } : {}),
  }
}

/** tokenizer.json: how many tokens it has, as the weights must have rows. */
export async function tokenizerFacts(file: FactFile): Promise<Contracts | null> {
  const tokenizer = await jsonOf(file, MOST_TOKENIZER)
  if (!isObject(tokenizer) || !isObject(tokenizer.model)) return null
  const { model } = tokenizer
  const { vocab } = model
  const ids = Array.isArray(vocab) ? vocab.map((_, i) => i) : isObject(vocab) ? Object.values(vocab) : null
  if (ids === null) return null
  const added = Array.isArray(tokenizer.added_tokens) ? tokenizer.added_tokens : []
  const all = new Set<unknown>(ids)
  for (const token of added) if (isObject(token)) all.add(token.id)
  const type = typeof model.type === 'string' ? { type: model.type } : {}
  return { tokenizer: { vocab_size: all.size, ...type } }
}

/** A JSON schema of records: features, or what a model takes. */
export async function schemaFacts(file: FactFile): Promise<Contracts | null> {
  const schema = await jsonOf(file)
  if (!isObject(schema) || !isObject(schema.properties)) return null
  return { schema: { properties: Object.keys(schema.properties), required: strings(schema.required) } }
}

/** Tools as models are told of them: a definition, or a list of them, with or without `function` around it. */
export async function toolFacts(file: FactFile): Promise<Contracts | null> {
  const tools: readonly unknown[] = [await jsonOf(file)].flat()
  const found: Record<'names' | 'arguments' | 'required', string[]> = { names: [], arguments: [], required: [] }
  for (const written of tools) {
    const tool = isObject(written) && isObject(written.function) ? written.function : written
    if (!isObject(tool) || typeof tool.name !== 'string') return null
    const input = [tool.parameters, tool.input_schema, tool.inputSchema].find(isObject)
    const { name } = tool
    found.names.push(name)
    if (isObject(input?.properties))
      for (const key of Object.keys(input.properties)) found.arguments.push(`${name}.${key}`)
    for (const key of strings(input?.required)) found.required.push(`${name}.${key}`)
  }
  return { tools: found satisfies Readonly<Record<string, ContractValue>> }
}

const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
