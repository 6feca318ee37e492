import aws4 from 'aws4'
import type { Identity } from './_s3-credentials.ts'

/** SHA-256 of no bytes. */
export const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** What S3 signs and node:http sends as it stands: each segment escaped, also where a URL would not need it. */
export const escapePath = (key: string): string => key.split('/').map(escaped).join('/')

export const escapeQuery = (query: Readonly<Record<string, string>>): string =>
  Object.entries(query)
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .join('&')

const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/** The headers with which a request is sent. `path` is escaped, with its query. */
export function signed(
  request: {
    readonly method: string
    readonly host: string
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
    readonly sha256: string
  },
  region: string,
  identity: Identity,
): Record<string, string> {
  const { method, host, path } = request
  const headers = { host, ...request.headers, 'x-amz-content-sha256': request.sha256 }
  const { accessKeyId, secretAccessKey, sessionToken } = identity
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
  return aws4.sign({ service: 's3', region, method, host, path, headers }, credentials).headers as Record<
    string,
    string
  >
}
