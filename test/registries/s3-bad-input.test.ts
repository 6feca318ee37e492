import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorLines, expectRefusal, type Refusal } from '../hostile/outcome.ts'
import type { Key } from '../s3/auth.ts'
import { LIAR, sayIfAbsent } from '../s3/real.ts'
import { BUCKET, OWNER, type S3Server, startS3 } from '../s3/server.ts'
import { type Desk, release, startDesk } from './desk.ts'

// What people have around them when a bucket does not work: each gets its exit code, what is wrong, and a next step that works.

const only = (id: string, ...may: NonNullable<Key['may']>): Key => ({ id, secret: `${id}-secret`, may })
const KEYS = {
  nothing: only('nothing'),
  putters: only('putters', 'write', 'read'),
  getters: only('getters', 'read'),
  listers: only('listers', 'list'),
  expired: { id: 'expired', secret: 'x', token: 'old', expired: true },
} satisfies Readonly<Record<string, Key>>

let server: S3Server
let page: Server
let home: Desk
const desks: Desk[] = []
const desk = (...given: Parameters<typeof startDesk>): Desk => {
  const made = startDesk(...given)
  desks.push(made)
  return made
}
beforeAll(async () => {
  server = await startS3({ keys: [OWNER, ...Object.values(KEYS)] })
  page = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>log in</html>'),
  )
  await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve))
  home = desk(server)
  await release(home)
})
afterAll(async () => {
  for (const one of desks) one.end()
  page.close()
  await server.close()
})

type Setting = Readonly<Record<string, string | undefined>>
interface Case extends Refusal {
  readonly env: () => Setting
  readonly says: RegExp
  readonly registry?: string
}

const asKey = (key: Key): Setting => ({
  ...{ AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret, AWS_SESSION_TOKEN: key.token },
})
const pageUrl = (): string => `http://127.0.0.1:${(page.address() as AddressInfo).port}`
const DOCTOR = 'aiship doctor'
const WHO = 'aws sts get-caller-identity'

