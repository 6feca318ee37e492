import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { credentialsOf, type Identity } from '../../src/registries/_s3-credentials.ts'
import { hostOf, parseS3Url, type S3Options, settingsOf } from '../../src/registries/_s3-settings.ts'
import { signed } from '../../src/registries/_s3-sign.ts'
import { escapeXml, parseXml, textOf } from '../../src/registries/_s3-xml.ts'
import { codeOf } from '../contracts/object-store.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

const home = (config: string, credentials = ''): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'aiship-aws-'))
  folders.push(folder)
  writeFileSync(path.join(folder, 'config'), config)
  writeFileSync(path.join(folder, 'credentials'), credentials)
  return folder
}

const CONFIG = `[default]
region = eu-north-1
[profile team]   # ours
region=eu-west-3
services = lab
endpoint_url = https://not-this.example
[services lab]
ec2 =
  endpoint_url = https://nor-this.example
s3 =
  endpoint_url = https://lab.example:9000
`

const env = (more: Record<string, string> = {}): Record<string, string> => {
  const folder = home(CONFIG, '[keys-only]\naws_access_key_id = A\n')
  return {
    AWS_CONFIG_FILE: path.join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: path.join(folder, 'credentials'),
    ...more,
  }
}

describe('where a bucket is', () => {
  test.each<[string, string, S3Options, Record<string, string>, string, string]>([
    ['the profile that is the default', 'b-1', {}, {}, 'https://b-1.s3.eu-north-1.amazonaws.com/', 'eu-north-1'],
    [
      'AWS_DEFAULT_REGION',
      'b-1',
      {},
      { AWS_DEFAULT_REGION: 'us-west-2' },
      'https://b-1.s3.us-west-2.amazonaws.com/',
      'us-west-2',
    ],
    [
      'AWS_REGION before it',
      'b-1',
      {},
      { AWS_REGION: 'us-west-1', AWS_DEFAULT_REGION: 'x' },
      'https://b-1.s3.us-west-1.amazonaws.com/',
      'us-west-1',
    ],
    [
      'an option before both',
      'b-1',
      { region: 'sa-east-1' },
      { AWS_REGION: 'us-west-1' },
      'https://b-1.s3.sa-east-1.amazonaws.com/',
      'sa-east-1',
    ],
    ['a profile', 'b-1', {}, { AWS_PROFILE: 'team' }, 'https://lab.example:9000/', 'eu-west-3'],
    [
      'a profile with keys alone',
      'b-1',
      {},
      { AWS_PROFILE: 'keys-only' },
      'https://b-1.s3.us-east-1.amazonaws.com/',
      'us-east-1',
    ],
    [
      'no endpoints from outside',
      'b-1',
      {},
      { AWS_PROFILE: 'team', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true', AWS_ENDPOINT_URL: 'http://x' },
      'https://b-1.s3.eu-west-3.amazonaws.com/',
      'eu-west-3',
    ],
    [
      'AWS_ENDPOINT_URL_S3 before AWS_ENDPOINT_URL',
      'b-1',
      {},
      { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9', AWS_ENDPOINT_URL: 'http://x' },
      'http://127.0.0.1:9/',
      'eu-north-1',
    ],
    [
      'an endpoint without path style',
      'b-1',
      { endpoint: 'https://s.example', pathStyle: false },
      {},
      'https://b-1.s.example/',
      'eu-north-1',
    ],
    ['a bucket with dots', 'b.example.com', {}, {}, 'https://s3.eu-north-1.amazonaws.com/', 'eu-north-1'],
    ['China', 'b-1', { region: 'cn-north-1' }, {}, 'https://b-1.s3.cn-north-1.amazonaws.com.cn/', 'cn-north-1'],
  ])('%s', (_, bucket, options, more, origin, region) => {
    const settings = settingsOf(bucket, options, env(more))
    expect(hostOf(settings).href).toBe(origin)
    expect(settings.region).toBe(region)
  })

  test.each<[string, S3Options, Record<string, string>]>([
    ['an endpoint that is no URL', { endpoint: 'storage.example' }, {}],
    ['an endpoint with a password', { endpoint: 'https://me:secret@storage.example' }, {}],
    ['an endpoint of another protocol', { endpoint: 'ftp://me:secret@storage.example' }, {}],
    ['a region that is none', { region: 'eu-west-1.evil.example/' }, {}],
    ['a profile that is not there', {}, { AWS_PROFILE: 'nobody' }],
    ['a proxy that is none', {}, { HTTPS_PROXY: 'socks5://me:secret@proxy' }],
  ])('%s is refused, without its secrets', async (_, options, more) => {
    const work = async () => settingsOf('b-1', options, env(more))
    const failure = await work().catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'CONFIG_INVALID', exit: 2 })
    expect(String(failure) + JSON.stringify(failure)).not.toContain('secret')
  })

  test.each<[Record<string, string>, string | null]>([
    [{ HTTPS_PROXY: 'http://proxy:3128' }, 'http://proxy:3128/'],
    [{ https_proxy: 'proxy:1', HTTPS_PROXY: 'http://proxy:2' }, 'http://proxy:1/'],
    [{ HTTP_PROXY: 'http://proxy:3128' }, null],
    [{ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'localhost,.amazonaws.com' }, null],
    [{ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '*' }, null],
    [{ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'amazonaws.com:80,naws.com' }, 'http://proxy:3128/'],
  ])('the proxy of %j is %s', (more, proxy) => {
    expect(settingsOf('b-1', {}, env(more)).proxy?.href ?? null).toBe(proxy)
  })

  test('an s3:// URL', async () => {
    expect(parseS3Url('s3://bucket')).toEqual({ bucket: 'bucket', prefix: '' })
    expect(parseS3Url('s3://bucket/team a/models+x?#/')).toEqual({ bucket: 'bucket', prefix: 'team a/models+x?#' })
    for (const url of [
      's3://',
      's3://a',
      's3://-bucket',
      's3://b..c',
      's3://bucket/a//b',
      's3://bucket/../b',
      's3://bucket/a\nb',
      's3://bucket/a\u202eb',
      's3://bucket/a\\b',
    ])
      expect(await codeOf((async () => parseS3Url(url))()), url).toBe('CONFIG_INVALID')
  })
})

