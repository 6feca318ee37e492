import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { COMMANDS } from '../../src/cli/commands.ts'
import { type Session, startSession } from './transcript.ts'

// Other people's scripts read what --json prints: exactly one document, as schemas/output describes it, on failure too.

const SCHEMAS = path.join(import.meta.dirname, '../../schemas')
const ajv = new Ajv2020({ strict: false })
for (const file of readdirSync(SCHEMAS, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.schema.json'),
)) {
  ajv.addSchema(JSON.parse(readFileSync(path.join(SCHEMAS, file), 'utf8')))
}

function expectShape(schema: string, value: unknown): void {
  const validate = ajv.getSchema(`output/${schema}.schema.json`)
  expect(validate, `schemas/output/${schema}.schema.json`).toBeDefined()
  expect({ valid: validate?.(value), errors: validate?.errors }).toEqual({ valid: true, errors: null })
}

let session: Session
const write = (file: string, text: string): void => {
  mkdirSync(path.dirname(path.join(session.dir, file)), { recursive: true })
  writeFileSync(path.join(session.dir, file), text)
}

beforeAll(() => {
  session = startSession('scorer')
})
afterAll(() => session.end())

/** The document of one command, whole; nothing else may be printed. */
async function document(
  line: string,
): Promise<{ ok: boolean; data: Record<string, unknown>; error: { code: string; exit: number }; schema: string }> {
  const { stdout, stderr, exit } = await session.type(`aiship ${line} --json`)
  expect(stderr).toBe('')
  expect(stdout.trimEnd().split('\n')).toHaveLength(1)
  const parsed = JSON.parse(stdout)
  expectShape(parsed.ok ? 'result' : 'error', parsed)
  expect(exit).toBe(parsed.ok ? exit : parsed.error.exit)
  return parsed
}

const USED = new Set<string>()

/** A command that succeeds: its data has the shape of its schema. */
async function good(line: string): Promise<Record<string, unknown>> {
  const command = line.split(' ')[0] ?? ''
  const { ok, data, schema, error } = await document(line)
  expect({ line, ok, error }).toEqual({ line, ok: true, error: undefined })
  expect(schema).toBe(`aiship.${command}/v1`)
  expectShape(command, data)
  USED.add(command)
  return data
}

test('every command prints what its schema describes', async () => {
  write('params.json', '{"depth": 3}')
  write('data/train.csv', 'a,b\n1,2\n')
  await good('init --template empty')
  write(
    'aiship.yaml',
    [
      'version: 1\napp: scorer\ncomponents:',
      '  params: {role: hyperparameters, path: params.json}',
      '  data: {role: dataset, path: data}',
      '  model: {role: model-weights, path: model.bin, from: [data, params]}',
      '  llm: {role: model, value: {provider: acme, model: chat-2026-01-01}}',
      '  lake: {role: dataset, external: {uri: "s3://lake/x", pin: v7}}',
      'pointers: {prod: {protected: true}}',
    ].join('\n'),
  )
  write('model.bin', 'weights')
  await good('doctor')
  const first = await good('bundle -m one -l rc-1')
  expect(first).toMatchObject({
    version: 'v1',
    bundle: expect.stringMatching(/^sha256:/),
    components: expect.any(Array),
  })
  await good('status')
  expect(await good('promote @last prod --yes --reason first')).toMatchObject({
    pointer: 'prod',
    seq: 1,
    from: null,
    to: first.bundle,
    undo: null,
  })
  write('params.json', '{"depth": 4}')
  expect(await good('diff --content')).toMatchObject({ different: true })
  await good('bundle -m two')
  await good('promote v2 prod --yes')
  await good('promote v2 prod --yes --dry-run')
  expect(await good('rollback prod --reason worse')).toMatchObject({
    pointer: 'prod',
    seq: 3,
    to: first.bundle,
    undo: 'aiship undo prod@3',
  })
  expect(await good('resolve prod')).toMatchObject({ bundle: first.bundle, version: 'v1' })
  expect(await good('log prod')).toMatchObject({ entries: [{ seq: 3, action: 'rollback' }, { seq: 2 }, { seq: 1 }] })
  await good('log prod --at 2026-10-02')
  await good('undo prod@3 --yes')
  await good('rollback prod')
  await good('hold prod --reason freeze')
  await good('unhold prod')
  await good('mark v2 bad --reason leak')
  await good('mark v2 good')
  await good('promote v1 canary --create')
  await good('promote v2 canary')
  await good('promote v2 prod --yes')
  expect(await good('rollback prod canary')).toMatchObject({ pointers: [{ pointer: 'prod' }, { pointer: 'canary' }] })
  await good('retire canary --yes')
  await good('show v1')
  await good('show @work')
  await good('ls')
  await good('diff v1 v2')
  await good('checkout prod ../out')
  await good('fsck --read-data')
  await good('status')
  expect([...USED].sort()).toEqual(Object.keys(COMMANDS).sort())
})

test.each([
  ['promte', 'USAGE', 2],
  ['promote v1', 'USAGE', 2],
  ['promote v9 prod', 'NOT_FOUND', 3],
  ['promote v1 prdo', 'POINTER_UNKNOWN', 3],
  ['promote v1 prod --expect 1', 'POINTER_MOVED', 5],
  ['promote v2 prod --yes', 'HELD', 6],
  ['rollback prod --to v9', 'NOT_FOUND', 3],
  ['undo prod@1', 'POINTER_MOVED', 5],
  ['log nothing', 'POINTER_UNKNOWN', 3],
  ['resolve 0123456', 'NOT_FOUND', 3],
  ['checkout prod .', 'TARGET_NOT_EMPTY', 6],
  ['status --registry nowhere', 'REGISTRY_MISSING', 3],
  ['init', 'USAGE', 2],
])('%s fails with one document, %s and exit %i', async (line, code, exit) => {
  const { ok, error } = await document(line)
  expect({ ok, code: error.code, exit: error.exit }).toEqual({ ok: false, code, exit })
})
