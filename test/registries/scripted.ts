import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ClientOptions, openS3, type S3Client } from '../../src/registries/_s3-client.ts'

/** What a request was, and how often one came before it. */
export type Script = (request: IncomingMessage, response: ServerResponse, nth: number, body: Buffer) => void

export interface Scripted {
  readonly client: S3Client
  readonly requests: readonly IncomingMessage[]
  readonly origin: string
}

const open: (() => void)[] = []

export function closeAll(): void {
  for (const close of open.splice(0)) close()
}

const ENV = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'not-for-messages', HOME: '/nonexistent' }

/** A server that answers as a script says, and a client of it that does not wait long. */
export async function scripted(script: Script, options: Partial<ClientOptions> = {}): Promise<Scripted> {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => {})
    request.on('end', () => script(request, response, requests.push(request) - 1, Buffer.concat(chunks)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = await clientOf(origin, options)
  open.push(() => {
    client.close()
    server.closeAllConnections()
    server.close()
  })
  return { client, requests, origin }
}

export const clientOf = (endpoint: string | undefined, options: Partial<ClientOptions> = {}): Promise<S3Client> =>
  openS3('bucket', {
    ...(endpoint === undefined ? {} : { endpoint }),
    env: ENV,
    ...options,
    pace: { baseMs: 2, capMs: 10, deadlineMs: 5000, ...options.pace },
    timeouts: { idleMs: 300, connectMs: 2000, ...options.timeouts },
  })

export function error(response: ServerResponse, status: number, code: string, more = ''): void {
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>said so</Message>${more}</Error>`)
}

export const ok = (
  response: ServerResponse,
  bytes: string | Uint8Array = '',
  headers: Record<string, string> = {},
): void => {
  response.writeHead(200, { etag: '"1"', 'content-length': String(Buffer.byteLength(bytes)), ...headers })
  response.end(bytes)
}

/** The connection ends without a reply. */
export const reset = (request: IncomingMessage): void => {
  request.socket.destroy()
}