describe('who asks', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't' }

  test('keys of the environment need no chain', async () => {
    const load = vi.fn()
    const credentials = credentialsOf(keys, undefined, load)
    expect(await credentials.identity()).toEqual({ accessKeyId: 'AKID', secretAccessKey: 's', sessionToken: 't' })
    expect(credentials.renew(await credentials.identity())).toBe(false)
    expect(load).not.toHaveBeenCalled()
  })

  test('what the chain gives is kept until shortly before it ends, and renewed once when it is refused', async () => {
    vi.useFakeTimers()
    try {
      let nth = 0
      const load = async (): Promise<Identity> => ({
        ...{ accessKeyId: `K${++nth}`, secretAccessKey: 's', expiration: new Date(Date.now() + 3_600_000) },
      })
      const credentials = credentialsOf(keys, 'team', load)
      const first = await credentials.identity()
      expect([first.accessKeyId, (await credentials.identity()).accessKeyId]).toEqual(['K1', 'K1'])
      vi.advanceTimersByTime(3_600_000 - 240_000)
      expect((await credentials.identity()).accessKeyId).toBe('K2')
      expect([credentials.renew(first), (await credentials.identity()).accessKeyId]).toEqual([true, 'K2'])
      credentials.renew(await credentials.identity())
      expect(
        (await Promise.all([1, 2, 3].map(() => credentials.identity()))).map(({ accessKeyId }) => accessKeyId),
      ).toEqual(['K3', 'K3', 'K3'])
    } finally {
      vi.useRealTimers()
    }
  })

  test('a chain that finds nothing is asked again the next time', async () => {
    let nth = 0
    const credentials = credentialsOf({}, undefined, async () => {
      if (nth++ === 0) throw new Error('Could not load credentials from any providers')
      return { accessKeyId: 'K', secretAccessKey: 's' }
    })
    expect(await codeOf(credentials.identity())).toBe('NOT_AUTHENTICATED')
    expect((await credentials.identity()).accessKeyId).toBe('K')
  })

  test('the official chain: a profile goes before keys, and a container has a role', async () => {
    const server = createServer((request, response) => {
      const isKnown = request.headers.authorization === 'token'
      response.writeHead(isKnown ? 200 : 403, { 'content-type': 'application/json' })
      response.end(
        JSON.stringify({ AccessKeyId: 'ROLE', SecretAccessKey: 's', Token: 't', Expiration: '2099-01-01T00:00:00Z' }),
      )
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const folder = home('', '[team]\naws_access_key_id = TEAM\naws_secret_access_key = s\n')
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    vi.stubEnv('AWS_CONFIG_FILE', path.join(folder, 'config'))
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', path.join(folder, 'credentials'))
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
    try {
      expect(await codeOf(credentialsOf({}, undefined).identity())).toBe('NOT_AUTHENTICATED')
      vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
      vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', 'token')
      expect(await credentialsOf({}, undefined).identity()).toMatchObject({ accessKeyId: 'ROLE', sessionToken: 't' })
      for (const [name, value] of Object.entries(keys)) vi.stubEnv(name, value)
      vi.stubEnv('AWS_PROFILE', 'team')
      expect(await credentialsOf(keys, 'team').identity()).toMatchObject({ accessKeyId: 'TEAM' })
      expect(warned).not.toHaveBeenCalled()
    } finally {
      vi.unstubAllEnvs()
      warned.mockRestore()
      server.close()
    }
  })
})

test('a request is signed as AWS documents it', () => {
  const headers = signed(
    {
      ...{ method: 'GET', host: 'examplebucket.s3.amazonaws.com', path: '/?max-keys=2&prefix=J' },
      ...{ headers: { 'x-amz-date': '20130524T000000Z' } },
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    },
    'us-east-1',
    { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
  )
  expect(headers.Authorization).toMatch(/Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7$/)
})

describe('documents', () => {
  test('are read', () => {
    const text =
      '<?xml version="1.0"?>\n<!-- a --><R xmlns="x"><K>a&amp;&lt;&#65;&#x1F680;</K><E/><L><K>b</K></L></R>\n'
    expect(textOf(parseXml(text), 'K')).toBe('a&<A🚀')
    expect(textOf(parseXml(`<R><K>${escapeXml('<&">')}</K></R>`), 'K')).toBe('<&">')
  })

  test.each([
    '',
    'x',
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a>&unknown;</a>',
    '<a>&#x110000;</a>',
    '<a>a & b</a>',
    '<!DOCTYPE a><a/>',
    '<a><![CDATA[x]]></a>',
    '<a'.repeat(10),
    `${'<a>'.repeat(17)}${'</a>'.repeat(17)}`,
  ])('%j is none', (text) => {
    expect(parseXml(text)).toBeNull()
  })
})
