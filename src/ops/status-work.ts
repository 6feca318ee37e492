import { declaredOf } from '../core/contracts.ts'
import { canonicalBytes, digestOf } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { diffKeys } from '../core/keydiff.ts'
import { LAYER_OF } from '../core/manifest.ts'
import type { Arm, Component, WorkComponent, WorkState, WorkStatus } from '../core/model.gen.ts'
import type { ComponentSpec, Context, SourceFile } from '../core/ports.ts'
import { collectPart, configOf, type Part, placeOf } from './parts.ts'
import { manifestOf } from './plan.ts'
import { filesOf, type ListedFile } from './trees.ts'
import { sameAsIn } from './unchanged.ts'
import { whyNot } from './work.ts'

interface Seen {
  readonly state: WorkState
  readonly why: string | null
}

/** Compares the working tree with a bundle by names, sizes and what the stat cache knows: no file is read, no program started. */
export async function compareWork(
  ctx: Context,
  against: (Arm & { readonly ref: string }) | null,
): Promise<NonNullable<WorkStatus>> {
  const config = configOf(ctx)
  const base = against === null ? [] : (await manifestOf(ctx, against)).components
  const byName = new Map(base.map((component) => [component.name, component]))
  const unchanged = await sameAsIn(ctx, config, base)
  const components: WorkComponent[] = []
  for (const spec of config.components) {
    const { name, role } = spec
    const seen = unchanged.has(name) ? SAME : await lookAt(ctx, spec, byName.get(name) ?? null)
    components.push({ name, role, layer: LAYER_OF[role], ...seen })
  }
  const declared = new Set(config.components.map((spec) => spec.name))
  for (const { name, role, layer } of base.filter((component) => !declared.has(component.name))) {
    components.push({ name, role, layer, state: 'removed', why: 'aiship.yaml has no such component now' })
  }
  const states = new Set(components.map((component) => component.state))
  states.delete('same')
  const isUnknown = states.size === 1 && states.has('not looked at')
  return { against, state: states.size === 0 ? 'same' : isUnknown ? 'unknown' : 'changed', components }
}

async function lookAt(ctx: Context, spec: ComponentSpec, base: Component | null): Promise<Seen> {
  if ((await ctx.collector(spec.kind)).executes)
    return { state: base === null ? 'new' : 'not looked at', why: whyNot(spec) }
  if (spec.mode === 'hash')
    return { state: base === null ? 'new' : 'not looked at', why: 'its digest takes reading it' }
  try {
    const part = await collectPart(ctx, spec)
    return base === null ? { state: 'new', why: null } : await compare(ctx, part, base)
  } catch (error) {
    if (!(error instanceof AishipError)) throw error
    return { state: error.code === 'FILE_MISSING' ? 'missing' : 'not looked at', why: error.message }
  }
}

async function compare(ctx: Context, part: Part, base: Component): Promise<Seen> {
  const { spec, collected } = part
  if (spec.role !== base.role) return changed(`it was ${base.role}`)
  if (diffKeys(declaredOf(spec), declaredOf(base)).length > 0) return changed('its contracts are others')
  if (collected.form === 'reference') {
    const digest = digestOf(canonicalBytes(collected.reference))
    return digest === base.digest ? SAME : changed('it refers to something else')
  }
  if (base.stored === false || spec.kind !== base.kind) return changed('it comes from elsewhere')
  const isTree = collected.form === 'tree'
  if (isTree !== (base.tree === true) || collected.at !== base.path) return changed('it stands elsewhere')
  const before = new Map((await filesOf(ctx.registry.objects, base)).map((file) => [file.path, file]))
  const differing: string[] = []
  const unsure: string[] = []
  for (const file of collected.files) {
    const path = placeOf(part, file.path)
    const there = before.get(path)
    before.delete(path)
    const verdict = there === undefined ? false : isSame(ctx, file, there)
    if (verdict === false) differing.push(path)
    else if (verdict === null) unsure.push(path)
  }
  differing.push(...before.keys())
  if (differing.length > 0) return changed(counted(differing))
  if (unsure.length === 0) return SAME
  return { state: 'not looked at', why: `${counted(unsure)}: touched since it was last read` }
}

const SAME: Seen = { state: 'same', why: null }
const changed = (why: string): Seen => ({ state: 'changed', why })

const counted = (paths: readonly string[]): string =>
  paths.length === 1 ? (paths[0] as string) : `${paths[0]} and ${paths.length - 1} more`

/** Null: its size is the same, and nothing knows its digest without reading it. */
function isSame(ctx: Context, { content, exec }: SourceFile, there: ListedFile): boolean | null {
  if (exec !== there.exec) return false
  if ('bytes' in content) return digestOf(content.bytes) === there.digest
  const look = ctx.workspace.look(content.file, content.stat)
  if (look === null || look.size !== there.size) return false
  return look.digest === null ? null : look.digest === there.digest
}
