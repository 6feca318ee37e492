import { isAscii, isUtf8 } from 'node:buffer'
import fs from 'node:fs'
import { storeError } from '../store/errno.ts'
import type { Checked } from './check.ts'
import { type Block, HEAD, MAX_LINE } from './lines.ts'

/** Reads one line: what is to be stored of it, in order. */
export type ReadLine = (text: string) => readonly Checked[] | Promise<readonly Checked[]>

/** A chunk while it is filled: its sound lines lie in one file, the others in another. */
export interface ChunkBuilder {
  readonly lines: string
  readonly quarantine: string
  add(block: Block): Promise<void>
  /** Counts so far. */
  count(): { readonly records: number; readonly lines: number; readonly refused: ReadonlyMap<string, Refused> }
  close(): void
  /** Takes both files away. */
  remove(): void
}

interface Refused {
  count: number
  readonly offset: number
}

const NEWLINE = 10
const RETURN = 13
/** UTF-8's byte order mark, with which some writers begin a file. */
const MARK = Buffer.from([0xef, 0xbb, 0xbf])

export interface ChunkOptions {
  /** The name of the two files without their endings. */
  readonly base: string
  /** The log's name, for the quarantine. */
  readonly source: string
  /** Whether the quarantine has the lines themselves. */
  readonly keepLines: boolean
  readonly read: ReadLine
}

export function buildChunk({ base, source, keepLines, read }: ChunkOptions): ChunkBuilder {
  const [lines, quarantine] = [`${base}.jsonl`, `${base}.bad.jsonl`]
  const out = openNew(lines)
  let bad: number | null = null
  const refused = new Map<string, Refused>()
  let [records, total] = [0, 0]

  function refuse(reason: string, bytes: Buffer, offset: number, length: number): void {
    // Two of a kind differ behind the colon.
    const kind = reason.replace(/: .*/s, '')
    const known = refused.get(kind)
    if (known === undefined) refused.set(kind, { count: 1, offset })
    else known.count++
    bad ??= openNew(quarantine)
    const about = { source, offset, length, reason, ...(keepLines ? shown(bytes) : {}) }
    write(bad, quarantine, Buffer.from(`${JSON.stringify(about)}\n`))
  }

  return {
    lines,
    quarantine,
    async add({ bytes, offset, tooLong }) {
      if (tooLong !== null) {
        total++
        refuse(`too long: more than ${MAX_LINE} bytes`, bytes, offset, tooLong)
        return
      }
      const encoding = isAscii(bytes) ? 'latin1' : isUtf8(bytes) ? 'utf8' : null
      /** Where the lines begin that are sound as they are and not written yet. */
      let run = 0
      for (let start = 0; start < bytes.length; ) {
        const newline = bytes.indexOf(NEWLINE, start)
        const end = newline === -1 ? bytes.length : newline
        const next = end + 1
        let from = start
        while (from < end && bytes[from] === 0) from++
        if (bytes[from] === MARK[0] && bytes.subarray(from, from + MARK.length).equals(MARK)) from += MARK.length
        const to = end > from && bytes[end - 1] === RETURN ? end - 1 : end
        if (from > start || from === to || newline === -1) {
          write(out, lines, bytes.subarray(run, start))
          run = from
        }
        if (from === to) run = next
        else {
          total++
          const line = bytes.subarray(from, to)
          const made = encoding !== null || isUtf8(line) ? read(line.toString(encoding ?? 'utf8')) : NOT_UTF8
          const all = made instanceof Promise ? await made : made
          const isSound = all.length === 1 && all[0]?.kind === 'sound'
          if (!isSound) {
            write(out, lines, bytes.subarray(run, from))
            run = next
          }
          for (const one of all) {
            if (one.kind === 'bad') refuse(one.reason, line, offset + start, end - start)
            else records++
            if (one.kind === 'text') write(out, lines, Buffer.from(`${one.text}\n`))
          }
        }
        start = next
      }
      if (run >= bytes.length) return
      write(out, lines, bytes.subarray(run))
      if (bytes.at(-1) !== NEWLINE) write(out, lines, Buffer.from('\n'))
    },
    count: () => ({ records, lines: total, refused }),
    close() {
      fs.closeSync(out)
      if (bad !== null) fs.closeSync(bad)
    },
    remove() {
      fs.rmSync(lines, { force: true })
      fs.rmSync(quarantine, { force: true })
    },
  }
}

/** A line that can't be read may have a payload in it all the same: it is kept only where payloads are. */
function shown(bytes: Buffer): { readonly line: string } | { readonly base64: string } {
  const head = bytes.subarray(0, HEAD)
  return isUtf8(head) ? { line: head.toString('utf8') } : { base64: head.toString('base64') }
}

const NOT_UTF8: readonly Checked[] = [{ kind: 'bad', reason: 'not UTF-8' }]

function openNew(file: string): number {
  try {
    return fs.openSync(file, 'wx', 0o600)
  } catch (error) {
    throw storeError(error, 'write', file)
  }
}

/** A full disk may take a part of it without an error. */
function write(fd: number, file: string, bytes: Uint8Array): void {
  try {
    for (let done = 0; done < bytes.length; ) done += fs.writeSync(fd, bytes, done)
  } catch (error) {
    throw storeError(error, 'write', file)
  }
}
