import { AishipError } from '../core/errors.ts'
import type { OciPiece } from '../core/oci.ts'
import type { Bytes } from '../core/ports.ts'
import { isSilence, type Pace, pause, type Request, type Response, textOf, unreachable } from './_oci-http.ts'
import { refused } from './_oci-refused.ts'

type Ask = (request: Request) => Promise<Response>

/** Blobs over this size are sent in pieces of it: proxies in between refuse larger bodies, and a piece is sent again where a whole would be. */
const PIECE_BYTES = 32 * 1024 * 1024
const TRIES = 6
const MAX_ANSWER = 64 * 1024

/** The bytes of a blob, taken up where a connection broke. Whoever asks verifies them. */
export async function* readBlob(options: {
  readonly ask: Ask
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly size: number
  readonly signal: AbortSignal
  readonly pace: Pace
  readonly what: string
}): AsyncGenerator<Uint8Array> {
  const { ask, url, headers, size, signal, pace, what } = options
  let done = 0
  let heard = performance.now()
  for (let n = 1; ; n++) {
    const range: Readonly<Record<string, string>> = done === 0 ? {} : { range: `bytes=${done}-` }
    const response = await ask({ method: 'GET', url, headers: { ...headers, ...range } })
    if (response.status === 404) {
      response.body.resume()
      throw new AishipError('OBJECT_MISSING', `${what} is not there`)
    }
    if (response.status !== 200 && response.status !== 206)
      throw refused(response.status, await textOf(response, MAX_ANSWER), `read ${what}`)
    // A registry that knows no ranges begins again.
    let skip = response.status === 206 ? 0 : done
    try {
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        const rest = chunk.subarray(Math.min(skip, chunk.length))
        skip -= chunk.length - rest.length
        heard = performance.now()
        if (rest.length === 0) continue
        done += rest.length
        yield rest
        // More than was announced is for whoever verifies to refuse; it needs no more of it.
        if (done > size) return
      }
      if (done >= size || n >= TRIES) return
    } catch (error) {
      signal.throwIfAborted()
      if (n >= TRIES || performance.now() - heard >= pace.patienceMs) throw unreachable(url, error)
    } finally {
      response.body.destroy()
    }
    await pause(n, pace, signal)
  }
}

/** Sends a blob, from its start again where the registry lost the thread. Errors: REGISTRY_UNREACHABLE, NOT_PERMITTED, and those of reading it. */
export async function sendBlob(options: {
  readonly ask: Ask
  readonly base: string
  readonly blob: OciPiece
  readonly progress: (bytes: number) => void
  readonly signal: AbortSignal
  readonly pace: Pace
  readonly what: string
}): Promise<void> {
  const { signal, pace, progress, blob } = options
  let moved = performance.now()
  for (let n = 1; ; n++) {
    let sent = 0
    const count = (bytes: number): void => {
      moved = performance.now()
      sent += bytes
      progress(bytes)
    }
    try {
      await (blob.size > PIECE_BYTES
        ? inPieces({ ...options, progress: count })
        : atOnce({ ...options, progress: count }))
      return
    } catch (error) {
      signal.throwIfAborted()
      progress(-sent)
      const isPassing = error instanceof AishipError && error.code === 'REGISTRY_UNREACHABLE' && !isSilence(error)
      if (!isPassing || n >= TRIES || performance.now() - moved >= pace.patienceMs) throw error
    }
    await pause(n, pace, signal)
    if (await isThere(options.ask, options.base, blob, options.what)) return
  }
}

export async function isThere(ask: Ask, base: string, { digest }: OciPiece, what: string): Promise<boolean> {
  const { status, body } = await ask({ method: 'HEAD', url: `${base}/blobs/${digest}` })
  body.resume()
  if (status !== 200 && status !== 404) throw refused(status, new Uint8Array(0), `look into ${what}`)
  return status === 200
}

type Sending = Parameters<typeof sendBlob>[0]

/** Out: where the bytes go. */
async function begin({ ask, base, what }: Sending): Promise<URL> {
  const response = await ask({ method: 'POST', url: `${base}/blobs/uploads/` })
  const answer = await textOf(response, MAX_ANSWER)
  if (response.status !== 202) throw refused(response.status, answer, `write to ${what}`)
  return whereNext(response, what)
}

