import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../src/core/ports.ts'
import { bundle } from '../../src/ops/bundle.ts'
import { follow } from '../../src/ops/follow.ts'
import { promote } from '../../src/ops/promote.ts'
import { rollback } from '../../src/ops/rollback.ts'
import { followedFolder } from '../../src/serving/folder.ts'
import { makeProject, type Project } from '../ops/context.ts'
import { type S3Server, startS3 } from '../s3/server.ts'
import type { Seen } from '../s3/trace.ts'
import { openBucket, removeDirs } from './bucket.ts'

/** examples/ci/bucket-policy.json against what aiship really asks of a bucket. */

interface Statement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal: '*' | { readonly AWS: readonly string[] }
  readonly Action: string | readonly string[]
  readonly Resource: string | readonly string[]
  readonly Condition?: unknown
}

const PREFIX = 'team'
const file = join(import.meta.dirname, '../../examples/ci/bucket-policy.json')
const policy: { readonly Statement: readonly Statement[] } = JSON.parse(
  readFileSync(file, 'utf8')
    .replaceAll('BUCKET', 'aiship-test')
    .replaceAll('PREFIX', PREFIX)
    .replaceAll('APP', 'fraud'),
)

const list = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value)

function isAllowed(who: string, action: string, key: string): boolean {
  const resource = `arn:aws:s3:::aiship-test${key === '' ? '' : `/${key}`}`
  const matches = (pattern: string): boolean =>
    new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(resource)
  const about = policy.Statement.filter(
    ({ Principal, Action, Resource, Condition }) =>
      Condition === undefined &&
      (Principal === '*' || Principal.AWS.includes(who)) &&
      list(Action).includes(action) &&
      list(Resource).some(matches),
  )
  return about.some(({ Effect }) => Effect === 'Allow') && !about.some(({ Effect }) => Effect === 'Deny')
}

/** What the request needs permission for, and on which key. */
function needs({ method, key, query }: Seen): readonly [action: string, key: string] {
  if (method === 'GET' && 'list-type' in query) return ['s3:ListBucket', '']
  if (method === 'GET' && 'uploads' in query) return ['s3:ListBucketMultipartUploads', '']
  if (method === 'GET' && 'uploadId' in query) return ['s3:ListMultipartUploadParts', key]
  if (method === 'DELETE') return ['uploadId' in query ? 's3:AbortMultipartUpload' : 's3:DeleteObject', key]
  return [method === 'GET' || method === 'HEAD' ? 's3:GetObject' : 's3:PutObject', key]
}

const refused = (who: string, seen: readonly Seen[]): readonly string[] =>
  seen
    .filter((one) => !isAllowed(who, ...needs(one)))
    .map(({ method, key }) => `${method} ${key.slice(PREFIX.length + 1)}`)

let server: S3Server
let project: Project
beforeAll(async () => {
  server = await startS3()
  const { registry } = await openBucket(server, { prefix: PREFIX })
  const config =
    'version: 1\napp: fraud\ncomponents: {model: {role: model-weights, path: model.bin}}\npointers: {prod: {}, staging: {}}\n'
  project = makeProject({ 'aiship.yaml': config, 'model.bin': 'small' }, registry)
})
afterAll(async () => {
  project.end()
  await server.close()
  removeDirs()
})

test('each role may do what it is for, and nothing more', { timeout: 60_000 }, async () => {
  const seenBy = async (act: () => Promise<unknown>): Promise<readonly Seen[]> => {
    server.seen.splice(0)
    await act()
    return [...server.seen]
  }
  const input = { message: null, labels: ['first'], allowSecrets: null }
  // The first bundle also makes the registry: it races the bucket, then puts format.json.
  const made = await seenBy(() => bundle(project.ctx(), input))
  expect(made.map(({ method, key }) => `${method} ${key}`)).toContain(`PUT ${PREFIX}/format.json`)
  expect(made.map(({ method, key }) => `${method} ${key.split('/')[1]}`)).toContain('DELETE probe')
  // In several parts.
  project.write({ 'model.bin': Buffer.alloc(40 * 2 ** 20, 7) })
  const bundled = await seenBy(() => bundle(project.ctx(), { ...input, labels: ['second'] }))
  expect(bundled.some(({ query }) => 'uploadId' in query)).toBe(true)
  const move = { reason: null, override: null, create: true, resetRoute: false, leavingBad: null }
  const staged = await seenBy(() => promote(project.ctx(), { ref: 'v1', pointer: 'staging', ...move }))
  await promote(project.ctx(), { ref: 'v1', pointer: 'prod', ...move })
  const released = await seenBy(() => promote(project.ctx(), { ref: 'v2', pointer: 'prod', ...move }))
  const rolledBack = await seenBy(() =>
    rollback(project.ctx(), { pointer: 'prod', to: null, reason: null, hold: true, mark: true }),
  )
  const followed = await seenBy(() => followOnce(join(project.root, 'served')))
  expect(refused('ADMIN', made)).toEqual([])
  for (const who of ['READER', 'BUNDLER', 'RELEASER', 'RETRAINER'])
    expect(refused(who, made), who).toContain('PUT format.json')
  expect(refused('ADMIN', staged)).toContain('PUT logs/pointers/fraud/staging/000000000001.json')
  for (const who of ['BUNDLER', 'RELEASER', 'RETRAINER', 'ADMIN']) expect(refused(who, bundled), who).toEqual([])
  expect(refused('READER', bundled).length).toBeGreaterThan(0)
  expect(refused('RELEASER', [...staged, ...released, ...rolledBack])).toEqual([])
  expect(refused('RETRAINER', staged)).toEqual([])
  expect(refused('RETRAINER', released)).toContain('PUT logs/pointers/fraud/prod/000000000002.json')
  expect(refused('BUNDLER', staged)).toContain('PUT logs/pointers/fraud/staging/000000000001.json')
  expect(refused('FOLLOWER', followed)).toEqual([])
  const report = [expect.stringMatching(/^PUT presence\/fraud\/prod\/[^/]+\.json$/)]
  for (const who of ['READER', 'BUNDLER', 'RELEASER', 'RETRAINER'])
    expect([...new Set(refused(who, followed))], who).toEqual(report)
  expect(refused('FOLLOWER', released)).toContain('PUT logs/pointers/fraud/prod/000000000002.json')
  expect(refused('FOLLOWER', bundled).length).toBeGreaterThan(0)
})

/** A host that keeps `dir` equal to what prod says, until it is. */
function followOnce(dir: string): Promise<unknown> {
  const { signal } = new AbortController()
  const host: Context = {
    ...project.ctx(),
    connect: async () => project.ctx(),
    following: async (folder) => followedFolder(folder, { base: project.root, env: {}, signal }),
  }
  return follow(host, {
    ...{ pointer: 'prod', dir, arm: null, keep: 2, once: true, everyMs: null, health: null, healthMs: 5000 },
    ...{ exec: null, signal: null, pass: [], link: false, pin: null, unpin: false, reason: null },
  })
}
