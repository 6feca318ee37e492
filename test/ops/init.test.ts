import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/parse.ts'
import { nameProblem } from '../../src/core/names.ts'
import type { Config, Context } from '../../src/core/ports.ts'
import { bundle } from '../../src/ops/bundle.ts'
import { type InitInput, init } from '../../src/ops/init.ts'
import { openWorkspace } from '../../src/store/workspace.ts'
import { filesUnder, makeProject, type Project, refusal } from './context.ts'

let project: Project
beforeEach(() => {
  project = makeProject()
})
afterEach(() => project.end())

const run = (input: Partial<InitInput> = {}) => init(project.ctx(), { template: null, ...input })
const written = (): Config => parseConfig(Buffer.from(project.read('aiship.yaml')), 'aiship.yaml')
const paths = (): Record<string, unknown> =>
  Object.fromEntries(written().components.map((one) => [one.name, one.source]))
const roles = (): Record<string, string> => Object.fromEntries(written().components.map((one) => [one.name, one.role]))
const bundled = () => bundle(project.ctx(), { message: null, labels: [], allowSecrets: null })

const CLASSIC = {
  ...{ 'artifacts/model.onnx': 'w', 'data/train/a.csv': '1', 'data/eval.jsonl': '{}', 'features/clean.py': 'x' },
  ...{
    'params.yaml': 'a: 1',
    'train.py': 'x',
    'evaluate.py': 'x',
    'serve/predict.py': 'x',
    'requirements.txt': 'numpy',
  },
  ...{ 'README.md': 'x', Dockerfile: 'FROM x', '.gitignore': 'x', 'node_modules/x/y.js': 'x' },
}
const LLM = {
  ...{ 'prompts/system.md': 'x', 'tools/search.json': '{}', 'routing.json': '{}', 'guardrails.yaml': 'a: 1' },
  ...{ 'data/documents/a.md': 'x', 'index/vectors.bin': 'x', 'indexing.json': '{}', 'embedder/embed.mjs': 'x' },
  ...{
    'eval/questions.jsonl': 'x',
    'evaluate.mjs': 'x',
    'serve/predict.mjs': 'x',
    'package.json': '{}',
    'package-lock.json': '{}',
  },
}

describe('what it finds', () => {
  test('in a classic project', async () => {
    project.write(CLASSIC)
    const { changed, data } = await run()
    expect(changed).toBe(true)
    expect(data.template).toBe('classic')
    expect(paths()).toEqual({
      model: 'artifacts/model.onnx',
      'training-data': 'data/train/',
      'eval-set': ['data/eval.jsonl', 'evaluate.py'],
      features: 'features/',
      params: ['params.yaml', 'train.py'],
      service: 'serve/',
      runtime: ['Dockerfile', 'requirements.txt'],
    })
    expect(written().components[0]?.from).toEqual(['training-data', 'features', 'params'])
    expect(written().commands).toEqual({
      predict: ['python3', 'serve/predict.py'],
      evaluate: ['python3', 'evaluate.py'],
    })
    expect(written().pointers).toEqual({ prod: { protected: true }, staging: { protected: false } })
    expect(data.unassigned).toEqual(['README.md'])
    expect((await bundled()).data.version).toBe('v1')
  })

  test('in a project with a language model', async () => {
    project.write(LLM)
    expect((await run()).data.template).toBe('llm')
    expect(paths()).toMatchObject({
      prompt: 'prompts/',
      tools: 'tools/',
      routing: 'routing.json',
      guardrail: 'guardrails.yaml',
      documents: 'data/',
      index: ['index/', 'indexing.json'],
      embedder: 'embedder/',
      'eval-set': ['eval/', 'evaluate.mjs'],
      service: 'serve/',
      runtime: ['package-lock.json', 'package.json'],
    })
    // Settings that are made up are live only where somebody asks for the template.
    expect(paths().llm).toBeUndefined()
    expect(roles()).toMatchObject({ index: 'embedding-index', documents: 'dataset' })
    expect(written().components.find((one) => one.name === 'index')?.from).toEqual(['documents', 'embedder'])
    expect((await bundled()).data.version).toBe('v1')
  })

  test.each([
    ['several weights', { 'models/a.safetensors': 'x', 'models/b.safetensors': 'y' }, 'models/'],
    [
      'weights without a telling name, by their bytes',
      { 'weights/final': Buffer.from('GGUF\x03\0\0\0'), 'weights/notes.txt': 'x' },
      'weights/final',
    ],
    [
      'a folder for weights with who knows what',
      { 'checkpoints/step': 'x', 'checkpoints/more/y': 'z' },
      'checkpoints/',
    ],
    ['weights at the root', { 'model.gguf': 'x' }, 'model.gguf'],
  ])('%s', async (_name, files, expected) => {
    project.write(files as Record<string, string>)
    await run()
    expect(paths().model).toBe(expected)
  })

  test('nothing of empty folders, links, and names that no bundle may have', async () => {
    mkdirSync(join(project.root, 'features'))
    symlinkSync('/etc', join(project.root, 'serve'))
    project.write({ 'data/.DS_Store': '', 'model:v1.onnx': 'x', 'prompts[1]': 'x' })
    await run({ template: 'empty' })
    rmSync(join(project.root, 'aiship.yaml'))
    await run({ template: 'classic' })
    expect(Object.keys(paths())).toEqual(['settings'])
  })
})

