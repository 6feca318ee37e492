import { isDigest } from '../core/digest.ts'
import type { AishipError } from '../core/errors.ts'
import { nearest } from '../core/names.ts'
import { placeOf } from '../core/origins.ts'
import { collisionKey } from '../core/paths.ts'
import type { ComponentSpec } from '../core/ports.ts'
import { brief } from './refusal.ts'
import type { Source } from './yaml.ts'

/**
 * What a component was made from or derived from is other components, and never itself by any way round; what it was derived from may also be known
 * by its digest alone. Errors: CONFIG_INVALID.
 */
export function checkLineage(
  source: Source,
  key: 'from' | 'derived_from',
  components: readonly { readonly name: string; readonly inputs: readonly string[] }[],
): void {
  const byName = new Map(components.map(({ name, inputs }) => [name, inputs]))
  for (const { name, inputs } of components) {
    for (const [i, input] of inputs.entries()) {
      if ((byName.has(input) && input !== name) || (key === 'derived_from' && isDigest(input))) continue
      const others = [...byName.keys()].filter((other) => other !== name)
      const near = nearest(input.slice(0, 100), others)
      const why = input === name ? 'a component is not made from itself' : `there is no component ${brief(input)}`
      throw source.refuse(source.at(['components', name, key, String(i)]), `components.${name}.${key}: ${why}`, {
        hint: near === null ? undefined : `did you mean ${near}?`,
      })
    }
  }
  const done = new Set<string>()
  const walk = (name: string, above: readonly string[]): void => {
    if (above.includes(name)) {
      const round = [...above.slice(above.indexOf(name)), name]
      const circle = (round.length > 9 ? [...round.slice(0, 8), '…'] : round).join(' from ')
      throw source.refuse(
        source.at(['components', name, key]),
        `components.${name}.${key} goes round in a circle: ${circle}`,
      )
    }
    if (done.has(name)) return
    for (const input of byName.get(name) ?? []) walk(input, [...above, name])
    done.add(name)
  }
  for (const name of byName.keys()) walk(name, [])
}

/**
 * Refuses two components at one place of a checkout, and one inside another where either was put there by us. A path inside another path
 * holds the same bytes twice; what globs, lists and such folders share is looked at when they are collected.
 */
export function checkPlaces(source: Source, components: readonly ComponentSpec[]): void {
  const places = new Map<string, ComponentSpec>()
  /** The folders that the places lie in. */
  const above = new Map<string, ComponentSpec[]>()
  for (const component of components) {
    const at = placeOf(component)
    if (at === null) continue
    const key = collisionKey(at)
    const folders = foldersOf(key)
    const around = [...folders.flatMap((folder) => places.get(folder) ?? []), ...(above.get(key) ?? [])]
    const other = places.get(key) ?? around.find((one) => component.kind !== 'path' || one.kind !== 'path')
    if (other !== undefined) throw taken(source, component, at, other)
    places.set(key, component)
    for (const folder of folders) {
      const there = above.get(folder) ?? []
      // One of each sort is enough to be named.
      if (!there.some((one) => (one.kind === 'path') === (component.kind === 'path')))
        above.set(folder, [...there, component])
    }
  }
}

const foldersOf = (path: string): readonly string[] =>
  path
    .split('/')
    .slice(1)
    .map((_, i, rest) =>
      path
        .split('/')
        .slice(0, rest.length - i)
        .join('/'),
    )

function taken(source: Source, component: ComponentSpec, at: string, other: ComponentSpec): AishipError {
  const { name, kind, to } = component
  const otherAt = placeOf(other)
  const where = otherAt === at ? at : `${at}, and ${other.name} at ${otherAt}`
  const position = source.at(['components', name, to === null ? kind : 'to'])
  return source.refuse(position, `components.${name} would stand where ${other.name} stands: ${where}`, {
    hint: kind === 'path' ? 'name each file in one component' : 'give one of them another place with "to"',
  })
}
