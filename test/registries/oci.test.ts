import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Registry } from '../../src/core/ports.ts'
import { bundle } from '../../src/ops/bundle.ts'
import { mark } from '../../src/ops/mark.ts'
import { promote } from '../../src/ops/promote.ts'
import { pullOci } from '../../src/ops/pull-oci.ts'
import { pushOci } from '../../src/ops/push-oci.ts'
import { resolve } from '../../src/ops/resolve.ts'
import { openRepository } from '../../src/registries/_oci.ts'
import { readAddress } from '../../src/registries/_oci-address.ts'
import { PACE } from '../../src/registries/_oci-http.ts'
import { openMemory } from '../../src/store/memory.ts'
import { makeProject, type Project, refusal } from '../ops/context.ts'
import { type OciServer, type ServerOptions, startOciServer, USER } from './oci-server.ts'

/** Sent whole; what is larger than 32 MiB goes in pieces. */
const SIZE = 300_000
const LARGE = 40_000_000

let project: Project
let large: Project
const home = fs.mkdtempSync(join(tmpdir(), 'aiship-docker-'))
const env: Record<string, string> = { HOME: home, PATH: `${home}:${process.env.PATH}` }
const servers: OciServer[] = []

beforeAll(async () => {
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`data/${n % 3}/${n}.csv`, `row ${n}\n`]))
  project = makeProject({
    'aiship.yaml':
      'version: 1\napp: fraud\ncomponents:\n  model: {role: model-weights, path: model.bin}\n  data: {role: dataset, path: data}\n',
    'model.bin': Buffer.alloc(SIZE, 'weights'),
    ...many,
  })
  large = makeProject({
    'aiship.yaml': 'version: 1\napp: large\ncomponents:\n  model: {role: model-weights, path: model.bin}\n',
    'model.bin': Buffer.alloc(LARGE, 'weights'),
  })
  for (const one of [project, large]) await bundle(one.ctx(), { message: 'one', labels: [], allowSecrets: null })
})
afterAll(() => {
  project.end()
  large.end()
  fs.rmSync(home, { recursive: true })
})
afterEach(async () => {
  fs.rmSync(join(home, '.docker'), { recursive: true, force: true })
  for (const server of servers.splice(0)) await server.close()
})

async function serve(options: ServerOptions = {}): Promise<OciServer> {
  const server = await startOciServer(options)
  servers.push(server)
  return server
}

const other = (): Registry => openMemory({ id: '5e6b7c8d-0000-4000-8000-000000000002', url: '.other' })
const signal = new AbortController().signal
const ctx = (registry?: Registry, isDryRun = false) => ({
  ...project.ctx(registry === undefined ? {} : { registry }),
  oci: async (url: string) => openRepository(url, { env, signal, isDryRun }),
})
const oci = async (url: string) => openRepository(url, { env, signal, isDryRun: false })
const push = (host: string, at = '/acme/scorer:v1', from = project) =>
  pushOci({ ...from.ctx(), oci }, { ref: 'v1', to: `oci://${host}${at}` })
const pull = (host: string, registry: Registry, at = '/acme/scorer:v1') => pullOci(ctx(registry), `oci://${host}${at}`)

async function objectsOf(registry: Registry): Promise<ReadonlyMap<string, number>> {
  const all: [string, number][] = []
  for await (const { digest, size } of registry.objects.list()) all.push([digest, size])
  return new Map(all.sort())
}

/** As `docker login` writes it. */
function login(config: unknown): void {
  fs.mkdirSync(join(home, '.docker'), { recursive: true })
  fs.writeFileSync(join(home, '.docker', 'config.json'), JSON.stringify(config))
}

describe.each([
  ['a registry that lists referrers', true],
  ['a registry that does not', false],
])('%s', (_, referrers) => {
  test('gives back what it was given, object by object', async () => {
    const server = await serve({ referrers })
    const pushed = await push(server.host)
    expect(pushed).toMatchObject({ changed: true, data: { version: 'v1', tag: 'v1', app: 'fraud' } })
    expect(await push(server.host)).toMatchObject({
      changed: false,
      data: { new_blobs: 0, artifact: pushed.data.artifact },
    })
    const registry = other()
    const pulled = await pull(server.host, registry)
    expect(pulled.data).toMatchObject({ version: 'v1', origin: { registry: project.registry.id, version: 'v1' } })
    expect(await objectsOf(registry)).toEqual(await objectsOf(project.registry))
    expect(await pull(server.host, registry)).toMatchObject({ changed: false, data: { new_objects: 0 } })
    const byDigest = await pull(server.host, other(), `/acme/scorer@${pushed.data.artifact}`)
    expect(byDigest.data.bundle).toBe(pushed.data.bundle)
    const tags = [...server.manifests.keys()].filter((name) => name.includes('@sha256-'))
    expect(tags).toHaveLength(referrers ? 0 : 1)
  })
})