function whereNext({ headers, url }: Response, what: string): URL {
  if (headers.location === undefined)
    throw new AishipError('REGISTRY_UNREACHABLE', `${what} does not say where to send the bytes`)
  const to = new URL(headers.location, url)
  if (to.protocol !== 'https:' && url.startsWith('https:'))
    throw new AishipError('REGISTRY_UNREACHABLE', `${what} wants the bytes at ${to.origin}, which is not encrypted`)
  return to
}

async function finish(sending: Sending, to: URL, body?: Request['body']): Promise<void> {
  const { ask, blob, what } = sending
  to.searchParams.set('digest', blob.digest)
  const headers = { 'content-type': 'application/octet-stream' }
  const response = await ask({
    method: 'PUT',
    url: to.href,
    headers,
    tries: 1,
    ...(body === undefined ? {} : { body }),
  })
  const answer = await textOf(response, MAX_ANSWER)
  if (response.status !== 201) throw refused(response.status, answer, `write ${blob.digest} to ${what}`)
}

async function atOnce(sending: Sending): Promise<void> {
  const { blob, progress } = sending
  await finish(sending, await begin(sending), { size: blob.size, bytes: () => counted(blob.bytes(), progress) })
}

async function* counted(bytes: Bytes, progress: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    progress(chunk.length)
    yield chunk
  }
}

async function inPieces(sending: Sending): Promise<void> {
  let to = await begin(sending)
  let done = 0
  for await (const bytes of pieces(sending.blob.bytes())) {
    to = await sendPiece(sending, to, bytes, done)
    done += bytes.length
    sending.progress(bytes.length)
  }
  await finish(sending, to)
}

/** Out: where the next piece goes. */
async function sendPiece(sending: Sending, first: URL, bytes: Uint8Array, done: number): Promise<URL> {
  let to = first
  for (let n = 1; ; n++) {
    try {
      return await patch(sending, to, bytes, done)
    } catch (error) {
      sending.signal.throwIfAborted()
      const isPassing = error instanceof AishipError && error.code === 'REGISTRY_UNREACHABLE' && !isSilence(error)
      if (!isPassing || n >= TRIES) throw error
    }
    await pause(n, sending.pace, sending.signal)
    // The piece may have arrived, and its answer be what was lost.
    const state = await uploaded(sending, to)
    to = state.to
    if (state.bytes === done + bytes.length) return to
    if (state.bytes !== done) throw lostThread(sending)
  }
}

const lostThread = ({ what, blob }: Sending): AishipError =>
  new AishipError('REGISTRY_UNREACHABLE', `${what} lost the thread of ${blob.digest}`)

async function patch(sending: Sending, to: URL, bytes: Uint8Array, done: number): Promise<URL> {
  const { ask, blob, what } = sending
  const last = done + bytes.length - 1
  const headers = { 'content-type': 'application/octet-stream', 'content-range': `${done}-${last}` }
  const body = {
    size: bytes.length,
    bytes: async function* () {
      yield bytes
    },
  }
  const response = await ask({ method: 'PATCH', url: to.href, headers, body, tries: 1 })
  const answer = await textOf(response, MAX_ANSWER)
  if (response.status === 416) throw lostThread(sending)
  if (response.status !== 202 && response.status !== 204)
    throw refused(response.status, answer, `write ${blob.digest} to ${what}`)
  return whereNext(response, what)
}

/** How much of an upload the registry has, and where it goes on. */
async function uploaded(sending: Sending, to: URL): Promise<{ readonly bytes: number; readonly to: URL }> {
  const { ask, what } = sending
  const response = await ask({ method: 'GET', url: to.href })
  await textOf(response, MAX_ANSWER)
  if (response.status !== 204) throw lostThread(sending)
  const last = /^(?:bytes=)?0-([0-9]+)$/.exec(String(response.headers.range ?? ''))?.[1]
  // Nothing is written as 0-0, and so is one byte; no piece is that short unless it is the last.
  const bytes = last === undefined || last === '0' ? 0 : Number(last) + 1
  return { bytes, to: response.headers.location === undefined ? to : whereNext(response, what) }
}

async function* pieces(bytes: Bytes): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = []
  let size = 0
  for await (const chunk of bytes) {
    held.push(chunk)
    size += chunk.length
    while (size >= PIECE_BYTES) {
      const all = Buffer.concat(held)
      yield all.subarray(0, PIECE_BYTES)
      held = [all.subarray(PIECE_BYTES)]
      size = all.length - PIECE_BYTES
    }
  }
  if (size > 0) yield Buffer.concat(held)
}
