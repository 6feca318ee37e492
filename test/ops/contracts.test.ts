import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AishipError } from '../../src/core/errors.ts'
import { bundle } from '../../src/ops/bundle.ts'
import { check } from '../../src/ops/check.ts'
import { entryAt } from '../../src/ops/logs.ts'
import { promote } from '../../src/ops/promote.ts'
import { rollback } from '../../src/ops/rollback.ts'
import { show } from '../../src/ops/show.ts'
import { type ContextOptions, makeProject, type Project, retrain } from './context.ts'

const yaml = (embedder = 'e3', dimensions = 512, code = '[question]'): string => `
version: 1
app: rag
components:
  embedder: {role: embedder, path: embedder/, provides: {embedding: {model: ${embedder}, dimensions: ${dimensions}}}}
  index: {role: embedding-index, path: index.bin, from: [embedder], requires: {embedding: {model: e3, dimensions: 512}}}
  prompt: {role: prompt, path: prompt.md}
  code: {role: inference-code, path: serve.js, requires: {prompt: {variables: ${code}}}}
pointers: {prod: {}, staging: {}}
`
const FILES = {
  'aiship.yaml': yaml(),
  'embedder/weights.bin': 'w',
  'index.bin': 'vectors',
  'prompt.md': 'Answer {{ question }}.',
  'serve.js': '1',
}

let project: Project
beforeEach(() => {
  project = makeProject(FILES)
})
afterEach(() => project.end())

const make = (options?: ContextOptions) =>
  bundle(project.ctx(options), { message: null, labels: [], allowSecrets: null })
const move = (ref: string, options: ContextOptions = {}, override: string | null = null) =>
  promote(project.ctx(options), {
    ...{ ref, pointer: 'prod', reason: null, override, create: false, resetRoute: false, leavingBad: null },
  })
const refusal = (what: Promise<unknown>): Promise<AishipError> =>
  what.then(
    () => expect.fail('it was not refused'),
    (error) => error,
  )
const warned = (): readonly string[] => project.warnings().map(({ code, message }) => `${code} ${message}`)

test('kept contracts are shown, and refuse nothing', async () => {
  await make()
  expect(warned()).toEqual([])
  const { data } = await show(project.ctx(), { ref: 'v1' })
  expect(data.contracts.map(({ component, by, outcome }) => [component, by, outcome])).toEqual([
    ['code', 'prompt', 'pass'],
    ['index', 'embedder', 'pass'],
  ])
  expect(data.components.find(({ name }) => name === 'prompt')?.provides).toEqual({
    prompt: { variables: ['question'] },
  })
  // The manifest has what was declared alone; what the files tell stands in the version's entry.
  const { entry } = await entryAt(project.ctx(), 'versions/rag', 1)
  expect(entry.components.prompt).toMatchObject({ provides: { prompt: { variables: ['question'] } } })
  expect((await move('v1', { actor: retrain })).changed).toBe(true)
})

test.each([
  [
    'another dimension',
    { 'aiship.yaml': yaml('e3', 768) },
    'index requires embedding.dimensions 512, and embedder provides 768',
  ],
  ['another model', { 'aiship.yaml': yaml('e4') }, 'index requires embedding.model e3, and embedder provides e4'],
  [
    'an embedder of the same dimension under the same index',
    { 'embedder/weights.bin': 'w2' },
    'index requires embedding of the embedder that it was made from, and another embedder lies beside it',
  ],
  [
    'a prompt with a variable that nobody fills in',
    { 'prompt.md': '{{question}} {{documents}}' },
    'code requires prompt.variables [question], and prompt provides [documents, question]',
  ],
])('%s: warned of when bundling, and no pointer takes it', async (_, files, why) => {
  await make()
  await move('v1')
  warned()
  project.write(files)
  await make()
  expect(warned().some((line) => line.startsWith(`CONTRACT_BROKEN ${why}`))).toBe(true)
  // Bundled again, nothing is new and it is said again.
  await make()
  expect(warned().some((line) => line.startsWith(`CONTRACT_BROKEN ${why}`))).toBe(true)
  for (const actor of [{ kind: 'human', name: 'ana' }, retrain] as const) {
    const error = await refusal(move('v2', { actor }))
    expect(error).toMatchObject({ code: 'CONTRACT_BROKEN', exit: 6, details: { outcome: 'fail', why } })
    expect(error.message).toContain(why)
    expect(error.next).toContain('aiship bundle')
  }
  const { data } = await check(project.ctx(), { ref: 'v2', against: 'prod', run: false, timeout: 1 })
  expect(data.outcome).toBe('fail')
  expect(data.pointers[0]?.gates.filter(({ outcome }) => outcome === 'fail').map((gate) => gate.why)).toEqual([why])
  // A person may know better; going back asks nothing.
  expect(await refusal(move('v2', { actor: retrain }, 'so'))).toMatchObject({ code: 'PERSON_NEEDED' })
  expect((await move('v2', {}, 'the index is new too')).changed).toBe(true)
  await rollback(project.ctx(), { pointer: 'prod', to: null, reason: null, hold: false, mark: false })
  await move('v2', {}, 'again')
  project.write({ ...files, 'serve.js': '2' })
  await make()
  await move('v3', {}, 'and on')
  expect(
    (await rollback(project.ctx(), { pointer: 'prod', to: null, reason: null, hold: true, mark: true })).data,
  ).toMatchObject({ to_version: 'v2' })
})

test('what nobody provides is unknown, and refuses with what to do', async () => {
  project.write({ 'aiship.yaml': yaml().replace('requires: {prompt', 'requires: {tools: {}, prompt') })
  await make()
  expect(warned()).toEqual([
    expect.stringMatching(/^CONTRACT_UNKNOWN code requires tools, and no other component provides it/),
  ])
  expect(await refusal(move('v1'))).toMatchObject({
    ...{ code: 'CONTRACT_UNKNOWN', exit: 6 },
    message: 'prod was not moved: contract tools: unknown, code requires tools, and no other component provides it',
  })
})

test('a declaration that the files of its component contradict is broken', async () => {
  project.write({
    'embedder/config.json': '{"hidden_size": 512}',
    'aiship.yaml': yaml().replace('provides: {', 'provides: {model: {hidden_size: 768}, '),
  })
  await make()
  expect(warned()[0]).toMatch(/embedder is declared to provide model.hidden_size 768, and its files say 512/)
  expect(await refusal(move('v1'))).toMatchObject({ code: 'CONTRACT_BROKEN' })
})

test('a bundle says its contracts: the same files under another declaration are another one', async () => {
  const first = (await make()).data.bundle
  project.write({ 'aiship.yaml': yaml('e4') })
  expect((await make()).data).toMatchObject({ version: 'v2' })
  project.write({ 'aiship.yaml': yaml() })
  expect((await make()).data).toMatchObject({ version: 'v1', bundle: first })
})
