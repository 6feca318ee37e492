import fs from 'node:fs'
import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { ObjectStore } from '../core/ports.ts'
import type { Chunk, Intake, IntakeAsks, IntakeRequest } from '../core/predictions.ts'
import { pause } from '../store/pause.ts'
import { buildChunk, type ChunkBuilder } from './chunk.ts'
import { openDrafting } from './draft.ts'
import { type LineReader, readLines } from './lines.ts'
import { openReading } from './read-line.ts'
import { watchRotation } from './rotation.ts'
import { fromStream, type LogFile, logsAt, openLog } from './sources.ts'
import type { PredictionPlace } from './store.ts'
import { firstLineId, idOf, settledEnd } from './tail.ts'

/** So much of a log becomes one segment at most. */
const CHUNK = 64 * 1024 * 1024
/** How long a file is read on that no name leads to any more: its writer may not have noticed. */
const LINGER_MS = 60_000

/** What is known of a source between two looks at it. */
interface Known {
  readonly name: string
  readonly isFile: boolean
  id: Digest | null
  /** So far it was read. */
  position: number
  torn: number
}

interface Tail extends Known {
  readonly file: LogFile
  /** True for what does not grow and was read. */
  isDone: boolean
  /** What it was when it could not be read to its end, and whether that was said: then it is not looked at before it changes. */
  damaged: string | null
  isTold: boolean
  /** When it grew, or was found under a name. */
  seenMs: number
}

