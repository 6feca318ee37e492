import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AishipError } from '../../src/core/errors.ts'
import type { Fact, Probe } from '../../src/core/ports.ts'
import { bundle } from '../../src/ops/bundle.ts'
import { doctor } from '../../src/ops/doctor.ts'
import { gitVersion, probePlace } from '../../src/store/probe.ts'
import { makeProject, type Project } from './context.ts'

const YAML = 'version: 1\napp: fraud\ncomponents:\n  a: { role: runtime, value: 1 }\npointers:\n  prod: {}\n'

let project: Project
beforeEach(() => {
  project = makeProject({ 'aiship.yaml': YAML })
})
afterEach(() => project.end())

const GOOD: readonly Fact[] = [{ id: 'registry-writable', ok: true, why: 'it is' }]

async function ask(change: Partial<Probe> = {}) {
  const ctx = project.ctx()
  const probe: Probe = {
    ...{ node: '20.19.0', git: async () => '2.40', config: async () => ctx.config, registry: async () => ctx.registry },
    place: async () => GOOD,
    ...change,
  }
  const { data } = await doctor({ ...ctx, probe: () => probe }, {})
  return { ...data, of: (id: string) => data.checks.find((one) => one.id === id) }
}

const failing = (error: AishipError) => async (): Promise<never> => {
  throw error
}

test('all is well', async () => {
  await bundle(project.ctx(), { message: null, labels: [], allowSecrets: null })
  const { outcome, checks } = await ask()
  expect(checks.map((one) => [one.id, one.outcome])).toEqual(
    ['node', 'git', 'config', 'registry', 'registry-writable', 'clock', 'logs', 'pointers', 'actor'].map((id) => [
      id,
      'pass',
    ]),
  )
  expect(outcome).toBe('pass')
})

test.each<[string, Partial<Probe>, string, string, RegExp]>([
  ['an old Node', { node: '18.20.1' }, 'node', 'fail', /18\.20\.1/],
  ['the oldest Node that works', { node: '20.19.0' }, 'node', 'pass', /20\.19/],
  ['a Node one step older', { node: '20.18.9' }, 'node', 'fail', /20\.18/],
  ['no git', { git: async () => null }, 'git', 'unknown', /commit/],
  ['no aiship.yaml', { config: async () => null }, 'config', 'unknown', /no aiship\.yaml/],
  [
    'a bad aiship.yaml',
    { config: failing(new AishipError('CONFIG_INVALID', 'aiship.yaml:3:1: unknown key')) },
    'config',
    'fail',
    /aiship\.yaml:3:1/,
  ],
  [
    'no registry yet',
    { registry: failing(new AishipError('REGISTRY_MISSING', 'there is none')) },
    'registry',
    'unknown',
    /none/,
  ],
  [
    'a registry of a later format',
    { registry: failing(new AishipError('FORMAT_NEWER', 'format 2')) },
    'registry',
    'fail',
    /format 2/,
  ],
  [
    'no hard links',
    { place: async () => [{ id: 'registry-links', ok: false, why: 'EPERM' }] },
    'registry-links',
    'fail',
    /EPERM/,
  ],
])('%s', async (_name, change, id, outcome, why) => {
  const found = await ask(change)
  expect(found.of(id)).toMatchObject({ outcome, why: expect.stringMatching(why) })
  if (outcome !== 'pass') expect(found.of(id)?.next).not.toBeNull()
  if (outcome === 'fail') expect(found.outcome).toBe('fail')
})

test('without an entry the clock is unknown, and that is no pass', async () => {
  expect(await ask()).toMatchObject({ outcome: 'unknown' })
  expect((await ask()).of('clock')?.outcome).toBe('unknown')
})

test('a clock behind the newest entry fails', async () => {
  project.wait(3600)
  await bundle(project.ctx(), { message: null, labels: [], allowSecrets: null })
  project.wait(-3600)
  expect((await ask()).of('clock')).toMatchObject({ outcome: 'fail', why: expect.stringContaining('3600 s') })
})

test('a registry that is opened and then does not answer is one failed check among the others', async () => {
  const { registry } = project.ctx()
  const away = failing(new AishipError('REGISTRY_UNREACHABLE', 'nothing listens there'))
  const { of, checks } = await ask({ registry: async () => ({ ...registry, logs: { ...registry.logs, list: away } }) })
  expect(of('registry')).toMatchObject({ outcome: 'fail', why: 'nothing listens there' })
  expect(checks.map(({ id }) => id)).toContain('actor')
})

test('a damaged newest entry is named', async () => {
  await bundle(project.ctx(), { message: null, labels: [], allowSecrets: null })
  const { registry } = project
  const logs = { ...registry.logs, tip: async () => ({ seq: 1, bytes: Buffer.from('{}') }) }
  const found = await ask({ registry: async () => ({ ...registry, logs }) })
  expect(found.of('logs')).toMatchObject({
    outcome: 'fail',
    next: 'aiship fsck',
    why: expect.stringContaining('versions/fraud'),
  })
})

describe('the place of a registry', () => {
  test.each(['', 'tmp'])('is tried, and left as it was (%s)', (below) => {
    const place = join(project.root, 'registry')
    mkdirSync(join(place, below), { recursive: true })
    const before = readdirSync(place, { recursive: true })
    expect(probePlace(place).map(({ id, ok }) => [id, ok])).toEqual([
      ['registry-writable', true],
      ['registry-links', true],
      ['registry-fsync', true],
    ])
    expect(readdirSync(place, { recursive: true })).toEqual(before)
  })

  test('that is not there yet is tried where it would be made, and not made', () => {
    const place = join(project.root, 'deep/er/registry')
    expect(probePlace(place).every(({ ok }) => ok)).toBe(true)
    expect(existsSync(join(project.root, 'deep'))).toBe(false)
  })

  test('that cannot be written says why', () => {
    const file = join(project.root, 'file')
    writeFileSync(file, '')
    expect(probePlace(join(file, 'below'))).toMatchObject([
      { id: 'registry-writable', ok: false, why: expect.stringMatching(/ENOTDIR/) },
    ])
    rmSync(file)
  })
})

test("git's version is a number", async () => {
  expect(await gitVersion()).toMatch(/^\d+\.\d+/)
})
