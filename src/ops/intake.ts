import { AishipError } from '../core/errors.ts'
import { inspect, type Seen, type Watch } from '../core/inspect.ts'
import type { Context, Descriptor, FileRequest, ObjectBatch, SourceFile, Stored, StoredFile } from '../core/ports.ts'
import type { Look } from '../core/workspace.ts'
import { type Captured, capture } from './capture.ts'
import { type Inspection, startInspection } from './inspection.ts'
import { startLikeness } from './likeness.ts'
import { configOf, describeOverlap, type Part, type Shared, warnOfOverlap } from './parts.ts'

/** Everything that a bundle consists of, in the batch, and looked through on the way. */
export interface Taken {
  readonly captured: readonly Captured[]
  readonly inspection: Inspection
  readonly newObjects: number
  readonly newBytes: number
}

/** A file on its way in. */
interface Item {
  readonly file: SourceFile
  readonly part: Part
  /** True for the whole of a component, which is never packed. */
  readonly alone: boolean
}

/**
 * Reads every file of every component, each once: hashed, stored and inspected in the same pass. What the stat cache knows and the registry has
 * is not read. Errors: those of `ObjectBatch.files`; COMPONENT_INVALID.
 */
export async function takeIn(
  ctx: Context,
  parts: readonly Part[],
  shared: readonly Shared[],
  batch: ObjectBatch,
): Promise<Taken> {
  const inspection = startInspection(configOf(ctx))
  const counts = { newObjects: 0, newBytes: 0 }
  const add = ({ isNew, newBytes }: Pick<StoredFile, 'isNew' | 'newBytes'>): void => {
    if (!isNew) return
    counts.newObjects++
    counts.newBytes += newBytes
  }
  const addBytes = ({ isNew, size }: Stored): void => add({ isNew, newBytes: size })
  const known = new Map<SourceFile, Descriptor>()
  const wanted = parts.flatMap(itemsOf)
  const requests = wanted.flatMap((item) => requestFor(ctx, item, inspection))
  const reused = await batch.reuse(requests.flatMap(({ unchanged }) => unchanged?.digest ?? []))
  const likeness = startLikeness(ctx)
  const toRead: Request[] = []
  for (const request of requests) {
    const { item, size, unchanged } = request
    if (unchanged !== null && reused.has(unchanged.digest)) continue
    toRead.push({ ...request, like: await likeness(item.part, item.file, size) })
  }
  for (const { item, unchanged } of requests) {
    if (unchanged === null || !reused.has(unchanged.digest)) continue
    inspection.saw(item.file, item.part, { findings: [], format: unchanged.format })
    known.set(item.file, { digest: unchanged.digest, size: unchanged.size })
  }
  const made = wanted.flatMap(({ file: { content } }) => ('bytes' in content ? [{ size: content.bytes.length }] : []))
  const total = [...toRead, ...made].reduce((sum, { size }) => sum + size, 0)
  let done = 0
  const progress = (bytes: number): void => {
    done = Math.min(done + bytes, total)
    ctx.emit({ type: 'progress', what: 'bundling', done, total, unit: 'bytes' })
  }
  const read = await batch.files(toRead, { progress, signal: ctx.signal })
  for (const [i, { item, path, watch }] of toRead.entries()) {
    const { digest, size, seen, ...rest } = read[i] as StoredFile
    inspection.saw(item.file, item.part, seen as Seen)
    const isClear = seen?.findings.length === 0
    ctx.workspace.remember(
      path,
      { digest, size },
      isClear ? { path: watch.path, scan: watch.scan, format: seen.format } : null,
    )
    known.set(item.file, { digest, size })
    add(rest)
  }
  for (const { file, part, alone } of wanted) {
    if (!('bytes' in file.content)) continue
    const { bytes } = file.content
    inspection.saw(file, part, inspect(Buffer.from(bytes), inspection.watch(file, part)))
    const stored = await batch.bytes(bytes, { alone })
    known.set(file, stored)
    addBytes(stored)
    progress(bytes.length)
  }
  const captured = parts.map((part) => capture(part, (file) => known.get(file) as Descriptor))
  checkShared(ctx, shared, captured)
  for (const { trees } of captured)
    for (const tree of trees) addBytes(await batch.bytes(tree.bytes, { alone: tree === trees.at(-1) }))
  return { captured, inspection, ...counts }
}

function itemsOf(part: Part): readonly Item[] {
  const { collected } = part
  if (collected.form === 'reference') return []
  return collected.files.map((file) => ({ file, part, alone: collected.form === 'file' }))
}

interface Request extends FileRequest {
  readonly item: Item
  readonly watch: Watch
  /** What the stat cache knows of it, if that spares reading it. */
  readonly unchanged: (Descriptor & { readonly format: string | null }) | null
}

/** The look at each file before it is read is also what its digest is remembered under. */
function requestFor(ctx: Context, item: Item, inspection: Inspection): readonly Request[] {
  const { file, part, alone } = item
  if (!('file' in file.content)) return []
  const { file: path, stat } = file.content
  const look = ctx.workspace.look(path, stat)
  const watch = inspection.watch(file, part)
  return [{ item, path, size: look?.size ?? 0, alone, watch, like: [], unchanged: unchangedBy(look, watch) }]
}

/** Known, and looked through under the same name for no less. */
function unchangedBy(look: Look | null, { path, scan }: Watch): Request['unchanged'] {
  if (look === null || look.digest === null || look.cleared === null) return null
  const { cleared, digest, size } = look
  const suffices = cleared.path === path && (cleared.scan === scan || cleared.scan === 'tokens')
  return suffices ? { digest, size, format: cleared.format } : null
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
  warnOfOverlap(ctx, describeOverlap(shared))
}
