import { canonicalBytes, type Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { Spool } from '../core/journal.ts'
import type { ObjectLines } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'

/** The values of an object of lines, as they come. What is read is verified only at its end: whoever acts on it calls `verifyLines` before. */
export async function* readLines<T>(ctx: Context, { digest, size }: ObjectLines): AsyncGenerator<readonly T[]> {
  let rest: Uint8Array = Buffer.alloc(0)
  for await (const chunk of ctx.registry.objects.get(digest, size)) {
    ctx.signal.throwIfAborted()
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const end = bytes.lastIndexOf(10) + 1
    rest = Buffer.from(bytes.subarray(end))
    if (end > 0) yield parse<T>(bytes.subarray(0, end - 1))
  }
  if (rest.length > 0) yield parse<T>(rest)
}

const parse = <T>(bytes: Uint8Array): readonly T[] =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('utf8')
    .split('\n')
    .map((line) => JSON.parse(line) as T)

/** The values one by one. */
export async function* eachLine<T>(ctx: Context, lines: ObjectLines): AsyncGenerator<T> {
  for await (const some of readLines<T>(ctx, lines)) yield* some
}

/** Reads all of it once, so that nothing is done on the word of damaged bytes. Errors: OBJECT_MISSING, CORRUPT. */
export async function verifyLines(ctx: Context, { digest, size, count }: ObjectLines): Promise<void> {
  await ctx.registry.objects.bring?.([digest], { signal: ctx.signal })
  let [bytes, found] = [0, 0]
  for await (const chunk of ctx.registry.objects.get(digest, size)) {
    ctx.signal.throwIfAborted()
    bytes += chunk.length
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) found++
  }
  if (bytes !== size || found !== count)
    throw new AishipError('CORRUPT', `${digest} has ${found} lines and should have ${count}`, { next: ['aiship fsck'] })
}

/** Writes lines to a file of which an object is made. */
export interface LineWriter {
  add(value: unknown): void
  /** Ends it. Out: the file, and how many lines it has. */
  end(): { readonly path: string; readonly count: number }
}

export function writeLines(spool: Spool): LineWriter {
  let count = 0
  return {
    add(value) {
      spool.write(`${Buffer.from(canonicalBytes(value)).toString('utf8')}\n`)
      count++
    },
    end() {
      spool.end()
      return { path: spool.path, count }
    },
  }
}

/** Stores files and small values durably, in one group. Out: their digests and sizes, files first. */
export async function storeAll(
  ctx: Context,
  files: readonly string[],
  values: readonly unknown[] = [],
): Promise<readonly { readonly digest: Digest; readonly size: number }[]> {
  const batch = await ctx.registry.objects.batch()
  try {
    const request = { size: 0, watch: null, alone: true, like: [] }
    const stored = [...(await batch.files(files.map((path) => ({ path, ...request }))))].map(({ digest, size }) => ({
      digest,
      size,
    }))
    for (const value of values) {
      const { digest, size } = await batch.bytes(canonicalBytes(value), { alone: true })
      stored.push({ digest, size })
    }
    await batch.flush()
    return stored
  } finally {
    await batch.close()
  }
}
