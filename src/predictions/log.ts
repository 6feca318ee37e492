import { createHmac } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { canonicalBytes, type Digest, digestOf } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { Prediction, Release } from '../core/model.gen.ts'
import { murmur3 } from '../core/route-hash.ts'
import { validateRelease } from '../core/validators.gen.ts'
import { RELEASE_FILE } from '../store/checkout-record.ts'

export interface PredictionLogOptions {
  /** Where the lines go: a file, which is appended to and opened anew when it is rotated, or a function. Default: standard output. */
  readonly to?: string | ((line: string) => void)
  /** The checkout that this process serves from, of which `checkout` and `follow` say what it is; read once. Default: no checkout. */
  readonly release?: string
  /** What every record has: `bundle` where there is no checkout, `service`. */
  readonly defaults?: Partial<Prediction>
  /** With a key, inputs and outputs are hashed with it (HMAC-SHA-256): what can be guessed can be found by its plain hash. At least 16 bytes. */
  readonly hashKey?: string | Uint8Array
  /** True: inputs and outputs are written too. Default: only their hashes. */
  readonly keepPayloads?: boolean
  /** The share of requests that is logged, above 0 and at most 1. The same for all records of a request, and said in each. Default: 1. */
  readonly sampleRate?: number
  /** Told what could not be written. What it throws is ignored. */
  readonly onError?: (error: unknown) => void
}

/** What is logged: `request_id`, and whatever else is known. */
export type Logged = Partial<Prediction> & Pick<Prediction, 'request_id'>

export interface PredictionLog {
  /** Writes one line. Never throws: what can't be written is counted in `failed`. */
  log(record: Logged): void
  /** The hash that an input or output gets, for looking it up; null for what has no canonical JSON. */
  hash(payload: unknown): string | null
  /** Records that could not be written. */
  readonly failed: number
  close(): void
}

/** How often to look whether the file was rotated. */
const LOOK_MS = 1000
const LEAST_KEY = 16

/**
 * A log of predictions for a service: one JSON line each, which `aiship predictions ingest` reads. A line is with the system before `log` returns.
 * Errors, of this call alone: USAGE for a bundle that is missing, a key that is too short or a rate out of range; CORRUPT for a checkout's record
 * that is none; those of opening the file.
 */
export function createPredictionLog(options: PredictionLogOptions = {}): PredictionLog {
  const { keepPayloads = false, sampleRate = 1, onError = () => undefined } = options
  const defaults: Partial<Prediction> = { ...served(options.release), ...options.defaults }
  if (defaults.bundle === undefined)
    throw new AishipError('USAGE', 'a prediction log needs the bundle that answers', {
      hint: 'name the checkout with `release`, or the digest with `defaults: { bundle }`',
    })
  if (!(sampleRate > 0 && sampleRate <= 1))
    throw new AishipError('USAGE', `sampleRate is above 0 and at most 1, not ${sampleRate}`)
  const key = options.hashKey === undefined ? null : Buffer.from(options.hashKey)
  if (key !== null && key.length < LEAST_KEY)
    throw new AishipError('USAGE', `hashKey has at least ${LEAST_KEY} bytes, not ${key.length}`)
  const sink = openSink(options.to)
  let failed = 0

  function hash(payload: unknown): string | null {
    try {
      const bytes = canonicalBytes(payload)
      return key === null ? digestOf(bytes) : `hmac-sha256:${createHmac('sha256', key).update(bytes).digest('hex')}`
    } catch {
      return null
    }
  }

  function lineOf(record: Logged): string {
    const { input, output, ...rest } = record
    const whole: Record<string, unknown> = { ts: new Date().toISOString(), ...defaults, ...rest }
    for (const [name, payload] of [
      ['input', input],
      ['output', output],
    ] as const) {
      if (payload === undefined) continue
      whole[`${name}_hash`] ??= hash(payload) ?? undefined
      if (keepPayloads) whole[name] = payload
    }
    if (sampleRate < 1) whole.sample_rate ??= sampleRate
    return `${JSON.stringify(whole)}\n`
  }

  return {
    log(record) {
      try {
        if (sampleRate < 1 && murmur3(`sample/${record.request_id}`) >= sampleRate * 2 ** 32) return
        sink.write(lineOf(record))
      } catch (error) {
        failed++
        try {
          onError(error)
        } catch {
          // A request must not fail because its log does.
        }
      }
    },
    hash,
    get failed() {
      return failed
    },
    close: () => sink.close(),
  }
}

/** What a checkout is. */
function served(folder: string | undefined): Partial<Prediction> {
  if (folder === undefined) return {}
  const file = path.join(folder, RELEASE_FILE)
  const value: unknown = JSON.parse(fs.readFileSync(file, 'utf8'))
  if (!validateRelease(value)) throw new AishipError('CORRUPT', `${file} does not say what is served there`)
  const { bundle, pointer, seq, arm }: Release = value
  const there = Object.entries({ bundle: bundle as Digest, pointer, seq, arm }).filter(([, one]) => one !== null)
  return Object.fromEntries(there) as Partial<Prediction>
}

interface Sink {
  write(line: string): void
  close(): void
}

function openSink(to: PredictionLogOptions['to']): Sink {
  if (typeof to === 'function') return { write: to, close: () => undefined }
  if (to === undefined) return { write: (line) => void process.stdout.write(line), close: () => undefined }
  return openFile(to)
}

/** One write for each line: the system then puts lines of several processes one after the other. */
function openFile(file: string): Sink {
  const open = (): { fd: number; ino: number } => {
    const fd = fs.openSync(file, 'a', 0o640)
    return { fd, ino: fs.fstatSync(fd).ino }
  }
  let now = open()
  let lookedMs = Date.now()
  let [isClosed, isCut] = [false, false]
  return {
    write(line) {
      if (isClosed) throw new Error(`${file} is closed`)
      const ms = Date.now()
      if (ms - lookedMs >= LOOK_MS) {
        lookedMs = ms
        if (fs.statSync(file, { throwIfNoEntry: false })?.ino !== now.ino) {
          const before = now
          now = open()
          fs.closeSync(before.fd)
        }
      }
      // A line that was cut short, by a full disk, takes no other with it.
      const bytes = Buffer.from(isCut ? `\n${line}` : line)
      for (let done = 0; done < bytes.length; isCut = done < bytes.length) done += fs.writeSync(now.fd, bytes, done)
    },
    close() {
      // By now its number may be another file's.
      if (!isClosed) fs.closeSync(now.fd)
      isClosed = true
    },
  }
}
