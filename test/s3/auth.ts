import { S3Error } from './reply.ts'
import { type Credentials, encodePath, encodeQuery, scopeOf, signatureOf } from './sign.ts'

export type Right = 'read' | 'write' | 'list' | 'delete'

export interface Key extends Credentials {
  /** All rights where it does not say. Who may not list is told 403, not 404, of what is not there. */
  readonly may?: readonly Right[]
  /** A pattern of names that it may neither write nor delete, whatever its rights. */
  readonly cannotWrite?: string
  /** Its token was good once. */
  readonly expired?: boolean
}

/** A request without its body. */
export interface Call {
  readonly method: string
  readonly path: string
  readonly bucket: string
  readonly key: string
  readonly query: ReadonlyMap<string, string>
  readonly headers: Readonly<Record<string, string>>
}

const SKEW = 15 * 60 * 1000
export const UNSIGNED = 'UNSIGNED-PAYLOAD'

interface Claim {
  readonly id: string
  readonly scope: string
  readonly signed: readonly string[]
  readonly signature: string
  readonly time: string
  readonly payload: string
  readonly token: string | undefined
  /** In seconds; a request with headers is good for as long as clocks may differ. */
  readonly expires: number | null
}

/** Who asks, if the signature is right, and the digest that the body must have. */
export function authenticate(
  call: Call,
  keys: readonly Key[],
  region: string,
  now: Date,
): { readonly key: Key; readonly payload: string } {
  const claim = claimOf(call)
  const key = keys.find(({ id }) => id === claim.id)
  if (key === undefined)
    throw new S3Error(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.')
  checkScope(claim, region)
  checkTime(claim, now)
  if (claim.token !== key.token) throw new S3Error(400, 'InvalidToken', 'The provided token is malformed or invalid.')
  if (key.expired) throw new S3Error(400, 'ExpiredToken', 'The provided token has expired.')
  const unsigned = Object.keys(call.headers).filter((name) => name.startsWith('x-amz-') && !claim.signed.includes(name))
  if (claim.expires === null && unsigned.length > 0) throw notSigned(unsigned)
  if (!claim.signed.includes('host')) throw notSigned(['host'])
  const query = [...call.query].filter(([name]) => name !== 'X-Amz-Signature')
  if (signatureOf({ ...call, ...claim, query, region }, key.secret) !== claim.signature)
    throw new S3Error(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided.',
      { CanonicalPath: encodePath(call.path), CanonicalQuery: encodeQuery(query) },
    )
  return { key, payload: claim.payload }
}

const notSigned = (names: readonly string[]): S3Error =>
  new S3Error(403, 'AccessDenied', 'There were headers present in the request which were not signed', {
    HeadersNotSigned: names.join(', '),
  })

function claimOf({ headers, query }: Call): Claim {
  if (query.get('X-Amz-Algorithm') === 'AWS4-HMAC-SHA256') {
    const [id = '', ...scope] = (query.get('X-Amz-Credential') ?? '').split('/')
    return {
      ...{ id, scope: scope.join('/'), signed: (query.get('X-Amz-SignedHeaders') ?? '').split(';') },
      ...{ signature: query.get('X-Amz-Signature') ?? '', time: query.get('X-Amz-Date') ?? '', payload: UNSIGNED },
      ...{ token: query.get('X-Amz-Security-Token'), expires: Number(query.get('X-Amz-Expires')) },
    }
  }
  const { authorization } = headers
  if (authorization === undefined) throw new S3Error(403, 'AccessDenied', 'Access Denied')
  const form = /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})$/
  const [, id = '', scope = '', signed = '', signature = ''] = form.exec(authorization) ?? []
  if (id === '') throw malformed('The authorization header is malformed.')
  const payload = headers['x-amz-content-sha256']
  if (payload === undefined)
    throw new S3Error(400, 'InvalidRequest', 'Missing required header for this request: x-amz-content-sha256')
  if (payload.startsWith('STREAMING-')) throw new S3Error(501, 'NotImplemented', `${payload} is not implemented.`)
  return {
    ...{ id, scope, signed: signed.split(';'), signature, time: headers['x-amz-date'] ?? '', payload },
    ...{ token: headers['x-amz-security-token'], expires: null },
  }
}

const malformed = (message: string, details: Readonly<Record<string, string>> = {}): S3Error =>
  new S3Error(400, 'AuthorizationHeaderMalformed', message, details)

function checkScope({ scope, time }: Claim, region: string): void {
  const [, stated = ''] = scope.split('/')
  if (stated !== region)
    throw malformed(`The authorization header is malformed; the region '${stated}' is wrong; expecting '${region}'`, {
      Region: region,
    })
  if (scope !== scopeOf(time, region)) throw malformed(`The credential scope '${scope}' is not of ${time}.`)
}

function checkTime({ time, expires }: Claim, now: Date): void {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time) ?? []
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  if (Number.isNaN(at)) throw new S3Error(403, 'AccessDenied', 'AWS authentication requires a valid date')
  const age = now.getTime() - at
  if (expires !== null && age > expires * 1000) throw new S3Error(403, 'AccessDenied', 'Request has expired')
  if (age < -SKEW || (expires === null && age > SKEW))
    throw new S3Error(
      403,
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      { RequestTime: time, ServerTime: now.toISOString(), MaxAllowedSkewMilliseconds: String(SKEW) },
    )
}
