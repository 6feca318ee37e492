import { AishipError } from '../core/errors.ts'
import { profileOf } from './_s3-profile.ts'

export type Env = Readonly<Record<string, string | undefined>>

export interface S3Options {
  readonly region?: string
  /** Of a server that is not AWS's. */
  readonly endpoint?: string
  /** The bucket in the path, not in the host's name. Default: where an endpoint is given. */
  readonly pathStyle?: boolean
}

/** Where a bucket is, and how it is reached. */
export interface Settings {
  readonly bucket: string
  readonly region: string
  /** Null: AWS's own, by region. */
  readonly endpoint: URL | null
  readonly pathStyle: boolean
  /** Of the AWS configuration, where one is named. */
  readonly profile: string | undefined
  readonly proxy: URL | null
}

const REGION = /^[a-z0-9][a-z0-9-]{0,39}$/
export const isRegion = (text: string): boolean => REGION.test(text)

/** `s3://bucket/prefix`; the prefix without slashes around it. Errors: CONFIG_INVALID. */
export function parseS3Url(url: string): { readonly bucket: string; readonly prefix: string } {
  const [, bucket = '', rest = ''] = /^s3:\/\/([^/]*)\/?(.*)$/is.exec(url) ?? []
  if (bucket.includes('@'))
    throw invalid('the address has a user in it', 'credentials come from the environment: write s3://bucket/prefix')
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/.test(bucket) || bucket.includes('..'))
    throw invalid(`"${bucket}" is not the name of a bucket`, 'a registry in a bucket is written s3://bucket/prefix')
  const prefix = rest.replace(/\/+$/, '')
  const segments = prefix.split('/')
  if (prefix !== '' && segments.some((segment) => segment === '' || segment === '.' || segment === '..'))
    throw invalid(`"${prefix}" has an empty, "." or ".." part`, 'write the prefix as the path of a folder: team/models')
  if (/\p{C}|\\/u.test(prefix) || Buffer.byteLength(prefix) > 512)
    throw invalid(
      'the prefix has control or invisible characters, a backslash, or over 512 bytes',
      'use letters, digits, "-", "_", "." and "/"',
    )
  return { bucket, prefix }
}

/** Options go before the environment, which goes before the profile. Errors: CONFIG_INVALID. */
export function settingsOf(bucket: string, options: S3Options, env: Env): Settings {
  const named = env.AWS_PROFILE || undefined
  const isConfigured = env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS !== 'true'
  const fromEnv = isConfigured ? env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL : undefined
  const stated = {
    region: options.region || env.AWS_REGION || env.AWS_DEFAULT_REGION,
    endpoint: options.endpoint || fromEnv,
  }
  const isWhole = stated.region !== undefined && stated.endpoint !== undefined && named === undefined
  const profile = isWhole ? undefined : profileOf(env, named)
  const region = stated.region || profile?.region || 'us-east-1'
  if (!isRegion(region)) throw invalid(`"${region}" is not a region`, 'a region is written as in eu-central-1')
  const written = stated.endpoint ?? profile?.endpoint
  const endpoint = written === undefined ? null : endpointOf(written)
  // A certificate for *.s3.amazonaws.com does not cover a name with another dot in it.
  const pathStyle = options.pathStyle ?? (endpoint !== null || bucket.includes('.'))
  return {
    bucket,
    region,
    endpoint,
    pathStyle,
    profile: named,
    proxy: proxyOf(hostOf({ bucket, region, endpoint, pathStyle }), env),
  }
}

/** The origin that requests go to. */
export function hostOf({
  bucket,
  region,
  endpoint,
  pathStyle,
}: Pick<Settings, 'bucket' | 'region' | 'endpoint' | 'pathStyle'>): URL {
  const ending = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  const origin = new URL(endpoint ?? `https://s3.${region}.${ending}`)
  if (!pathStyle) origin.hostname = `${bucket}.${origin.hostname}`
  return origin
}

function endpointOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  const hint = 'an endpoint is written as in https://storage.example.com or http://127.0.0.1:9000'
  if (url === null || !/^https?:$/.test(url.protocol))
    throw invalid(`the endpoint "${withoutUser(text)}" is not a URL of a server`, hint)
  if (url.username !== '' || url.password !== '')
    throw invalid(
      `the endpoint ${url.host} has a name or password in it`,
      'give credentials in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    )
  if (url.search !== '' || url.hash !== '') throw invalid(`the endpoint ${url.host} has a query in it`, hint)
  return url
}

const withoutUser = (text: string): string => text.replace(/\/\/[^/@]*@/, '//')

/** As curl reads these variables: lower case goes first; HTTP_PROXY in capitals too, because CI systems set only that. */
function proxyOf(target: URL, env: Env): URL | null {
  const read = (name: string): string => env[name.toLowerCase()] || env[name] || ''
  const isExempt = read('NO_PROXY')
    .split(/[\s,]+/)
    .some((entry) => exempts(entry.toLowerCase(), target))
  const written = read(target.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY') || read('ALL_PROXY')
  if (written === '' || isExempt) return null
  const text = written.includes('://') ? written : `http://${written}`
  if (!URL.canParse(text) || !/^https?:/.test(text))
    throw invalid(
      'the proxy that the environment names is not an http:// URL',
      'correct HTTPS_PROXY, or exempt the bucket’s host in NO_PROXY',
    )
  return new URL(text)
}

function exempts(entry: string, { hostname, port, protocol }: URL): boolean {
  const [, name = '', wanted] = /^(.*?)(?::(\d+))?$/.exec(entry.replace(/^\*?\./, '')) ?? []
  if (entry === '*') return true
  const actual = port || (protocol === 'https:' ? '443' : '80')
  return (
    name !== '' && (wanted === undefined || wanted === actual) && (hostname === name || hostname.endsWith(`.${name}`))
  )
}

const invalid = (message: string, hint: string): AishipError =>
  new AishipError('CONFIG_INVALID', message, { hint, next: ['aiship doctor'] })
