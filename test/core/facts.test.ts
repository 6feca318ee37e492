import { rmSync } from 'node:fs'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { canonicalBytes } from '../../src/core/digest.ts'
import type { FactFile } from '../../src/core/fact-file.ts'
import { factsOf } from '../../src/core/facts.ts'
import type { Contracts, Role } from '../../src/core/model.gen.ts'

/** What was asked of a file, so that no test reads a huge one whole. */
function file(path: string, content: string | Uint8Array, size?: number): FactFile & { most: number } {
  const bytes = Buffer.from(content as string)
  const found = {
    ...{ path, size: size ?? bytes.length, most: 0 },
    read: async (from: number, length: number) => {
      found.most = Math.max(found.most, length)
      const start = from < 0 ? Math.max(0, bytes.length + from) : from
      return bytes.subarray(start, start + length)
    },
  }
  return found
}

const facts = (role: Role, ...files: readonly (readonly [string, string | Uint8Array])[]): Promise<Contracts> =>
  factsOf(
    role,
    files.map(([path, content]) => file(path, content)),
  )

function safetensors(header: string, length = BigInt(Buffer.byteLength(header)), tail = 64): Buffer {
  const head = Buffer.alloc(8)
  head.writeBigUInt64LE(length)
  return Buffer.concat([head, Buffer.from(header), Buffer.alloc(tail)])
}