const CASES: Readonly<Record<string, Case>> = {
  'an endpoint where nobody listens': {
    env: () => ({ AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' }),
    ...{ code: 'REGISTRY_UNREACHABLE', says: /nothing listens at 127\.0\.0\.1:1/, next: DOCTOR },
  },
  'an endpoint that is a web page, or a proxy in between': {
    env: () => ({ AWS_ENDPOINT_URL_S3: pageUrl() }),
    ...{ code: 'REGISTRY_UNREACHABLE', says: /answers with a web page/, next: DOCTOR },
  },
  'a proxy that the environment names': {
    env: () => ({ HTTP_PROXY: pageUrl(), NO_PROXY: '' }),
    ...{ code: 'REGISTRY_UNREACHABLE', says: /web page.*/s, next: DOCTOR },
  },
  'an endpoint that is no URL': {
    env: () => ({ AWS_ENDPOINT_URL_S3: 'minio:9000' }),
    ...{ code: 'CONFIG_INVALID', says: /is not a URL of a server/, next: DOCTOR },
  },
  'a region that is none': {
    env: () => ({ AWS_REGION: 'EU West' }),
    ...{ code: 'CONFIG_INVALID', says: /"EU West" is not a region/, next: DOCTOR },
  },
  'no credentials': {
    env: () => ({ AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_EC2_METADATA_DISABLED: 'true' }),
    ...{ code: 'NOT_AUTHENTICATED', says: /there are no AWS credentials/, next: 'aws configure' },
  },
  'a profile that is not there': {
    env: () => ({ AWS_PROFILE: 'team' }),
    ...{ code: 'CONFIG_INVALID', says: /the AWS profile "team" is not in/, next: 'aws configure --profile team' },
  },
  'a key that nobody knows': {
    env: () => ({ AWS_ACCESS_KEY_ID: 'AKIANOBODY' }),
    ...{ code: 'NOT_AUTHENTICATED', says: /does not accept the key AKIA…/, next: WHO },
  },
  'a wrong secret': {
    env: () => ({ AWS_SECRET_ACCESS_KEY: 'wrong' }),
    ...{ code: 'NOT_AUTHENTICATED', says: /SignatureDoesNotMatch/, next: WHO },
  },
  'a token that has expired': {
    env: () => asKey(KEYS.expired),
    ...{ code: 'NOT_AUTHENTICATED', says: /the AWS session of expi… has expired/, next: WHO },
  },
  'no such bucket': {
    env: () => ({}),
    registry: 's3://no-such-bucket/team',
    ...{ code: 'REGISTRY_MISSING', says: /there is no bucket "no-such-bucket"/, next: 'aws s3 mb s3://no-such-bucket' },
  },
  'no registry in the bucket': {
    env: () => ({}),
    registry: `s3://${BUCKET}/elsewhere`,
    ...{ code: 'REGISTRY_MISSING', says: /there is no registry at/, next: /^aiship (bundle|doctor)/ },
  },
  'a key that may do nothing': {
    env: () => asKey(KEYS.nothing),
    ...{ code: 'NOT_PERMITTED', says: /noth… may not read .*s3:GetObject/s, next: WHO },
  },
  'a key that may not get': {
    env: () => asKey(KEYS.listers),
    ...{ code: 'NOT_PERMITTED', says: /list… may not read .*s3:GetObject/s, next: WHO },
  },
  'a key that may not list': {
    env: () => asKey(KEYS.getters),
    ...{ code: 'NOT_PERMITTED', says: /gett… may not list .*s3:ListBucket/s, next: WHO },
  },
  'an option that a bucket does not have': {
    env: () => ({}),
    registry: `s3://${BUCKET}/team?regoin=eu-west-1`,
    ...{ code: 'CONFIG_INVALID', says: /a bucket has no option regoin/, next: DOCTOR },
  },
  'a prefix that leads out of itself': {
    env: () => ({}),
    registry: `s3://${BUCKET}/team/../other`,
    ...{ code: 'CONFIG_INVALID', says: /has an empty, "\." or "\.\." part/, next: DOCTOR },
  },
  'an address with a password in it': {
    env: () => ({}),
    registry: `s3://user:pa55word@${BUCKET}/team`,
    ...{ code: 'CONFIG_INVALID', says: /^(?!.*pa55word)aiship: .*a user (in it|name or password)/s, next: DOCTOR },
  },
  'a URL without its slashes': {
    env: () => ({}),
    registry: `s3:${BUCKET}/team`,
    ...{ code: 'USAGE', says: /neither a URL nor clearly a folder/, next: /^aiship help/ },
  },
  'a name that no bucket can have': {
    env: () => ({}),
    registry: 's3:///team',
    ...{ code: 'CONFIG_INVALID', says: /is not the name of a bucket/, next: DOCTOR },
  },
}

describe.each(Object.keys(CASES))('%s', (name) => {
  const { env, says, registry, ...refusal } = CASES[name] as Case
  test.each(['resolve prod', 'promote v1 prod'])('%s', { timeout: 60_000 }, async (line) => {
    // Each on a machine that has never been there: nothing is answered from a copy.
    const one = desk(server, { prefix: home.prefix, ...(registry === undefined ? {} : { registry }) })
    for (const [key, value] of Object.entries(env()))
      if (value === undefined) delete one.env[key]
      else one.env[key] = value
    const before = server.names()
    const outcome = await one.run(line)
    expectRefusal({ ...outcome, exit: outcome.exit }, refusal)
    expect(errorLines(outcome.stderr).join('\n')).toMatch(says)
    expect(server.names()).toEqual(before)
  })
})

test.each(['home', 'where nothing is yet'])(
  'a key that may write and not list can bundle nothing %s, and is told why',
  async (where) => {
    const one = desk(server, { ...(where === 'home' ? { prefix: home.prefix } : {}), key: KEYS.putters })
    const outcome = await one.run('bundle')
    expectRefusal(outcome, { code: 'NOT_PERMITTED', next: WHO })
    expect(outcome.stderr).toContain('lacks s3:ListBucket')
  },
)

test('the region of the bucket is learnt from its refusal', async () => {
  const one = desk(server, { prefix: home.prefix })
  one.env.AWS_REGION = 'eu-west-1'
  expect(await one.run('resolve prod')).toMatchObject({ exit: 0 })
})

test.each([-20, 20])('a clock that is %i minutes off', async (minutes) => {
  const other = await startS3({ clockOffset: minutes * 60_000 })
  try {
    const { stderr, ...rest } = await desk(other).run('bundle')
    expectRefusal({ ...rest, stderr }, { code: 'CLOCK_SKEWED', next: 'timedatectl status' })
    expect(stderr).toMatch(minutes > 0 ? /1[12]\d\d s behind the store/ : /1[12]\d\d s ahead of the store/)
  } finally {
    await other.close()
  }
})

test('a bucket that is another registry than it was: reading says so, and nothing is written', async () => {
  const one = desk(server)
  await release(one)
  const format = `${one.prefix}/format.json`
  const id = JSON.parse(String(await server.bytesOf(format))).id
  server.place(format, Buffer.from(String(await server.bytesOf(format)).replace(id, home.prefix)))
  const before = server.names()
  for (const line of ['resolve prod', 'status', 'promote v1 prod', 'rollback prod', 'bundle']) {
    const outcome = await one.run(line)
    expect({ line, exit: outcome.exit, stdout: outcome.stdout }).toEqual({ line, exit: 7, stdout: '' })
    expect(outcome.stderr).toMatch(/is the registry .* now, and was .* when it was last used here/)
  }
  expect(server.names()).toEqual(before)
})

test('a format that a newer aiship wrote', async () => {
  const one = desk(server)
  await release(one)
  const format = `${one.prefix}/format.json`
  server.place(format, Buffer.from(String(await server.bytesOf(format)).replace('"format":1', '"format":2')))
  for (const other of [one, desk(server, { prefix: one.prefix })])
    for (const line of ['resolve prod', 'promote v1 prod'])
      expectRefusal(await other.run(line), { code: 'FORMAT_NEWER', next: 'npm install -g aiship@latest' })
})

test.each([...['team models/ü/日本', "it's a+b=c&d", 'a%20b', '100%', '(x)~!*$@,;:']])(
  'a prefix such as %j is a folder like any other',
  async (prefix) => {
    const one = desk(server, { registry: JSON.stringify(`s3://${BUCKET}/${prefix}`) })
    await release(one)
    expect(await one.run('rollback prod')).toMatchObject({ exit: 0 })
    expect(await one.run('fsck')).toMatchObject({ exit: 0 })
    expect(server.names()).toContain(`${prefix}/format.json`)
    const other = desk(server, { registry: JSON.stringify(`s3://${BUCKET}/${prefix}`) })
    expect(await other.run('resolve prod')).toMatchObject({ exit: 0 })
  },
)

sayIfAbsent('a real store that lies', LIAR, 'AISHIP_TEST_S3_LYING_ENDPOINT')
test.each(LIAR === null ? [] : [LIAR])('a real store that lies is refused', async (store) => {
  expectRefusal(await desk(store, { key: store.key }).run('bundle'), { code: 'CONDITION_UNSUPPORTED', next: DOCTOR })
})

test.each(['lies', 'checkThenWrite'] as const)('a store that %s is refused before anything moves', async (how) => {
  const other = await startS3({ [how]: true })
  try {
    const one = desk(other)
    expectRefusal(await one.run('bundle'), { code: 'CONDITION_UNSUPPORTED', next: DOCTOR })
    expect(other.names().filter((name) => /\/(logs|index)\/|format\.json/.test(name))).toEqual([])
    const told = await one.run('doctor')
    expect(told.stdout).toMatch(/does not keep its word/)
    expect(told.exit).toBe((await one.run('bundle')).exit)
  } finally {
    await other.close()
  }
})