/** Errors: those of `PredictionStore.intake`. */
export async function openIntake(
  place: PredictionPlace,
  objects: ObjectStore,
  request: IntakeRequest,
  asks: IntakeAsks,
): Promise<Intake> {
  const { signal } = place
  const isPipe = request.path === '-'
  const root = place.pathOf(request.path)
  const reading = openReading(request, asks, place.pathOf)
  const total = isPipe || request.everyMs !== null ? null : sizeOf(logsAt(root, () => undefined))
  const drafting = await openDrafting(place, objects)
  const tails = new Map<string, Tail>()
  const piped: Known = { name: '-', isFile: false, id: null, position: 0, torn: 0 }
  const newlyRotated = watchRotation(root)
  let [done, torn] = [0, 0]

  /** Chunk after chunk of what a reader gives now. */
  async function* chunksOf(reader: LineReader, known: Known, isLast: () => boolean): AsyncGenerator<Chunk> {
    let builder: ChunkBuilder | null = null
    let failure: unknown = null
    const fail = (error: unknown): null => {
      failure = error
      return null
    }
    for (let size = 0; ; ) {
      signal.throwIfAborted()
      const block = await reader.next(isLast()).catch(fail)
      if (block !== null) {
        if (block.offset === 0) known.id ??= firstLineId(block.bytes)
        builder ??= buildChunk({
          ...{ base: drafting.nextBase(), source: known.name },
          ...{ keepLines: request.keepPayloads, read: reading.read },
        })
        await builder.add(block)
        const length = block.tooLong ?? block.bytes.length
        size += length
        done += length
        asks.progress(done, total)
      }
      if (builder !== null && (block === null || size >= CHUNK)) {
        const { offset, end, digest } = reader.take()
        builder.close()
        const source = { name: known.name, id: known.id as Digest, offset, end, digest, lines: builder.count().lines }
        yield drafting.chunk(builder, source, known.isFile, reading.keys())
        known.position = end
        builder = null
        size = 0
      }
      if (block === null) break
    }
    known.torn = reader.torn()
    if (failure !== null) throw failure
  }

  /** Reads on in one log, from where it was left, or was read by another. */
  async function* readOn(tail: Tail): AsyncGenerator<Chunk> {
    const { file } = tail
    if (tail.isDone || (tail.isTold && tail.damaged === file.stamp())) return
    const size = file.size()
    if (size !== null && size === tail.position) return
    const id = await idOf(file)
    // Another first line, or fewer bytes than were read: it was cut and begun anew.
    if (id !== tail.id || (size !== null && size < tail.position)) {
      tail.id = id
      tail.position = id === null ? 0 : await settledEnd(file, await asks.ranges(id), signal)
      done += tail.position
    }
    tail.torn = size ?? 0
    if (id === null) return
    const source = await file.read(tail.position)
    try {
      for await (const chunk of chunksOf(readLines(source, tail.position), tail, () => file.isWhole)) {
        tail.seenMs = asks.now().getTime()
        yield chunk
      }
      tail.isDone = file.isWhole
    } finally {
      source.close()
    }
  }

  /** The logs that are under a name now, and those that were a while ago; each is opened when it is its turn. */
  function* open(): Generator<Tail> {
    const nowMs = asks.now().getTime()
    for (const path of names()) {
      const file = reach(path)
      if (file === null) continue
      const known = tails.get(file.key)
      if (known === undefined) {
        const fresh = {
          name: path,
          isFile: true,
          id: null,
          position: 0,
          torn: 0,
          isDone: false,
          damaged: null,
          isTold: false,
        }
        tails.set(file.key, { ...fresh, file, seenMs: nowMs })
      } else {
        known.seenMs = nowMs
        file.close()
      }
      if (request.everyMs === null) yield* once(file.key)
    }
    if (request.everyMs !== null) yield* tails.values()
    for (const [key, tail] of tails) if (nowMs - tail.seenMs > LINGER_MS) drop(key, tail)
  }

  /** Nobody holds ten thousand files open to read each of them once. */
  function* once(key: string): Generator<Tail> {
    const tail = tails.get(key)
    if (tail === undefined || tail.isDone) return
    yield tail
    torn += tail.torn
    tail.torn = 0
    tail.isDone = true
    tail.file.close()
  }

  function drop(key: string, tail: Tail): void {
    tails.delete(key)
    if (request.everyMs !== null) tail.file.close()
  }

  /** While a log is rotated there is for a moment none of its name. */
  const isGone = (error: unknown): boolean =>
    error instanceof AishipError && error.code === 'FILE_MISSING' && tails.size > 0

  function names(): readonly string[] {
    const rotated = request.everyMs === null ? [] : newlyRotated()
    try {
      return [...rotated, ...logsAt(root, asks.skipped)]
    } catch (error) {
      if (isGone(error)) return rotated
      throw error
    }
  }

  function reach(path: string): LogFile | null {
    try {
      return openLog(path)
    } catch (error) {
      if (isGone(error)) return null
      if (path === root) throw error
      asks.skipped(path, error as Error)
      return null
    }
  }

  async function* fromFiles(): AsyncGenerator<Chunk> {
    for (;;) {
      for (const tail of open()) {
        try {
          yield* readOn(tail)
        } catch (error) {
          if (!(error instanceof AishipError) || error.code !== 'CORRUPT') throw error
          // What is damaged stops nobody: what came before was read. It may only be being compressed, however slowly.
          const stamp = tail.file.stamp()
          tail.isTold = request.everyMs === null || tail.damaged === stamp
          tail.isDone = request.everyMs === null
          tail.damaged = stamp
          if (tail.isTold) asks.skipped(tail.name, error)
        }
      }
      if (request.everyMs === null) return
      await pause(request.everyMs, signal)
      if (signal.aborted) return
    }
  }

  async function* fromPipe(): AsyncGenerator<Chunk> {
    const { everyMs } = request
    let until = 0
    const stream = fromStream(process.stdin, { until: () => (everyMs === null ? null : until), signal })
    const reader = readLines(stream, 0)
    for (let isOver = false; !isOver && !signal.aborted; ) {
      // Once more when it has ended: what is left then is a line, newline or not.
      isOver = stream.ended()
      until = Date.now() + (everyMs ?? 0)
      yield* chunksOf(reader, piped, stream.ended)
    }
  }

  return {
    chunks: isPipe ? fromPipe : fromFiles,
    left: () => ({
      torn: [...tails.values(), piped].reduce((sum, one) => sum + one.torn, torn),
      unpaired: reading.unpaired(),
      looksLike: reading.looksLike(),
    }),
    close() {
      if (request.everyMs !== null) for (const { file } of tails.values()) file.close()
      // Or this process would live as long as whoever writes to it.
      if (isPipe) process.stdin.destroy()
      drafting.close()
    },
  }
}

/** Null where one is compressed: nobody knows yet what is in it. */
const sizeOf = (files: readonly string[]): number | null =>
  files.some((file) => /\.(?:gz|zst)$/i.test(file))
    ? null
    : files.reduce((sum, file) => sum + (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0)
