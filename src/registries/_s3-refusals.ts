import type { IncomingHttpHeaders } from 'node:http'
import { AishipError, type ErrorCode } from '../core/errors.ts'
import type { Identity } from './_s3-credentials.ts'
import { isRegion, type Settings } from './_s3-settings.ts'
import type { WireFailure } from './_s3-wire.ts'
import { parseXml, textOf } from './_s3-xml.ts'

/** What was asked for, in words: "read", "write", "list", "delete". */
export type Action = 'read' | 'write' | 'list' | 'delete'

/** A reply that is no answer, with what S3 says of it. */
export interface Refusal {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** S3's code; '' where the reply has none (HEAD, a proxy, a web page). */
  readonly code: string
  readonly message: string
  /** The bucket's region, where the reply names it. */
  readonly region: string | null
  /** It came from something that is no S3: a page, or a body that is no answer of one. */
  readonly isForeign: boolean
}

export interface Asked {
  readonly action: Action
  /** '' for the bucket. */
  readonly key: string
  readonly settings: Settings
  readonly origin: URL
  readonly identity: Identity | null
}

export function refusalOf(status: number, headers: IncomingHttpHeaders, bytes: Uint8Array): Refusal {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()
  const document = parseXml(text)
  const error = document?.name === 'Error' ? document : null
  const named = headers['x-amz-bucket-region'] ?? textOf(error, 'Region')
  const region = typeof named === 'string' && isRegion(named) ? named : null
  const isHtml = /^\s*<(?:!doctype\s+html|html)\b/i.test(text) || /^text\/html/.test(headers['content-type'] ?? '')
  const isForeign = isHtml || (status === 404 && error === null && text.trim() !== '')
  return {
    status,
    headers,
    code: textOf(error, 'Code').slice(0, 80),
    message: short(textOf(error, 'Message')),
    region,
    isForeign,
  }
}

const short = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 200)

const SIGNATURE: ReadonlySet<string> = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'InvalidSecurity',
  'NotSignedUp',
])
export const EXPIRED: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'TokenRefreshRequired',
  'InvalidToken',
])
const FULL: ReadonlySet<string> = new Set(['QuotaExceeded', 'XMinioStorageFull', 'InsufficientCapacity'])

const STATEMENTS: Readonly<Record<Action, string>> = {
  read: 's3:GetObject',
  write: 's3:PutObject',
  list: 's3:ListBucket',
  delete: 's3:DeleteObject',
}

/** What a reply that refuses means to the user. */
export function refused(refusal: Refusal, asked: Asked): AishipError {
  const { status, code, message, region } = refusal
  const { settings, origin } = asked
  const place = `s3://${settings.bucket}`
  const make = (
    kind: ErrorCode,
    text: string,
    hint: string,
    next: readonly string[] = ['aiship doctor'],
  ): AishipError =>
    new AishipError(kind, text, {
      hint,
      next,
      details: { bucket: settings.bucket, endpoint: origin.origin, key: asked.key, status, s3_code: code },
    })
  const said = code === '' ? `HTTP ${status}` : message === '' ? code : `${code}: ${message}`

  if (status === 407)
    return make(
      'REGISTRY_UNREACHABLE',
      `the proxy ${settings.proxy?.host ?? 'on the way'} wants a name and a password`,
      'put them in HTTPS_PROXY, or exempt the host of the bucket in NO_PROXY',
    )
  if (refusal.isForeign)
    return make(
      'REGISTRY_UNREACHABLE',
      `${origin.host} answers with a web page or a text of its own, not as S3 does (HTTP ${status})`,
      'the endpoint is that of a console or of something else, or a proxy stands in between; correct AWS_ENDPOINT_URL_S3, or exempt the host in NO_PROXY',
    )
  if (code === 'NoSuchBucket')
    return make(
      'REGISTRY_MISSING',
      `there is no bucket "${settings.bucket}" at ${origin.host}`,
      'correct `registry:` in aiship.yaml, or the endpoint; aiship makes no buckets',
      [`aws s3 mb ${place}`],
    )
  if (code === 'RequestTimeTooSkewed') return skewed(refusal, make)
  if (EXPIRED.has(code))
    return make(
      'NOT_AUTHENTICATED',
      `the AWS session of ${keyId(asked)} has expired or is not valid (${code})`,
      'get new credentials: AWS_SESSION_TOKEN, or `aws sso login`',
      ['aws sts get-caller-identity'],
    )
  if (SIGNATURE.has(code))
    return make(
      'NOT_AUTHENTICATED',
      `${origin.host} does not accept the key ${keyId(asked)} (${code})`,
      'correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile',
      ['aws sts get-caller-identity'],
    )
  if (region !== null && (status === 301 || status === 307 || status === 400))
    return make(
      'CONFIG_INVALID',
      `the bucket "${settings.bucket}" is in the region ${region}, not reached through ${origin.host} as ${settings.region}`,
      `set AWS_REGION=${region}, and an endpoint of that region if you set one`,
    )
  if (status >= 300 && status < 400)
    return make(
      'REGISTRY_UNREACHABLE',
      `${origin.host} sends us elsewhere (HTTP ${status}), and requests with your signature go nowhere else`,
      'a proxy stands in between, or the endpoint is not that of the bucket; correct AWS_ENDPOINT_URL_S3',
    )
  if (status === 401 || status === 403)
    return make(
      'NOT_PERMITTED',
      `${keyId(asked)} may not ${asked.action} ${place}${asked.key === '' ? '' : `/${asked.key}`}`,
      `${said}; the policy of the bucket or of the identity lacks ${STATEMENTS[asked.action]}`,
      ['aws sts get-caller-identity'],
    )
  if (status === 507 || FULL.has(code)) return make('DISK_FULL', `${place} takes no more bytes`, said)
  if (status === 501)
    return make(
      'REGISTRY_UNREACHABLE',
      `${origin.host} does not do what aiship needs to ${asked.action} there`,
      `${said}; use a store that has conditional writes`,
    )
  return make(
    'REGISTRY_UNREACHABLE',
    `${origin.host} could not ${asked.action} ${asked.key === '' ? place : `"${asked.key}"`}: ${said}`,
    status >= 500 || status === 429
      ? 'the store is busy or unwell; run the same command again'
      : 'the endpoint may not be S3',
  )
}