test('without a tag it gets one that says which bundle it is', async () => {
  const server = await serve()
  const { data } = await push(server.host, '/acme/scorer')
  expect(data.tag).toBe(`bundle-${data.bundle.slice(7, 19)}`)
  expect(server.manifests.has(`acme/scorer@${data.tag}`)).toBe(true)
})

test('what was lost behind our back is sent again, and nothing else', async () => {
  const server = await serve()
  await push(server.host)
  const [lost] = [...server.blobs].find(([, bytes]) => bytes.length === SIZE) ?? []
  server.blobs.delete(lost as string)
  expect((await push(server.host)).data).toMatchObject({ new_blobs: 1, new_bytes: SIZE })
})

test('what is here is not fetched again', async () => {
  const server = await serve()
  await push(server.host)
  const registry = other()
  await pull(server.host, registry)
  const [large] = [...server.blobs].find(([, bytes]) => bytes.length === SIZE) ?? []
  server.log.length = 0
  await pull(server.host, registry)
  expect(server.log.filter((line) => line.includes(large as string))).toEqual([])
})

test('bad marks travel once', async () => {
  const server = await serve()
  const bad = makeProject({ 'aiship.yaml': 'version: 1\napp: x\ncomponents:\n  p: {role: prompt, path: p}\n', p: 'hi' })
  try {
    await bundle(bad.ctx(), { message: null, labels: [], allowSecrets: null })
    await mark(bad.ctx(), { subject: 'v1', verdict: 'bad', reason: 'leaks' })
    await push(server.host, '/x:1', bad)
    const registry = other()
    expect((await pull(server.host, registry, '/x:1')).data.marks).toBe(1)
    expect(await pull(server.host, registry, '/x:1')).toMatchObject({ changed: false, data: { marks: 0 } })
  } finally {
    bad.end()
  }
})

describe('a tag that mirrors a pointer', () => {
  const move = { reason: null, override: null, create: false, resetRoute: false, leavingBad: null }
  let mirrored: Project
  const toProd = (host: string, ref: string) =>
    pushOci({ ...mirrored.ctx(), oci }, { ref, to: `oci://${host}/acme/scorer:prod` })
  beforeAll(async () => {
    mirrored = makeProject({
      'aiship.yaml': 'version: 1\napp: fraud\ncomponents:\n  p: {role: prompt, path: p}\npointers:\n  prod: {}\n',
      p: 'one',
    })
    await bundle(mirrored.ctx(), { message: null, labels: [], allowSecrets: null })
    mirrored.write({ p: 'two' })
    await bundle(mirrored.ctx(), { message: null, labels: [], allowSecrets: null })
  })
  afterAll(() => mirrored.end())

  test('says which entry it mirrored, follows when it is pushed again, and brings no pointer back', async () => {
    const server = await serve({ referrers: true })
    const annotations = () => {
      const { bytes } = server.manifests.get('acme/scorer@prod') ?? { bytes: Buffer.from('{}') }
      return JSON.parse(bytes.toString('utf8')).annotations
    }
    await promote(mirrored.ctx(), { ref: 'v1', pointer: 'prod', ...move })
    const first = await toProd(server.host, 'prod')
    expect(first).toMatchObject({ changed: true, data: { version: 'v1', tag: 'prod', pointer: 'prod', seq: 1 } })
    expect(annotations()).toEqual({
      'dev.aiship.bundle': first.data.bundle,
      ...{ 'dev.aiship.pointer': 'prod', 'dev.aiship.seq': '1', 'dev.aiship.registry': mirrored.registry.id },
      'dev.aiship.advisory': 'true',
    })
    expect(await toProd(server.host, 'prod')).toMatchObject({ changed: false, data: { artifact: first.data.artifact } })
    await promote(mirrored.ctx(), { ref: 'v2', pointer: 'prod', ...move })
    expect((await toProd(server.host, 'prod')).data).toMatchObject({ version: 'v2', pointer: 'prod', seq: 2 })
    expect(annotations()).toMatchObject({ 'dev.aiship.seq': '2' })
    const registry = other()
    const pulled = await pull(server.host, registry, '/acme/scorer:prod')
    expect(pulled.data).toMatchObject({ origin: { version: 'v2' }, bundle: await digestOf('v2') })
    expect(await registry.logs.list('pointers/')).toEqual([])
    expect((await pull(server.host, registry, `/acme/scorer@${first.data.artifact}`)).data.bundle).toBe(
      first.data.bundle,
    )
  })

  test('what is no pointer, or has no tag of its own, mirrors none', async () => {
    const server = await serve()
    const plain = await pushOci({ ...mirrored.ctx(), oci }, { ref: 'v2', to: `oci://${server.host}/acme/scorer:v2` })
    const untagged = await pushOci({ ...mirrored.ctx(), oci }, { ref: 'prod', to: `oci://${server.host}/acme/scorer` })
    for (const { data } of [plain, untagged]) expect(data).toMatchObject({ pointer: null, seq: null })
    expect(untagged.data.artifact).toBe(plain.data.artifact)
    expect((await toProd(server.host, 'prod')).data).toMatchObject({ seq: 2, new_blobs: 0 })
    const { bytes } = server.manifests.get('acme/scorer@v2') ?? { bytes: Buffer.from('{}') }
    expect(JSON.parse(bytes.toString('utf8')).annotations).toEqual({ 'dev.aiship.bundle': plain.data.bundle })
  })

  test('the tag is believed by nobody: moved by others, it brings a bundle and no pointer', async () => {
    const server = await serve()
    await toProd(server.host, 'v1')
    const before = await tipOf(mirrored.registry)
    await pull(server.host, mirrored.registry, '/acme/scorer:prod')
    expect(await tipOf(mirrored.registry)).toEqual(before)
  })

  const digestOf = async (ref: string) => (await resolve(mirrored.ctx(), { ref })).data.bundle
  const tipOf = async (registry: Registry) => (await registry.logs.tip('pointers/fraud/prod'))?.seq
})

