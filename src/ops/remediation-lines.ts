import { canonicalBytes } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { valuesOf } from '../core/lines.ts'
import type { ObjectLines } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { storeTape } from './remediation-objects.ts'

const GROUP = 1000

/** The values of an object of lines, as they come. What is read is verified only at its end: whoever acts on it calls `verifyLines` before. */
export const readLines = <T>(ctx: Context, { digest, size }: ObjectLines): AsyncGenerator<readonly T[]> =>
  valuesOf<T>(ctx.registry.objects.get(digest, size), () => GROUP)

/** The values one by one. */
export async function* eachLine<T>(ctx: Context, lines: ObjectLines): AsyncGenerator<T> {
  for await (const some of readLines<T>(ctx, lines)) {
    ctx.signal.throwIfAborted()
    yield* some
  }
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

/** Stores values as an object of lines, however many there are. In: a name that nothing else here has at the moment. */
export async function storeLines(ctx: Context, name: string, values: AsyncIterable<unknown>): Promise<ObjectLines> {
  if (ctx.rehearsal === undefined) throw new AishipError('INTERNAL', 'there is no place for lines')
  const tape = (await ctx.rehearsal()).tape(name, true)
  try {
    let held: string[] = []
    const put = (): void => {
      tape.append(held.join(''), held.length)
      held = []
    }
    for await (const value of values) {
      held.push(`${Buffer.from(canonicalBytes(value)).toString('utf8')}\n`)
      if (held.length >= GROUP) put()
    }
    put()
    return await storeTape(ctx, tape)
  } finally {
    tape.drop()
  }
}