describe('what it writes', () => {
  test.each(['classic', 'llm', 'empty'] as const)(
    'an empty folder and the template %s: a file that works as it is',
    async (template) => {
      const { data } = await run({ template })
      expect(data.template).toBe(template)
      const text = project.read('aiship.yaml')
      expect(text.split('\n').filter((line) => line.trim().startsWith('#')).length).toBeGreaterThanOrEqual(2)
      expect((await bundled()).data.version).toBe('v1')
      expect(project.warnings()).toEqual([])
    },
  )

  test.each(['classic', 'llm'] as const)(
    'each remark of the template %s works too, once it is taken in',
    async (template) => {
      await run({ template })
      const text = project.read('aiship.yaml').replace(/^ {2}# (\S+: \{)/gm, '  $1')
      const { components } = parseConfig(Buffer.from(text), 'aiship.yaml')
      expect(components.length).toBeGreaterThan(5)
    },
  )

  test('and nothing else', async () => {
    project.write(CLASSIC)
    const before = filesUnder(project.root)
    await run()
    const { 'aiship.yaml': _, ...after } = filesUnder(project.root)
    expect(after).toEqual(before)
  })

  test('never over a file that is there', async () => {
    project.write({ 'aiship.yaml': 'mine' })
    const error = await refusal(
      init({ workspace: openWorkspace(project.root, '/nonexistent/cache') } as Context, { template: null }),
      'USAGE',
    )
    expect(error.message).toContain(project.root)
    expect(project.read('aiship.yaml')).toBe('mine')
  })

  test('names that YAML would misread are quoted', async () => {
    project.write({ 'data/my train set/a': '1', 'prompts/x': '1', 'artifacts/yes': 'x', '0.prompt': 'x' })
    await run()
    expect(paths()).toMatchObject({ prompt: ['0.prompt', 'prompts/'] })
    expect((await bundled()).data.version).toBe('v1')
  })
})

describe('the name of the app', () => {
  test.each([
    ['My Scorer (v2)', 'my-scorer-v2'],
    ['fraud_scorer', 'fraud_scorer'],
    ['v2', 'app-v2'],
    ['deadbeef', 'app-deadbeef'],
    ['日本', 'app'],
    ['..a..b', 'a.b'],
    ['x'.repeat(90), 'x'.repeat(63)],
  ])('a folder called %j gives %s', async (folder, expected) => {
    const root = join(project.root, folder)
    mkdirSync(root)
    const ctx = { ...project.ctx(), workspace: openWorkspace(root, join(root, '.aiship/cache')) }
    const { data } = await init(ctx, { template: 'empty' })
    expect(data.app).toBe(expected)
    expect(nameProblem(data.app)).toBeNull()
    expect(basename(data.path)).toBe('aiship.yaml')
  })

  test('can be given', async () => {
    expect((await run({ app: 'scorer' })).data.app).toBe('scorer')
    await refusal(run({ app: 'V2!' }), 'USAGE')
  })
})

const EXAMPLES = join(import.meta.dirname, '../../examples')

test.each([
  ['spam-filter', ['data', 'artifacts']],
  ['support-agent', ['data', 'index']],
])('in the example %s it finds what its own aiship.yaml has', async (name, made) => {
  const skip = new Set(['node_modules', '.aiship', ...made])
  cpSync(join(EXAMPLES, name), project.root, { recursive: true, filter: (file) => !skip.has(basename(file)) })
  // What the example's scripts make is not in the repository.
  if (name === 'spam-filter')
    project.write({ 'artifacts/model.bin': 'w', 'data/train/ham.jsonl': 'x', 'data/eval.jsonl': 'x' })
  else project.write({ 'data/documents/a.md': 'x', 'index/vectors.bin': 'x', 'index/chunks.json': '[]' })
  const own = parseConfig(Buffer.from(project.read('aiship.yaml')), 'aiship.yaml')
  rmSync(join(project.root, 'aiship.yaml'))
  await run()
  expect(existsSync(join(project.root, 'aiship.yaml'))).toBe(true)
  const flat = (config: Config): readonly string[] =>
    config.components
      .flatMap(({ role, source, kind }) =>
        kind === 'path'
          ? [source].flat().map((path) => `${role} ${String(path).replace(/^data\/documents\/$/, 'data/')}`)
          : [],
      )
      .sort()
  expect(flat(written())).toEqual(flat(own))
  expect(written().commands).toEqual(own.commands)
})
