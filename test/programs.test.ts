import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readAnswer, requestLine } from '../src/core/hook.ts'
import type { RemediationWork } from '../src/core/model.gen.ts'
import { resultOf } from '../src/core/remediation.ts'
import { writeModel, writeSpamFilter } from './spam-filter.ts'

// The lines that the programs of a repair read and write: schemas/programs, the code, the examples and the README agree.

const ROOT = path.resolve(import.meta.dirname, '..')
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8')
const schemaOf = (name: string) => JSON.parse(read(`schemas/programs/${name}.schema.json`))
const ajv = new Ajv2020({ strict: false })

/** Is a line what the schema says? */
function check(name: string, line: string): void {
  const validate = ajv.getSchema(`programs/${name}.schema.json`) ?? ajv.compile(schemaOf(name))
  validate(JSON.parse(line))
  expect(validate.errors, line).toBeNull()
}

const about = { entity: 'mail:1', request_id: 'r1' }
const work: RemediationWork = {
  ...{ key: 'a'.repeat(64), entity: 'mail:1', request_id: 'r1', segment: {} },
  ...{ expected: { action: 'block', request_id: 'r1' }, target: { action: 'deliver', label: 'ham' } },
}
/** As `remediate undo` plans it. */
const back = (undo: unknown): RemediationWork => ({
  ...{
    ...work,
    key: 'b'.repeat(64),
    expected: { action: 'deliver', request_id: work.key },
    target: { action: 'block' },
  },
  undo,
})

let dir: string
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'aiship-programs-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** What a program answers, line by line. */
function ask(cwd: string, argv: readonly string[], lines: readonly string[]): readonly string[] {
  const [program = '', ...words] = argv
  const { status, stdout, stderr } = spawnSync(program, words, { cwd, input: lines.join(''), encoding: 'utf8' })
  expect(status, stderr).toBe(0)
  return stdout.trim().split('\n')
}

/** The program in the README that begins with a comment of its name. */
function shown(name: string): string {
  const [, code = ''] = new RegExp(`\`\`\`\\w+\n((?:#|//) ${name}[^]*?)\`\`\``).exec(read('README.md')) ?? []
  expect(code, name).not.toBe('')
  return code
}

test('what a hook is sent is all that its schema has', () => {
  const sent = requestLine(back({ by: 'x' }), 1, 30_000, false)
  check('hook-request', sent)
  check('hook-request', requestLine(work, 2, 30_000, true))
  expect(Object.keys(JSON.parse(sent)).sort()).toEqual(Object.keys(schemaOf('hook-request').properties).sort())
})

test('an adapter answers an input, or why there is none', () => {
  check('adapt-answer', '{"id":"r1","input":{"cents":3000}}')
  check('adapt-answer', '{"id":"r1","error":"no amount"}')
  expect(() => check('adapt-answer', '{"input":{}}')).toThrow()
})

test('what the schema lets a hook answer is understood', () => {
  for (const status of schemaOf('hook-answer').properties.status.enum) {
    const line = JSON.stringify({ key: work.key, status, undo: { by: 'x' }, note: 'a note', retry_after_ms: 5 })
    check('hook-answer', line)
    const answer = readAnswer(line)
    expect(answer).toEqual({ key: work.key, status, undo: { by: 'x' }, note: 'a note', retryAfter: 5 })
    expect(Object.keys(answer ?? {})).toHaveLength(Object.keys(schemaOf('hook-answer').properties).length)
  }
})

describe.each([
  ['the example', () => hookOf('mailbox')],
  ['the README', () => hookOf('orders')],
])('the hook of %s', (_, made) => {
  test('tries, does once, sees what came since, and takes back what it did', () => {
    const { cwd, argv } = made()
    const say = (one: RemediationWork, isDry = false): Record<string, unknown> => {
      const [answer = ''] = ask(cwd, argv, [requestLine(one, 1, 30_000, isDry)])
      check('hook-answer', answer)
      return JSON.parse(answer)
    }
    expect(say(work, true)).toMatchObject({ key: work.key, status: 'applied' })
    expect(say(back({ by: work.key }))).toMatchObject({ status: 'conflict' })
    const first = say(work)
    expect(first.status).toBe('applied')
    expect(say(work)).toEqual({ ...first, status: 'already_applied' })
    expect(say({ ...work, key: 'c'.repeat(64) })).toMatchObject({ status: 'conflict' })
    expect(say(back(first.undo))).toMatchObject({ status: 'applied' })
    expect(say(back(first.undo))).toMatchObject({ status: 'already_applied' })
  })
})

function hookOf(name: 'mailbox' | 'orders') {
  const cwd = path.join(dir, name)
  mkdirSync(cwd)
  if (name === 'mailbox') {
    writeFileSync(path.join(cwd, 'mail'), `${JSON.stringify({ entity: 'mail:1', action: 'block', by: 'r1' })}\n`)
    return { cwd, argv: [process.execPath, path.join(ROOT, 'examples/spam-filter/mailbox.mjs'), 'hook', 'mail'] }
  }
  writeFileSync(path.join(cwd, 'hook.mjs'), shown('hook.mjs'))
  writeFileSync(path.join(cwd, 'orders.json'), JSON.stringify([['mail:1', { action: 'block', by: 'r1' }]]))
  writeFileSync(
    path.join(cwd, 'orders.mjs'),
    `import fs from 'node:fs'
const all = new Map(JSON.parse(fs.readFileSync('orders.json', 'utf8')))
const set = (id, one) => fs.writeFileSync('orders.json', JSON.stringify([...all.set(id, one)]))
export const orders = { get: (id) => all.get(id), set }`,
  )
  return { cwd, argv: [process.execPath, 'hook.mjs'] }
}

/** Each line that is asked gets an answer that the schema allows and the code takes. */
function decides(cwd: string, argv: readonly string[], inputs: readonly object[]): readonly unknown[] {
  const lines = inputs.map((input, i) => `${JSON.stringify({ id: `r${i}`, ...input })}\n`)
  for (const line of lines) check('predict-request', line)
  return ask(cwd, argv, lines).map((line, i) => {
    check('predict-answer', line)
    expect(JSON.parse(line).id).toBe(`r${i}`)
    return resultOf(about, { value: JSON.parse(line) })
  })
}

test('the predict of the example answers what the schema says', async () => {
  const cwd = path.join(dir, 'spam')
  writeSpamFilter(cwd)
  await writeModel(cwd, 3)
  expect(decides(cwd, [process.execPath, 'serve/predict.mjs'], [{ subject: 'x', body: 'y' }, {}])).toMatchObject([
    { label: 'spam', error: null },
    { label: null, error: '"body" must be a string' },
  ])
})

test.runIf(spawnSync('python3', ['--version']).status === 0)('so does that of the README', () => {
  const cwd = path.join(dir, 'readme')
  mkdirSync(cwd)
  writeFileSync(path.join(cwd, 'predict.py'), shown('serve/predict.py'))
  writeFileSync(path.join(cwd, 'model.py'), 'def score(asked):\n    return asked["amount"] / 100\n')
  expect(decides(cwd, ['python3', 'predict.py'], [{ amount: 90 }, { amount: 10 }, {}])).toMatchObject([
    { label: 'fraud', score: 0.9, action: 'hold', error: null },
    { label: 'fine', score: 0.1, action: 'pay', error: null },
    { label: null, error: "KeyError('amount')" },
  ])
})
