import http from 'node:http'
import { type Call, type Signer, sign } from './sign.ts'

export interface Reply {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
  /** The code of an error, or ''. */
  readonly code: string
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 })

/** One signed request, and its answer whatever it is. Rejects only where no whole answer came. */
export const ask = (signer: Signer, call: Call): Promise<Reply> => send({ ...call, ...sign(signer, call) })

export interface Raw {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

export function send(raw: Raw): Promise<Reply> {
  const { request, reply } = begin({ ...raw, length: Buffer.byteLength(raw.body ?? '') })
  request.end(raw.body ?? '')
  return reply
}

/** A request whose body the caller sends. */
export function begin({ url, method, headers, length }: Raw & { readonly length: number }): {
  readonly request: http.ClientRequest
  readonly reply: Promise<Reply>
} {
  const { hostname, port, origin } = new URL(url)
  // As it was signed: URL would tidy "a/../b".
  const path = url.slice(origin.length)
  const all = { 'content-length': String(length), ...headers }
  const request = http.request({ method, hostname, port, path, agent, headers: all })
  const reply = new Promise<Reply>((resolve, reject) => {
    request.once('error', reject)
    request.once('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () => {
        const body = Buffer.concat(chunks)
        const code = /<Code>(\w+)<\/Code>/.exec(body.toString('latin1'))?.[1] ?? ''
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body, code })
      })
    })
  })
  return { request, reply }
}