function npy(shape: string): Buffer {
  const header = Buffer.from(`{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(118, ' '))
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), Buffer.from([118, 0]), header])
}

function faiss(letters: string, dimensions: number, vectors: bigint): Buffer {
  const head = Buffer.alloc(64)
  head.write(letters, 'latin1')
  head.writeInt32LE(dimensions, 4)
  head.writeBigInt64LE(vectors, 8)
  return head
}

const TENSOR = '"embed.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}'

describe('what files tell', () => {
  test.each<[string, Role, string, string | Uint8Array, Contracts]>([
    [
      'safetensors',
      'model-weights',
      'model.safetensors',
      safetensors(`{"__metadata__":{"format":"pt","base":"e3"},${TENSOR},"b":{"dtype":"BF16","shape":[]}}`),
      {
        weights: {
          dtypes: ['BF16', 'F32'],
          'metadata.base': 'e3',
          'metadata.format': 'pt',
          tensors: ['b BF16[]', 'embed.weight F32[2,3]'],
        },
      },
    ],
    [
      'config.json',
      'embedder',
      'm/config.json',
      '{"hidden_size":384,"vocab_size":30522,"model_type":"bert","architectures":["B"],"torch_dtype":null}',
      { model: { hidden_size: 384, model_type: 'bert', vocab_size: 30522 } },
    ],
    [
      'a pooling layer',
      'embedder',
      '1_pooling/config.json',
      '{"word_embedding_dimension":384,"pooling_mode_mean_tokens":true}',
      { embedding: { dimensions: 384 } },
    ],
    [
      'tokenizer.json',
      'tokenizer',
      'tokenizer.json',
      '{"model":{"type":"BPE","vocab":{"a":0,"b":1}},"added_tokens":[{"id":1,"content":"b"},{"id":2,"content":"<s>"}]}',
      { tokenizer: { type: 'BPE', vocab_size: 3 } },
    ],
    [
      'a unigram tokenizer',
      'tokenizer',
      'tokenizer.json',
      '{"model":{"type":"Unigram","vocab":[["a",-1.2],["b",-3]]}}',
      { tokenizer: { type: 'Unigram', vocab_size: 2 } },
    ],
    [
      'CSV',
      'dataset',
      'a.csv',
      'id,"amount, net",label\r\n1,2,3\n',
      { columns: { names: ['id', 'amount, net', 'label'] } },
    ],
    ['CSV with semicolons', 'dataset', 'a.csv', '\ufeffid;b\n', { columns: { names: ['id', 'b'] } }],
    ['TSV', 'eval-set', 'a.tsv', 'q\ta', { columns: { names: ['q', 'a'] } }],
    [
      'a schema',
      'feature-pipeline',
      'in.schema.json',
      '{"type":"object","properties":{"a":{},"b":{}},"required":["a"]}',
      { schema: { properties: ['a', 'b'], required: ['a'] } },
    ],
    [
      'a tool',
      'tool-schema',
      't.json',
      '[{"type":"function","function":{"name":"f","parameters":{"properties":{"q":{}},"required":["q"]}}},{"name":"g","input_schema":{}}]',
      { tools: { arguments: ['f.q'], names: ['f', 'g'], required: ['f.q'] } },
    ],
    [
      'a prompt',
      'prompt',
      'p.md',
      'Hi {{ name }}, {{user.id|upper}} {json}',
      { prompt: { variables: ['name', 'user'] } },
    ],
    ['a prompt with single braces', 'prompt', 'p.txt', 'Hi {name}: {"a": {b}} {{', { prompt: { variables: ['name'] } }],
    ['a prompt of words', 'prompt', 'p.txt', 'Hi', { prompt: { variables: [] } }],
    ['numpy', 'embedding-index', 'i.npy', npy('(120, 512)'), { index: { dimensions: 512, vectors: 120 } }],
    ['FAISS', 'embedding-index', 'i.faiss', faiss('IxF2', 768, 9n), { index: { dimensions: 768, vectors: 9 } }],
  ])('%s', async (_, role, path, content, expected) => {
    expect(await facts(role, [path, content])).toEqual(expected)
  })

  test.each<[string, Role, string, string | Uint8Array]>([
    ['a header that is said to have 2^63 bytes', 'model-weights', 'm.safetensors', safetensors('{}', 2n ** 63n)],
    ['a header longer than the file', 'model-weights', 'm.safetensors', safetensors('{}', 500n)],
    ['no header', 'model-weights', 'm.safetensors', 'short'],
    ['an empty file', 'model-weights', 'm.safetensors', ''],
    ['a header that is no JSON', 'model-weights', 'm.safetensors', safetensors('{"a":')],
    ['a header of nested lists', 'model-weights', 'm.safetensors', safetensors('['.repeat(200_000))],
    ['a tensor of no type', 'model-weights', 'm.safetensors', safetensors('{"a":{"shape":[1]}}')],
    ['a tensor with half a side', 'model-weights', 'm.safetensors', safetensors('{"a":{"dtype":"F32","shape":[0.5]}}')],
    ['a tensor that is null', 'model-weights', 'm.safetensors', safetensors('{"a":null}')],
    ['a configuration that is a list', 'model', 'config.json', '[1]'],
    ['numbers that are none', 'model', 'config.json', '{"hidden_size":1e999,"vocab_size":12345678901234567890}'],
    ['a name with a line break', 'model', 'config.json', '{"model_type":"a\\nb"}'],
    ['half a character', 'model', 'config.json', '{"model_type":"\\ud800"}'],
    ['bytes that are no text', 'dataset', 'a.csv', Buffer.from([0xff, 0xfe, 0x2c, 0x0a])],
    ['numbers in the first line', 'dataset', 'a.csv', '1,2\n3,4\n'],
    ['a name twice', 'dataset', 'a.csv', 'a,a\n'],
    ['a line without an end', 'dataset', 'a.csv', 'a,'.repeat(100_000)],
    ['too many columns', 'dataset', 'a.csv', Array.from({ length: 2000 }, (_, i) => `c${i}`).join()],
    ['blocks in a prompt', 'prompt', 'p.j2', '{% for x in xs %}{{ x }}{% endfor %}'],
    ['sections in a prompt', 'prompt', 'p.md', '{{#items}}{{name}}{{/items}}'],
    ['a tool without a name', 'tool-schema', 't.json', '{"parameters":{}}'],
    ['a tool that is null', 'tool-schema', 't.json', 'null'],
    ['a name too long', 'tool-schema', 't.json', `{"name":"${'a'.repeat(300)}"}`],
    ['a tokenizer without words', 'tokenizer', 'tokenizer.json', '{"model":null}'],
    ['an index with fewer than no vectors', 'embedding-index', 'i.faiss', faiss('IxF2', 768, -1n)],
    ['an index of 0 dimensions', 'embedding-index', 'i.faiss', faiss('IxF2', 0, 4n)],
    ['an index of another program', 'embedding-index', 'i.index', faiss('HNSW', 3, 4n)],
    ['Parquet that ends nowhere', 'dataset', 'a.parquet', 'PAR1\xff\xff\xff\xffPAR1'],
    ['what is no Parquet', 'dataset', 'a.parquet', 'hello, hello, hello'],
    ['the role is another', 'runtime', 'a.csv', 'a,b\n'],
  ])('nothing: %s', async (_, role, path, content) => {
    const found = await facts(role, [path, content])
    expect(Object.values(found).flatMap((terms) => Object.values(terms).flat()).length).toBe(0)
  })

  test('a huge file is read in small parts only', async () => {
    const weights = file('m.safetensors', safetensors(`{${TENSOR}}`), 2 ** 40)
    expect(await factsOf('model-weights', [weights])).toHaveProperty('weights.dtypes', ['F32'])
    const table = file('a.csv', 'id,b\n', 2 ** 40)
    expect(await factsOf('dataset', [table])).toEqual({ columns: { names: ['id', 'b'] } })
    expect(await factsOf('prompt', [file('p.md', '{{a}}', 2 ** 40)])).toEqual({})
    expect(Math.max(weights.most, table.most)).toBeLessThanOrEqual(64 * 1024)
  })

  test('a file that has changed since tells nothing', async () => {
    const gone = { path: 'a.csv', size: 5, read: async () => null }
    expect(await factsOf('dataset', [gone])).toEqual({})
    expect(await factsOf('prompt', [gone])).toEqual({})
  })
})

describe('several files', () => {
  test('of tools and prompts add up', async () => {
    expect(await facts('tool-schema', ['a.json', '{"name":"f"}'], ['b.json', '{"name":"g"}'])).toHaveProperty(
      'tools.names',
      ['f', 'g'],
    )
    expect(await facts('prompt', ['a.md', '{{a}}'], ['b.md', '{{b}}'])).toEqual({ prompt: { variables: ['a', 'b'] } })
  })

  test('of a dataset have to agree', async () => {
    expect(await facts('dataset', ['a.csv', 'x,y\n'], ['b.csv', 'x,y\n'])).toEqual({ columns: { names: ['x', 'y'] } })
    expect(await facts('dataset', ['a.csv', 'x,y\n'], ['b.csv', 'x,z\n'])).toEqual({})
    expect(await facts('dataset', ['a.csv', 'x,y\n'], ['b.csv', '1,2\n'])).toEqual({})
  })

  test('of an embedder each say their part, and nothing of what they contradict', async () => {
    const pooling = ['1_pooling/config.json', '{"word_embedding_dimension":8}'] as const
    expect(await facts('embedder', ['config.json', '{"hidden_size":8}'], pooling)).toEqual({
      model: { hidden_size: 8 },
      embedding: { dimensions: 8 },
    })
    const both = await facts('model', ['a/config.json', '{"hidden_size":8}'], ['b/config.json', '{"hidden_size":9}'])
    expect(both).toEqual({})
  })

  test('too many are not looked at', async () => {
    const many = Array.from({ length: 65 }, (_, i) => [`${i}.csv`, 'x,y\n'] as const)
    expect(await facts('dataset', ...many)).toEqual({})
  })
})

describe('Parquet as DuckDB writes it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aiship-facts-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const at = join(folder, 'a.parquet')
  const connection = await (await DuckDBInstance.create()).connect()
  await connection.run(
    `COPY (SELECT 1::BIGINT AS id, 'x' AS name, 1.5::DOUBLE AS amount, {'a': 1, 'b': [true]} AS deep, [1, 2] AS list) TO '${at}' (FORMAT parquet)`,
  )
  const bytes = await readFile(at)

  test('columns and types', async () => {
    expect(await facts('dataset', ['a.parquet', bytes])).toEqual({
      columns: {
        names: ['id', 'name', 'amount', 'deep', 'list'],
        types: ['id INT64', 'name BYTE_ARRAY', 'amount DOUBLE'],
      },
    })
  })

  test('cut short or damaged anywhere, it never does worse than tell something else', async () => {
    for (let length = 0; length < bytes.length; length++)
      expect(await facts('dataset', ['a.parquet', bytes.subarray(0, length)])).toEqual({})
    const footer = bytes.readUInt32LE(bytes.length - 8)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(footer + 7), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 }),
        async (changes) => {
          const bad = Buffer.from(bytes)
          for (const [back, byte] of changes) bad[bad.length - 1 - back] = byte
          const found = await facts('dataset', ['a.parquet', bad])
          expect(JSON.parse(Buffer.from(canonicalBytes(found)).toString())).toEqual(found)
        },
      ),
      { numRuns: 2000 },
    )
  })
})

test('whatever the bytes are, what is told can be stored', async () => {
  const paths: readonly (readonly [Role, string])[] = [
    ...([
      ['model-weights', 'm.safetensors'],
      ['embedder', 'config.json'],
      ['tokenizer', 'tokenizer.json'],
    ] as const),
    ...([
      ['dataset', 'a.csv'],
      ['dataset', 'a.parquet'],
      ['tool-schema', 't.json'],
      ['prompt', 'p.md'],
    ] as const),
    ...([
      ['embedding-index', 'i.npy'],
      ['feature-pipeline', 'x.schema.json'],
    ] as const),
  ]
  const json = fc.json({ maxDepth: 3 })
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
    json.map((text) => Buffer.from(text)),
    json.map((text) => safetensors(text)),
    fc
      .dictionary(fc.string(), fc.jsonValue())
      .map((all) => Buffer.from(JSON.stringify({ properties: all, name: 'x' }))),
    fc.array(fc.string()).map((names) => Buffer.from(names.join(','))),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), content, async ([role, path], bytes) => {
      const found = await facts(role, [path, bytes])
      expect(JSON.parse(Buffer.from(canonicalBytes(found)).toString())).toEqual(found)
    }),
    { numRuns: 2000 },
  )
})
