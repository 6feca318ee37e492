import { digestOf } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { inPool } from '../core/pool.ts'
import type { ComponentSpec, Context, Descriptor, SourceFile } from '../core/ports.ts'
import { type Captured, capture } from './capture.ts'
import { checkShared } from './intake.ts'
import { checkPlaces, collectPart, configOf, type Part } from './parts.ts'

/** A component of the working tree, as far as it was looked at. */
export type Looked =
  | { readonly spec: ComponentSpec; readonly state: 'here'; readonly part: Part; readonly captured: Captured }
  | { readonly spec: ComponentSpec; readonly state: 'missing' | 'not looked at'; readonly why: string }

/**
 * The working tree as a bundle would have it, hashed and not stored. Programs are started and networks asked only with `execute`.
 * Errors: CONFIG_MISSING, NAME_UNSAFE, COMPONENT_INVALID.
 */
export async function lookAtWork(ctx: Context, execute: boolean): Promise<readonly Looked[]> {
  const looked: Looked[] = []
  for (const spec of configOf(ctx).components) looked.push(await lookAtComponent(ctx, spec, execute))
  const here = looked.flatMap((one) => (one.state === 'here' ? [one] : []))
  checkShared(
    { emit: () => undefined },
    checkPlaces(here.map((one) => one.part)),
    here.map((one) => one.captured),
  )
  await ctx.workspace.saveKnown()
  return looked
}

async function lookAtComponent(ctx: Context, spec: ComponentSpec, execute: boolean): Promise<Looked> {
  if (!execute && (await ctx.collector(spec.kind)).executes) return { spec, state: 'not looked at', why: whyNot(spec) }
  try {
    const part = await collectPart(ctx, spec)
    const known = await describeFiles(ctx, part)
    return { spec, state: 'here', part, captured: capture(part, (file) => known.get(file) as Descriptor) }
  } catch (error) {
    if (!(error instanceof AishipError) || error.code === 'NAME_UNSAFE') throw error
    const state = error.code === 'FILE_MISSING' ? 'missing' : 'not looked at'
    return { spec, state, why: error.message }
  }
}

export const whyNot = ({ kind }: ComponentSpec): string =>
  kind === 'git' ? 'its files are fetched' : 'it is what a program prints'

/** Files that are read at the same time. */
const WIDTH = 4

/** Bytes pass and go nowhere. What the stat cache knows is not read again. */
async function describeFiles(ctx: Context, { collected }: Part): Promise<ReadonlyMap<SourceFile, Descriptor>> {
  const known = new Map<SourceFile, Descriptor>()
  if (collected.form === 'reference') return known
  await inPool(collected.files, WIDTH, async (file) => {
    known.set(file, await describe(ctx, file))
  })
  return known
}

async function describe(ctx: Context, { content, from }: SourceFile): Promise<Descriptor> {
  ctx.signal.throwIfAborted()
  if ('bytes' in content) return { digest: digestOf(content.bytes), size: content.bytes.length }
  const known = ctx.workspace.look(content.file, content.stat)
  if (known?.digest) return { digest: known.digest, size: known.size }
  ctx.emit({ type: 'progress', what: `reading ${from}`, done: 0, total: null, unit: 'files' })
  return ctx.workspace.hash(content.file)
}
