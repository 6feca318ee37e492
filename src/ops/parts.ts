import { hasCheckoutFile, isCheckoutFile } from '../core/checkout.ts'
import { AishipError } from '../core/errors.ts'
import { findCollision, pathProblem } from '../core/paths.ts'
import type { Collected, ComponentSpec, Config, Context, SourceFile } from '../core/ports.ts'

/** A component as its driver found it: nothing is read yet. */
export interface Part {
  readonly spec: ComponentSpec
  readonly collected: Collected
}

/** Errors: CONFIG_MISSING. */
export function configOf(ctx: Context): Config {
  if (ctx.config !== null) return ctx.config
  throw new AishipError('CONFIG_MISSING', `there is no aiship.yaml of ${ctx.app} here`, { next: ['aiship init'] })
}

/** Asks the component's driver for its files. What a checkout keeps for itself is never part of a component. */
export async function collectPart(ctx: Context, spec: ComponentSpec): Promise<Part> {
  const collector = await ctx.collector(spec.kind)
  const collected = await collector.collect(spec, ctx.project())
  if (collected.form === 'reference') return { spec, collected }
  const files = collected.files.filter((file) => !hasCheckoutFile(file.path))
  if (files.length === 0) {
    throw new AishipError('COMPONENT_INVALID', `${spec.name} has no files`, {
      hint: 'an empty component would say nothing: remove it, or see what its path matches',
    })
  }
  return { spec, collected: { ...collected, files } }
}

/** A place that two components give a file. */
export interface Shared {
  readonly path: string
  readonly names: readonly [string, string]
}

/**
 * Checks every name of the whole checkout. Out: the places that two components share; they must turn out to hold the same bytes.
 * Errors: NAME_UNSAFE, naming the file as it is called in the project.
 */
export function checkPlaces(parts: readonly Part[]): readonly Shared[] {
  const owners = new Map<string, { readonly name: string; readonly from: string }>()
  const shared: Shared[] = []
  for (const part of parts) {
    for (const file of filesIn(part)) {
      const path = placeOf(part, file.path)
      const problem = isCheckoutFile(path) ? 'a checkout keeps that name for itself' : pathProblem(path)
      if (problem !== null)
        throw unsafe(`${part.spec.name}: ${JSON.stringify(file.from)} can't be bundled: ${problem}`, [file.from])
      const owner = owners.get(path)
      if (owner === undefined) owners.set(path, { name: part.spec.name, from: file.from })
      else shared.push({ path, names: [owner.name, part.spec.name] })
    }
  }
  const collision = findCollision([...owners.keys()])
  if (collision !== null) {
    const [a, b] = collision.map((path) => `${JSON.stringify(path)} (${ownerOf(path, owners)})`)
    throw unsafe(`${a} and ${b} would be the same file or folder on some systems`, collision)
  }
  return shared
}

/** What components share, in words; null if nothing. */
export function describeOverlap(shared: readonly Shared[]): string | null {
  const [first] = shared
  if (first === undefined) return null
  const more = shared.length === 1 ? '' : `, and ${shared.length - 1} more`
  return `${first.path} is in ${first.names[0]} and in ${first.names[1]}${more}: a change to it changes both`
}

export function warnOfOverlap(ctx: Pick<Context, 'emit'>, overlap: string | null): void {
  if (overlap !== null) ctx.emit({ type: 'warning', code: 'COMPONENTS_OVERLAP', message: overlap })
}

/** The component that a path, or something below it, belongs to. */
const ownerOf = (path: string, owners: ReadonlyMap<string, { readonly name: string }>): string =>
  [...owners].find(([file]) => file === path || file.startsWith(`${path}/`))?.[1].name ?? 'no component'

const filesIn = ({ collected }: Part): readonly SourceFile[] => (collected.form === 'reference' ? [] : collected.files)

const unsafe = (message: string, paths: readonly string[]): AishipError =>
  new AishipError('NAME_UNSAFE', message, {
    hint: 'a bundle must check out on every system: rename it, or ignore it in aiship.yaml',
    details: { paths },
  })

/** Where a file of a component stands in a checkout. */
export function placeOf({ collected }: Part, path: string): string {
  if (collected.form === 'reference') return path
  if (collected.form === 'file') return collected.at
  return collected.at === '.' ? path : `${collected.at}/${path}`
}