test('a dry run sends nothing', async () => {
  const server = await serve()
  const to = `oci://${server.host}/acme/scorer:v1`
  expect((await pushOci(ctx(undefined, true), { ref: 'v1', to })).data.new_blobs).toBeGreaterThan(3)
  expect([server.blobs.size, server.manifests.size]).toEqual([0, 0])
  expect(server.log.filter((line) => !/^(GET|HEAD) /.test(line))).toEqual([])
})

describe('a bad day', () => {
  test('connections that break and answers that ask for patience', async () => {
    const server = await serve({
      ...{ referrers: true, cutAt: 100_000 },
      disturb: (_method, _path, count) => (count % 11 === 3 ? true : count % 11 === 7 ? 503 : false),
    })
    for (const from of [project, large]) {
      await push(server.host, '/acme/scorer:v1', from)
      const registry = other()
      await pull(server.host, registry)
      expect(await objectsOf(registry)).toEqual(await objectsOf(from.registry))
    }
  }, 60_000)

  test('a push that is stopped leaves nothing under the tag, and goes on where it was', async () => {
    let isBroken = true
    const server = await serve({
      disturb: (method, path) => (isBroken && method === 'PUT' && path.includes('/manifests/') ? 403 : false),
    })
    await refusal(push(server.host), 'NOT_PERMITTED')
    expect(server.manifests.size).toBe(0)
    isBroken = false
    expect((await push(server.host)).data.new_blobs).toBe(0)
  })

  test('bytes that were changed on the way are refused, and nothing is kept', async () => {
    const server = await serve({
      tamper: (bytes) => (bytes.length < SIZE ? bytes : Buffer.concat([Buffer.from('W'), bytes.subarray(1)])),
    })
    await push(server.host)
    const registry = other()
    await refusal(pull(server.host, registry), 'CORRUPT')
    expect((await objectsOf(registry)).size).toBe(0)
    expect(await registry.logs.list('versions/')).toEqual([])
  })

  test('a blob that is gone', async () => {
    const server = await serve()
    await push(server.host)
    for (const [digest, bytes] of server.blobs) if (bytes.length === SIZE) server.blobs.delete(digest)
    const registry = other()
    await refusal(pull(server.host, registry), 'OBJECT_MISSING')
    expect((await objectsOf(registry)).size).toBe(0)
  })

  test('no such tag, and a model without a bundle', async () => {
    const server = await serve()
    await refusal(pull(server.host, other()), 'NOT_FOUND')
    await push(server.host)
    for (const name of server.manifests.keys()) if (name.includes('@sha256-')) server.manifests.delete(name)
    const error = await refusal(pull(server.host, other()), 'ARCHIVE_INVALID')
    expect(error.message).toContain('has no aiship bundle')
  })

  test('nobody answers', async () => {
    const server = await serve()
    await server.close()
    servers.length = 0
    expect((await refusal(pull(server.host, other()), 'REGISTRY_UNREACHABLE')).exit).toBe(8)
  }, 30_000)
})

