import { compareUtf8 } from '../../src/core/paths.ts'
import type { Body } from './bodies.ts'
import { S3Error } from './reply.ts'

export interface Stored {
  readonly body: Body
  /** With its quotes. */
  readonly etag: string
  readonly modified: Date
  /** Those that are given back as they came. */
  readonly headers: Readonly<Record<string, string>>
}

export interface Upload {
  readonly key: string
  readonly started: Date
  readonly headers: Readonly<Record<string, string>>
  readonly parts: Map<number, Stored>
}

export interface ListRequest {
  readonly prefix: string
  readonly delimiter: string
  readonly max: number
  /** Only what comes after it. */
  readonly after: string
  /** `after` was listed last: where it is a common prefix, all that it stands for was. */
  readonly resumes: boolean
}

export interface Listed {
  readonly keys: readonly string[]
  readonly prefixes: readonly string[]
  /** What was listed last, if there is more. */
  readonly last: string | null
}

export class Bucket {
  readonly uploads = new Map<string, Upload>()
  readonly #objects = new Map<string, Stored>()
  /** In the order of their bytes, as they are listed. */
  readonly #keys: string[] = []

  get isEmpty(): boolean {
    return this.#keys.length === 0
  }

  get(key: string): Stored | undefined {
    return this.#objects.get(key)
  }

  put(key: string, stored: Stored): void {
    const before = this.#objects.get(key)
    if (before === undefined) this.#keys.splice(this.#after(key), 0, key)
    this.#objects.set(key, stored)
    before?.body.drop()
  }

  /** As if all that is here had been here for so much longer. */
  age(ms: number): void {
    const before = (date: Date): Date => new Date(date.getTime() - ms)
    for (const [key, stored] of this.#objects) this.#objects.set(key, { ...stored, modified: before(stored.modified) })
    for (const [id, upload] of this.uploads) this.uploads.set(id, { ...upload, started: before(upload.started) })
  }

  delete(key: string): void {
    const before = this.#objects.get(key)
    if (before === undefined) return
    this.#keys.splice(this.#after(key) - 1, 1)
    this.#objects.delete(key)
    before.body.drop()
  }

  list({ prefix, delimiter, max, after, resumes }: ListRequest): Listed {
    const keys: string[] = []
    const prefixes: string[] = []
    const wasPrefix = resumes && delimiter !== '' && after.endsWith(delimiter) && after.length > prefix.length
    let at = wasPrefix ? this.#afterAll(after) : Math.max(this.#after(after), this.#before(prefix))
    let last: string | null = null
    for (let key = this.#keys[at]; key?.startsWith(prefix); key = this.#keys[at]) {
      if (keys.length + prefixes.length >= max) return { keys, prefixes, last }
      const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
      last = cut < 0 ? key : key.slice(0, cut + delimiter.length)
      if (cut < 0) keys.push(key)
      else prefixes.push(last)
      at = cut < 0 ? at + 1 : this.#afterAll(last)
    }
    return { keys, prefixes, last: null }
  }

  /** How many keys pass a test that those before some place pass and those after it do not. */
  #count(passes: (key: string) => boolean): number {
    let [low, high] = [0, this.#keys.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (passes(this.#keys[middle] as string)) low = middle + 1
      else high = middle
    }
    return low
  }

  #after(key: string): number {
    return this.#count((other) => compareUtf8(other, key) <= 0)
  }

  #before(key: string): number {
    return this.#count((other) => compareUtf8(other, key) < 0)
  }

  #afterAll(prefix: string): number {
    return this.#count((other) => compareUtf8(other, prefix) < 0 || other.startsWith(prefix))
  }
}

const names = (etags: string, etag: string): boolean =>
  etags.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag)

/** Refuses a write whose conditions what is there does not meet. */
export function checkWrite(there: Stored | undefined, headers: Readonly<Record<string, string>>): void {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers
  if (noneMatch !== undefined && noneMatch !== '*')
    throw new S3Error(501, 'NotImplemented', 'A header you provided implies functionality that is not implemented.', {
      Header: 'If-None-Match',
    })
  if (noneMatch === '*' && there !== undefined) throw preconditionFailed('If-None-Match')
  if (match === undefined) return
  if (there === undefined) throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.')
  if (!names(match, there.etag)) throw preconditionFailed('If-Match')
}

/** Whether a reader has what is there already: 304. */
export function checkRead(there: Stored, headers: Readonly<Record<string, string>>): boolean {
  const { 'if-match': match, 'if-none-match': noneMatch, 'if-modified-since': since } = headers
  if (match !== undefined && !names(match, there.etag)) throw preconditionFailed('If-Match')
  if (noneMatch !== undefined) return names(noneMatch, there.etag)
  return since !== undefined && Math.floor(there.modified.getTime() / 1000) * 1000 <= Date.parse(since)
}

const preconditionFailed = (condition: string): S3Error =>
  new S3Error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  })
