import { createHash, createHmac } from 'node:crypto'

/**
 * Signature version 4, for one service: what the client of these tests signs with and the double checks with. That both are right is
 * shown by the examples of the specification, not by their agreeing.
 */

export interface Credentials {
  readonly id: string
  readonly secret: string
  readonly token?: string
}

/** What a signature covers. Header names are in lower case. */
export interface Signable {
  readonly method: string
  /** Decoded: "/bucket/a key". */
  readonly path: string
  /** Decoded, in any order. */
  readonly query: readonly (readonly [string, string])[]
  readonly headers: Readonly<Record<string, string>>
  readonly signed: readonly string[]
  readonly payload: string
  /** "20130524T000000Z". */
  readonly time: string
  readonly region: string
}

export const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** As the specification encodes: all but unreserved characters. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

export const encodePath = (path: string): string => path.split('/').map(encode).join('/')

export const encodeQuery = (query: Signable['query']): string =>
  query
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')

/** The date, and where the signature is good: "20130524/us-east-1/s3/aws4_request". */
export const scopeOf = (time: string, region: string): string => `${time.slice(0, 8)}/${region}/s3/aws4_request`

export function signatureOf(request: Signable, secret: string): string {
  const { method, path, query, headers, signed, payload, time, region } = request
  const lines = signed.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`)
  const canonical = [method, encodePath(path), encodeQuery(query), lines.join(''), signed.join(';'), payload].join('\n')
  const scope = scopeOf(time, region)
  const hmac = (key: string | Uint8Array, text: string) => createHmac('sha256', key).update(text).digest()
  const key = scope.split('/').reduce<string | Uint8Array>(hmac, `AWS4${secret}`)
  return hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`).toString('hex')
}

export const timeOf = (date: Date): string => date.toISOString().replace(/[-:]|\.\d+/g, '')

export interface Call {
  readonly method: string
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** In place of the body's digest. */
  readonly payload?: string
}

export interface Signer extends Credentials {
  readonly endpoint: string
  readonly region?: string
  readonly now?: () => Date
}

/** The address and the headers to send. */
export function sign(signer: Signer, call: Call): { readonly url: string; readonly headers: Record<string, string> } {
  const { endpoint, region = 'us-east-1', token, now = () => new Date() } = signer
  const query = Object.entries(call.query ?? {})
  const time = timeOf(now())
  const payload = call.payload ?? sha256(call.body ?? '')
  const headers: Record<string, string> = {
    ...Object.fromEntries(Object.entries(call.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])),
    ...{ host: new URL(endpoint).host, 'x-amz-content-sha256': payload, 'x-amz-date': time },
    ...(token === undefined ? {} : { 'x-amz-security-token': token }),
  }
  const signed = Object.keys(headers).sort()
  const { method, path } = call
  const signature = signatureOf({ method, path, query, headers, signed, payload, time, region }, signer.secret)
  const credential = `${signer.id}/${scopeOf(time, region)}`
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signed.join(';')}, Signature=${signature}`
  const search = query.length === 0 ? '' : `?${encodeQuery(query)}`
  return { url: endpoint + encodePath(path) + search, headers }
}
