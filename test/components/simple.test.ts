import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { driver as command } from '../../src/components/command.ts'
import { driver as external } from '../../src/components/external.ts'
import { driver as image } from '../../src/components/image.ts'
import { driver as value } from '../../src/components/value.ts'
import type { Collector } from '../../src/core/ports.ts'
import { makeFolder, outcome, projectIn, specOf } from './project.ts'

const HEX = 'ab'.repeat(32)
/** aiship.yaml says everything of them. */
const NOTHING = { folders: new Map(), above: new Set() }
const collect = (driver: Collector, kind: string, source: unknown, spec = {}) =>
  driver.collect(specOf(kind, source, spec), projectIn(makeFolder({})))

describe('value', () => {
  test('is its canonical JSON, in whatever order it was written', async () => {
    const file = {
      path: 'data.json',
      from: 'aiship.yaml (components.data)',
      exec: false,
      content: { bytes: Buffer.from('{"model":"m-2026-08-01","temperature":0.2}') },
    }
    const expected = {
      form: 'file',
      at: '.aiship-components/data.json',
      files: [file],
      ignored: [],
      notes: {},
      looked: NOTHING,
    }
    expect(await collect(value, 'value', { temperature: 0.2, model: 'm-2026-08-01' })).toEqual(expected)
    expect(await collect(value, 'value', { model: 'm-2026-08-01', temperature: 0.2 })).toEqual(expected)
  })

  test('stands where the component says', async () => {
    expect(await collect(value, 'value', 1, { to: 'config/llm.json' })).toMatchObject({
      at: 'config/llm.json',
      files: [{ path: 'llm.json' }],
    })
  })
})

describe('references', () => {
  test.each([
    [
      'external',
      external,
      { uri: 's3://lake/x', digest: `sha256:${HEX}` },
      { uri: 's3://lake/x', digest: `sha256:${HEX}` },
      {},
    ],
    [
      'external',
      external,
      { uri: 's3://lake/x', pin: 'v7' },
      { uri: 's3://lake/x', pin: 'v7' },
      { pin: expect.stringMatching(/^unverified/) },
    ],
    ['image', image, `r/app@sha256:${HEX}`, { image: `r/app@sha256:${HEX}` }, {}],
  ])('%s: %o', async (kind, driver, source, reference, notes) => {
    expect(await collect(driver, kind, source)).toEqual({ form: 'reference', reference, notes, looked: NOTHING })
  })

  test.each([
    [{ uri: 'https://me:pw@h/x', pin: 'a' }],
    [{ uri: 'https://h/x?sig=abc', pin: 'a' }],
    [{ uri: 'https://h/x' }],
    [{ uri: 'no uri', pin: 'a' }],
  ])('refused wherever it comes from: %j', async (source) => {
    expect(await outcome(external, specOf('external', source), projectIn('/'))).toMatch(/^COMPONENT_INVALID /)
  })
})

describe('command', () => {
  const run = (argv: readonly string[], over = {}, files = {}) => {
    const root = makeFolder(files)
    return outcome(command, specOf('command', argv), projectIn(root, over))
  }
  const node = (program: string) => [process.execPath, '-e', program]

  test('what it prints, byte for byte, run in the project with its environment', async () => {
    const root = makeFolder({ 'here.txt': 'x' })
    const program =
      'process.stdout.write(Buffer.from([0, 255, 10])); console.log(require("fs").readdirSync("."), process.env.SPECIAL)'
    const project = projectIn(root, { env: { ...process.env, SPECIAL: 'yes' } })
    const collected = await command.collect(specOf('command', node(program), { name: 'runtime' }), project)
    expect(collected).toEqual({
      form: 'file',
      at: '.aiship-components/runtime.txt',
      files: [
        {
          path: 'runtime.txt',
          from: 'the output of components.runtime.command',
          exec: false,
          content: { bytes: Buffer.concat([Buffer.from([0, 255, 10]), Buffer.from("[ 'here.txt' ] yes\n")]) },
        },
      ],
      ignored: [],
      notes: {},
    })
  })

  test('no shell reads it', async () => {
    const proof = path.join(makeFolder({}), 'proof')
    const collected = await collect(command, 'command', ['echo', `$(touch ${proof})`, ';', 'touch', proof])
    if (collected.form === 'reference') throw new Error('a reference')
    expect(collected.files[0]?.content).toEqual({ bytes: Buffer.from(`$(touch ${proof}) ; touch ${proof}\n`) })
    expect(existsSync(proof)).toBe(false)
  })

  test('nobody types into it', async () => {
    expect(await run(['cat'])).toEqual({ 'file .aiship-components/data.txt': ['data.txt'] })
  })

  test.each([
    [
      ['sh', '-c', 'for i in 1 2 3 4 5 6 7; do echo line $i >&2; done; exit 3'],
      /^COMMAND_FAILED components\.data: sh -c '.*' ended with exit code 3 \| it said: line 3 \/ line 4 \/ line 5 \/ line 6 \/ line 7 \| sh -c /,
    ],
    [
      ['no-such-program', '--x'],
      'COMMAND_FAILED components.data: no-such-program --x could not be started: there is no such program | no-such-program --x',
    ],
    [['./not-executable'], /could not be started: it may not be executed/],
    [
      ['echo', 'x'.repeat(300_000)],
      /^COMMAND_FAILED components\.data: echo x{295}… could not be started: it is longer than the system allows$/,
    ],
    [['x'.repeat(300)], /could not be started: /],
    [['sh', '-c', 'kill -9 $$'], /was ended by SIGKILL/],
    [['yes'], /^COMMAND_FAILED components\.data: yes printed more than 67108864 bytes/],
    [[''], /^COMPONENT_INVALID /],
  ])('%j', async (argv, expected) => {
    const result = await run(argv, {}, { 'not-executable': 'x' })
    if (typeof expected === 'string') expect(result).toBe(expected)
    else expect(result).toMatch(expected)
  })

  test('a signal ends it, and what it started', async () => {
    const root = makeFolder({})
    const pids = path.join(root, 'pids')
    writeFileSync(path.join(root, 'run'), `#!/bin/sh\nsleep 300 & echo $! > ${pids}\nwait\n`)
    chmodSync(path.join(root, 'run'), 0o755)
    const controller = new AbortController()
    const started = performance.now()
    const running = outcome(command, specOf('command', ['./run']), projectIn(root, { signal: controller.signal }))
    while (!existsSync(pids) && performance.now() - started < 10_000) await new Promise((done) => setTimeout(done, 20))
    controller.abort('SIGINT')
    expect(await running).toMatch(/^COMMAND_FAILED components\.data: \.\/run was stopped/)
    expect(performance.now() - started).toBeLessThan(10_000)
    // A process whose parent has not heard of its end yet is dead all the same.
    const state = spawnSync('ps', ['-o', 'stat=', '-p', readFileSync(pids, 'utf8').trim()])
      .stdout.toString()
      .trim()
    expect(['', 'Z']).toContain(state.slice(0, 1))
  })

  test('a project that was stopped starts nothing', async () => {
    const proof = path.join(makeFolder({}), 'proof')
    await expect(
      command.collect(specOf('command', ['touch', proof]), projectIn('/', { signal: AbortSignal.abort('SIGINT') })),
    ).rejects.toThrow()
    expect(existsSync(proof)).toBe(false)
  })
})

test('only what starts programs or asks the network says so', () => {
  expect([command, external, image, value].map((driver) => driver.executes)).toEqual([true, false, false, false])
})
