import { AishipError } from '../core/errors.ts'
import type { TreeObject } from '../core/folders.ts'
import type { Context, Descriptor, ObjectBatch, SourceFile } from '../core/ports.ts'
import { type Captured, capture, type Intake } from './capture.ts'
import { type Inspection, startInspection } from './inspection.ts'
import { configOf, type Part, type Shared } from './parts.ts'

/** Everything that a bundle consists of, in the batch, and looked through on the way. */
export interface Taken {
  readonly captured: readonly Captured[]
  readonly inspection: Inspection
  readonly newObjects: number
  readonly newBytes: number
}

/** Reads every file of every component once: hashed, stored and inspected in the same pass. Errors: those of ObjectBatch.file; COMPONENT_INVALID. */
export async function takeIn(
  ctx: Context,
  parts: readonly Part[],
  shared: readonly Shared[],
  batch: ObjectBatch,
): Promise<Taken> {
  const inspection = startInspection(configOf(ctx))
  const counts = { newObjects: 0, newBytes: 0 }
  const add = ({ isNew, size }: { readonly isNew: boolean; readonly size: number }): void => {
    if (!isNew) return
    counts.newObjects++
    counts.newBytes += size
  }
  const progress = startProgress(ctx, parts)
  const intake: Intake = {
    async file(file, part) {
      ctx.signal.throwIfAborted()
      const watch = inspection.watch(file, part)
      const tap = (chunk: Uint8Array): void => {
        // In the middle of a file, too: one file may take minutes.
        ctx.signal.throwIfAborted()
        watch.chunk(chunk)
        progress(chunk.length)
      }
      const stored = await storeFile(batch, file, tap)
      watch.end()
      add(stored)
      if ('file' in file.content) ctx.workspace.remember(file.content.file, stored.digest)
      return stored
    },
    async tree({ bytes }: TreeObject) {
      add(await batch.bytes(bytes))
    },
  }
  const captured: Captured[] = []
  for (const part of parts) captured.push(await capture(part, intake))
  checkShared(ctx, shared, captured)
  return { captured, inspection, ...counts }
}

async function storeFile(
  batch: ObjectBatch,
  { content }: SourceFile,
  tap: (chunk: Uint8Array) => void,
): Promise<Descriptor & { readonly isNew: boolean }> {
  if ('file' in content) return batch.file(content.file, tap)
  tap(content.bytes)
  return batch.bytes(content.bytes)
}

/** The look at each file before it is read is also what its digest is remembered under. */
function startProgress(ctx: Context, parts: readonly Part[]): (bytes: number) => void {
  let total = 0
  for (const { collected } of parts) {
    if (collected.form === 'reference') continue
    for (const { content } of collected.files)
      total += 'file' in content ? (ctx.workspace.look(content.file)?.size ?? 0) : content.bytes.length
  }
  let done = 0
  return (bytes) => {
    done = Math.min(done + bytes, total)
    ctx.emit({ type: 'progress', what: 'bundling', done, total, unit: 'bytes' })
  }
}

/** Two components may share a file; they may not put different bytes into one place. */
export function checkShared(
  ctx: Pick<Context, 'emit'>,
  shared: readonly Shared[],
  captured: readonly Captured[],
): void {
  const files = new Map(captured.map((one) => [one.spec.name, new Map(one.files.map((file) => [file.path, file]))]))
  for (const { path, names } of shared) {
    const [a, b] = names.map((name) => files.get(name)?.get(path))
    if (a?.digest !== b?.digest || a?.exec !== b?.exec) {
      throw new AishipError(
        'COMPONENT_INVALID',
        `${names[0]} and ${names[1]} both put a file at ${path}, and they differ`,
        {
          hint: 'in a checkout one would overwrite the other: give one of them another place with "to"',
          details: { path, components: names },
        },
      )
    }
  }
  const [first] = shared
  if (first === undefined) return
  const more = shared.length === 1 ? '' : `, and ${shared.length - 1} more`
  const message = `${first.path} is in ${first.names[0]} and in ${first.names[1]}${more}: a change to it changes both`
  ctx.emit({ type: 'warning', code: 'COMPONENTS_OVERLAP', message })
}