describe('who asks', () => {
  const basic = Buffer.from(USER).toString('base64')

  test.each(['basic', 'bearer'] as const)('%s, with what docker login wrote', async (auth) => {
    const server = await serve({ auth })
    login({ auths: { [server.host]: { auth: basic } } })
    await push(server.host)
    await pull(server.host, other())
  })

  test('with what a credential helper knows', async () => {
    const server = await serve({ auth: 'bearer' })
    const helper = join(home, 'docker-credential-test')
    fs.writeFileSync(
      helper,
      `#!/bin/sh\nread host\n[ "$1 $host" = "get ${server.host}" ] && echo '{"Username":"ana","Secret":"secret"}'\n`,
      { mode: 0o755 },
    )
    login({ credHelpers: { [server.host]: 'test' } })
    await push(server.host)
  })

  test('a helper that is not there says so', async () => {
    const server = await serve({ auth: 'basic' })
    login({ credsStore: 'nowhere' })
    expect((await refusal(push(server.host), 'NOT_AUTHENTICATED')).message).toContain('docker-credential-nowhere')
  })

  test.each(['basic', 'bearer'] as const)('%s without credentials, and with wrong ones', async (auth) => {
    const server = await serve({ auth })
    const nobody = await refusal(push(server.host), 'NOT_AUTHENTICATED')
    expect([nobody.exit, nobody.hint]).toEqual([4, expect.stringContaining(`docker login ${server.host}`)])
    login({ auths: { [server.host]: { auth: Buffer.from('ana:wrong').toString('base64') } } })
    await refusal(push(server.host), 'NOT_AUTHENTICATED')
  })

  test('a realm elsewhere gets no password without encryption', async () => {
    const server = await serve({ disturb: () => false, auth: 'bearer' })
    login({ auths: { 'registry.example': { auth: basic } } })
    const { startSession } = await import('../../src/registries/_oci-auth.ts')
    // The registry asks for a token from a server that is not this machine.
    const asking = await import('node:http').then(({ createServer }) =>
      createServer((_, response) =>
        response.writeHead(401, { 'www-authenticate': 'Bearer realm="http://token.example/t"' }).end(),
      ),
    )
    await new Promise<void>((resolve) => asking.listen(0, '127.0.0.1', resolve))
    const { port } = asking.address() as { port: number }
    const origin = `http://127.0.0.1:${port}`
    const session = startSession({ host: 'registry.example', origin }, env, signal, PACE)
    const error = await refusal(session.send({ method: 'GET', url: `${origin}/v2/` }), 'NOT_AUTHENTICATED')
    expect(error.message).toBe('credentials are not sent to http://token.example: the connection is not encrypted')
    expect(server.log).toEqual([])
    asking.closeAllConnections()
    asking.close()
  })
})

describe('addresses', () => {
  test.each([
    ['oci://ghcr.io/acme/scorer:v42', 'https://ghcr.io', 'acme/scorer', 'v42', null],
    ['oci://localhost:5000/x', 'http://localhost:5000', 'x', null, null],
    ['oci://127.0.0.1:5000/x:a', 'http://127.0.0.1:5000', 'x', 'a', null],
    ['oci://reg.local:5000/x?plain_http=true', 'http://reg.local:5000', 'x', null, null],
    ['oci://docker.io/acme/x:1', 'https://registry-1.docker.io', 'acme/x', '1', null],
    [`oci://h.io/x@sha256:${'a'.repeat(64)}`, 'https://h.io', 'x', null, `sha256:${'a'.repeat(64)}`],
  ])('%s', (url, origin, repository, tag, digest) => {
    expect(readAddress(url)).toMatchObject({ origin, repository, tag, digest })
  })

  test.each([
    'oci://',
    'oci://host',
    'oci://host/',
    'oci://ana:secret@host/x',
    'oci://host/UPPER',
    'oci://host/../x',
    'oci://host/x:bad tag',
    'oci://host/x@sha256:abc',
    'oci://host/x?token=1',
    'oci://ho st/x',
  ])('%s is none', (url) => {
    expect(() => readAddress(url)).toThrow(/is no address in an OCI registry/)
  })
})

const REAL = process.env.AISHIP_TEST_OCI_REGISTRY
if (REAL === undefined)
  process.stderr.write('no OCI registry to test against: AISHIP_TEST_OCI_REGISTRY=host:port names one\n')
describe.runIf(REAL !== undefined)('a real registry', () => {
  test('gives back what it was given', async () => {
    for (const from of [project, large]) {
      const at = `/aiship-test/r${Date.now()}:v1`
      expect((await push(REAL as string, at, from)).changed).toBe(true)
      expect(await push(REAL as string, at, from)).toMatchObject({ changed: false, data: { new_blobs: 0 } })
      const registry = other()
      await pull(REAL as string, registry, at)
      expect(await objectsOf(registry)).toEqual(await objectsOf(from.registry))
    }
  }, 60_000)
})