/** The same refusal to read, by a store that does not let us list either: then it says so of everything that is not there. */
export const unlisted = ({ code, message, next, details }: AishipError, cause: unknown): AishipError =>
  new AishipError(code, message, {
    hint: 'the policy lacks s3:ListBucket, without which S3 says this also of what is not there; or it lacks s3:GetObject',
    ...{ next, details, cause },
  })

type Make = (kind: ErrorCode, text: string, hint: string, next?: readonly string[]) => AishipError

function skewed({ headers }: Refusal, make: Make): AishipError {
  const offset = Math.round((Date.parse(headers.date ?? '') - Date.now()) / 1000)
  const by = Number.isNaN(offset) ? 'far' : `${Math.abs(offset)} s ${offset > 0 ? 'behind' : 'ahead of'}`
  return make(
    'CLOCK_SKEWED',
    `the clock of this machine is ${by === 'far' ? 'far from' : by} the store's`,
    'signatures are good for 15 minutes; set the clock',
    ['timedatectl status'],
  )
}

/** Enough to tell keys apart. */
const keyId = ({ identity }: Asked): string => (identity === null ? 'nobody' : `${identity.accessKeyId.slice(0, 4)}…`)

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME|^ERR_TLS/
const NOT_TLS = /^(?:EPROTO|ERR_SSL)/

/** What a lost connection means to the user. */
export function unreachable(failure: WireFailure, { settings, origin, key }: Asked): AishipError {
  const { errno } = failure
  const host = settings.proxy === null ? origin.host : `${origin.host} through the proxy ${settings.proxy.host}`
  const endpoint = settings.endpoint === null ? 'AWS_REGION' : 'AWS_ENDPOINT_URL_S3'
  const make = (message: string, hint: string): AishipError =>
    new AishipError('REGISTRY_UNREACHABLE', message, {
      ...{ hint, next: ['aiship doctor'], cause: failure },
      details: { bucket: settings.bucket, endpoint: origin.origin, key, errno },
    })
  if (errno === 'ENOTFOUND' || errno === 'EAI_AGAIN')
    return make(`no machine is called ${origin.hostname}`, `correct ${endpoint}, or the network's name service`)
  if (errno === 'ECONNREFUSED') return make(`nothing listens at ${host}`, `start the server, or correct ${endpoint}`)
  if (CERTIFICATE.test(errno))
    return make(
      `the certificate of ${origin.host} cannot be trusted (${errno})`,
      'NODE_EXTRA_CA_CERTS=FILE names a certificate authority of your own; verification cannot be turned off',
    )
  if (NOT_TLS.test(errno)) return make(`${host} does not speak TLS`, 'an endpoint without TLS is written http://')
  return make(`the connection to ${host} was lost: ${short(failure.message)} (${errno})`, 'run the same command again')
}

export const isPermanent = ({ errno }: WireFailure): boolean =>
  errno === 'ENOTFOUND' || CERTIFICATE.test(errno) || NOT_TLS.test(errno)

export const notS3 = (what: string, { settings, origin }: Pick<Asked, 'settings' | 'origin'>): AishipError =>
  new AishipError('REGISTRY_UNREACHABLE', `${origin.host} answers, but not as S3 does: ${what}`, {
    hint: 'the endpoint is not that of an S3-compatible store, or a proxy changes what it says',
    next: ['aiship doctor'],
    details: { bucket: settings.bucket, endpoint: origin.origin },
  })
