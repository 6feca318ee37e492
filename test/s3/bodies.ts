import { createHash, randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { S3Error } from './reply.ts'

/** Bytes as they lie here, in memory or in a file. */
export interface Body {
  readonly size: number
  readonly md5: string
  /** From `start`, up to but without `end`. The caller ends the stream. */
  send(to: Writable, start: number, end: number): Promise<void>
  drop(): void
}

export interface Expected {
  /** In hex; null where the client does not say. */
  readonly sha256: string | null
  /** In base64. */
  readonly md5: string | null
  readonly size: number
}

/** All of a body, checked. If its connection breaks, nothing of it stays. */
export async function receive(from: Readable, folder: string | null, expected: Expected): Promise<Body> {
  const md5 = createHash('md5')
  const sha256 = expected.sha256 === null ? null : createHash('sha256')
  const sink = folder === null ? new InMemory() : new InFile(join(folder, randomUUID()))
  try {
    let size = 0
    for await (const chunk of from as AsyncIterable<Buffer>) {
      md5.update(chunk)
      sha256?.update(chunk)
      sink.write(chunk)
      size += chunk.length
    }
    const digest = md5.digest()
    if (size !== expected.size) throw new S3Error(400, 'IncompleteBody', 'The request body ended early.')
    if (expected.md5 !== null && expected.md5 !== digest.toString('base64'))
      throw new S3Error(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.')
    if (sha256 !== null && sha256.digest('hex') !== expected.sha256)
      throw new S3Error(
        400,
        'XAmzContentSHA256Mismatch',
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      )
    return sink.end(size, digest.toString('hex'))
  } catch (error) {
    sink.drop()
    throw error
  }
}

/** Bytes that did not come over a connection. */
export function held(bytes: Uint8Array): Body {
  const send = async (to: Writable, start: number, end: number) => {
    to.write(bytes.subarray(start, end))
  }
  const md5 = createHash('md5').update(bytes).digest('hex')
  return { size: bytes.length, md5, send, drop: () => undefined }
}

class InMemory {
  readonly #chunks: Buffer[] = []

  write(chunk: Buffer): void {
    this.#chunks.push(chunk)
  }

  end(): Body {
    return held(Buffer.concat(this.#chunks))
  }

  drop(): void {
    this.#chunks.length = 0
  }
}

class InFile {
  readonly #path: string
  readonly #fd: number

  constructor(path: string) {
    this.#path = path
    this.#fd = fs.openSync(path, 'wx')
  }

  write(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) at += fs.writeSync(this.#fd, chunk, at)
  }

  end(size: number, md5: string): Body {
    fs.closeSync(this.#fd)
    const path = this.#path
    const send = async (to: Writable, start: number, end: number) => {
      if (start >= end) return
      const from = fs.createReadStream(path, { start, end: end - 1, highWaterMark: 1 << 20 })
      await pipeline(from, to, { end: false })
    }
    return { size, md5, send, drop: () => fs.rmSync(path) }
  }

  drop(): void {
    fs.closeSync(this.#fd)
    fs.rmSync(this.#path)
  }
}

/** The parts of an upload, one after the other: nothing is copied. */
export function joined(parts: readonly Body[]): Body {
  const md5 = createHash('md5')
  for (const part of parts) md5.update(part.md5, 'hex')
  return {
    size: parts.reduce((sum, { size }) => sum + size, 0),
    md5: `${md5.digest('hex')}-${parts.length}`,
    async send(to, start, end) {
      let at = 0
      for (const part of parts) {
        const [from, until] = [Math.max(start - at, 0), Math.min(end - at, part.size)]
        if (from < until) await part.send(to, from, until)
        at += part.size
      }
    },
    drop() {
      for (const part of parts) part.drop()
    },
  }
}
