import { createHash } from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a server of the test does beside what the distribution specification asks. */
export interface ServerOptions {
  /** Lists referrers itself; else clients keep an index under a tag. */
  readonly referrers?: boolean
  readonly auth?: 'basic' | 'bearer'
  /** Called before each answer; true ends the connection there, a number answers with it. */
  readonly disturb?: (method: string, path: string, count: number) => boolean | number
  /** Breaks off after so many bytes of a blob, once for each. */
  readonly cutAt?: number
  /** Changes the bytes that are given out. */
  readonly tamper?: (bytes: Buffer) => Buffer
}

export interface OciServer {
  readonly host: string
  readonly blobs: Map<string, Buffer>
  /** By `repository@reference`. */
  readonly manifests: Map<string, { readonly type: string; readonly bytes: Buffer }>
  /** Method, path and authorization of each request. */
  readonly log: string[]
  close(): Promise<void>
}

export const USER = 'ana:secret'
const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/** A registry in this process: strict, small, and disturbed as told. */
export async function startOciServer(options: ServerOptions = {}): Promise<OciServer> {
  const blobs = new Map<string, Buffer>()
  const manifests: OciServer['manifests'] = new Map()
  const uploads = new Map<string, Buffer>()
  const cut = new Set<string>()
  const log: string[] = []
  let [ids, answered] = [0, 0]

  async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://x')
    const method = request.method ?? ''
    log.push(`${method} ${url.pathname} ${request.headers.authorization ?? '-'}`)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const disturbed = options.disturb?.(method, url.pathname, ++answered) ?? false
    if (disturbed === true) return void request.socket.destroy()
    const send = (status: number, headers: http.OutgoingHttpHeaders = {}, bytes: Buffer | string = ''): void => {
      response.writeHead(status, { 'content-length': Buffer.byteLength(bytes), ...headers })
      response.end(method === 'HEAD' ? undefined : bytes)
    }
    if (typeof disturbed === 'number') return send(disturbed)
    if (url.pathname === '/token') {
      const isKnown = request.headers.authorization === `Basic ${Buffer.from(USER).toString('base64')}`
      return isKnown ? send(200, {}, JSON.stringify({ token: 'tok' })) : send(401)
    }
    const wanted = options.auth === 'bearer' ? 'Bearer tok' : `Basic ${Buffer.from(USER).toString('base64')}`
    if (options.auth !== undefined && request.headers.authorization !== wanted) {
      const realm = `Bearer realm="http://${request.headers.host}/token",service="x",scope="repository:acme/scorer:pull,push"`
      return send(401, { 'www-authenticate': options.auth === 'bearer' ? realm : 'Basic realm="x"' })
    }
    const [, repository = '', kind = '', rest = ''] =
      /^\/v2\/(.+)\/(blobs\/uploads|blobs|manifests|referrers)\/([^/]*)$/.exec(url.pathname) ?? []
    if (kind === 'blobs/uploads') {
      const { status, headers } = upload(method, rest, url, body, request.headers, repository)
      return send(status, headers)
    }
    if (kind === 'blobs') {
      const found = blobs.get(rest)
      if (found === undefined) return send(404)
      const from = Number(/^bytes=([0-9]+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
      const bytes = (options.tamper?.(found) ?? found).subarray(from)
      if (options.cutAt !== undefined && method === 'GET' && bytes.length > options.cutAt && !cut.has(rest)) {
        cut.add(rest)
        response.writeHead(200, { 'content-length': bytes.length })
        response.write(bytes.subarray(0, options.cutAt), () => request.socket.destroy())
        return
      }
      return send(from > 0 ? 206 : 200, {}, bytes)
    }
    if (kind === 'manifests' && method === 'PUT') {
      const value = JSON.parse(body.toString('utf8'))
      for (const { digest } of [...(value.layers ?? []), ...(value.config === undefined ? [] : [value.config])])
        if (!blobs.has(digest)) return send(400, {}, `{"errors":[{"message":"blob ${digest} unknown"}]}`)
      if (rest.startsWith('sha256:') && digestOf(body) !== rest) return send(400)
      const stored = { type: String(request.headers['content-type']), bytes: body }
      manifests.set(`${repository}@${rest}`, stored).set(`${repository}@${digestOf(body)}`, stored)
      const isListed = options.referrers === true && value.subject !== undefined
      return send(201, isListed ? { 'oci-subject': value.subject.digest } : {})
    }
    if (kind === 'manifests') {
      const found = manifests.get(`${repository}@${rest}`)
      return found === undefined ? send(404) : send(200, { 'content-type': found.type }, found.bytes)
    }
    if (kind === 'referrers' && options.referrers === true) {
      const found = [...manifests].flatMap(([name, { type, bytes }]) => {
        const value = JSON.parse(bytes.toString('utf8'))
        if (!name.startsWith(`${repository}@sha256:`) || value.subject?.digest !== rest) return []
        return [{ mediaType: type, digest: digestOf(bytes), size: bytes.length, artifactType: value.artifactType }]
      })
      return send(200, {}, JSON.stringify({ schemaVersion: 2, manifests: found }))
    }
    return send(404)
  }

  function upload(
    method: string,
    id: string,
    url: URL,
    body: Buffer,
    headers: http.IncomingHttpHeaders,
    repository: string,
  ): { readonly status: number; readonly headers?: http.OutgoingHttpHeaders } {
    const location = (one: string) => ({ location: `/v2/${repository}/blobs/uploads/${one}?state=${ids}` })
    if (method === 'POST') {
      const fresh = `u${++ids}`
      uploads.set(fresh, Buffer.alloc(0))
      return { status: 202, headers: location(fresh) }
    }
    const before = uploads.get(id)
    if (before === undefined) return { status: 404 }
    const range = `0-${Math.max(0, before.length - 1)}`
    if (method === 'GET') return { status: 204, headers: { ...location(id), range } }
    const from = /^([0-9]+)-([0-9]+)$/.exec(headers['content-range'] ?? '')?.[1]
    if (method === 'PATCH' && Number(from) !== before.length) return { status: 416 }
    const all = Buffer.concat([before, body])
    uploads.set(id, all)
    if (method === 'PATCH') return { status: 202, headers: location(id) }
    if (url.searchParams.get('digest') !== digestOf(all)) return { status: 400 }
    uploads.delete(id)
    blobs.set(digestOf(all), all)
    return { status: 201 }
  }

  const server = http.createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    ...{ blobs, manifests, log },
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
