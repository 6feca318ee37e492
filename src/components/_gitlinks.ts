import { posix } from 'node:path'
import type { ComponentSpec } from '../core/ports.ts'
import type { GitEntry } from './_git.ts'
import { invalid, shown } from './_refuse.ts'

/** A file of a commit under the path that the component gives it. */
export interface Taken {
  /** Relative to the repository. */
  readonly path: string
  readonly entry: GitEntry
}

const LINK = '120000'
const SUBMODULE = '160000'
const MAX_HOPS = 40
/** Links to folders with links to folders multiply. */
const MAX_FILES = 200_000

export const isLink = ({ mode }: GitEntry): boolean => mode === LINK

/**
 * The files below `wanted` ('' for all), with links replaced by what they lead to, by the rule of links on a disk. In: every entry of the
 * commit, and what each link in it says. Null: there is nothing of that name. Errors: COMPONENT_INVALID.
 */
export function takeEntries(
  spec: ComponentSpec,
  entries: readonly GitEntry[],
  texts: ReadonlyMap<string, string>,
  wanted: string,
): readonly Taken[] | null {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]))
  const folders = new Set(entries.flatMap(({ path }) => parents(path)))
  const taken: Taken[] = []

  /** Where a path leads when every link on its way is followed. Null: nowhere in this commit. */
  function reach(file: string, hops: number, at: string): string | null {
    const parts = file.split('/')
    for (let count = 1; count <= parts.length; count++) {
      const link = parts.slice(0, count).join('/')
      const text = texts.get(link)
      if (text === undefined) continue
      if (hops > MAX_HOPS) throw invalid(spec, `${shown(at)} is a link in a loop`)
      const target = posix.join(posix.dirname(link), text, ...parts.slice(count))
      const bare = target.replace(/\/+$/, '')
      if (text.startsWith('/') || bare === '..' || bare.startsWith('../'))
        throw invalid(spec, `${shown(at)} is a link to ${shown(text)}, outside the repository`)
      return bare === '.' ? '' : reach(bare, hops + 1, at)
    }
    return byPath.has(file) || folders.has(file) || file === '' ? file : null
  }

  function takeLink(at: string, above: readonly string[]): void {
    const text = texts.get(at) ?? ''
    const target = reach(at, 0, at)
    if (target === null) throw invalid(spec, `${shown(at)} is a link to ${shown(text)}, which is not in that commit`)
    const isInside = wanted === '' || target === wanted || target.startsWith(`${wanted}/`)
    if (!isInside && spec.links !== 'follow') {
      const hint = `to bundle what it leads to, add "links: follow" to components.${spec.name}`
      throw invalid(spec, `${shown(at)} is a link to ${shown(text)}, outside the component`, hint)
    }
    take(at, target, above)
  }

  /** Takes in what lies at `real` under the name `at`. */
  function take(at: string, real: string, above: readonly string[]): void {
    const entry = byPath.get(real)
    if (entry === undefined) {
      if (above.includes(real)) throw invalid(spec, `${shown(at)} is a link to a folder that it lies in, a loop`)
      for (const { path } of entries) {
        if (real !== '' && !path.startsWith(`${real}/`)) continue
        const rest = real === '' ? path : path.slice(real.length + 1)
        const name = at === '' ? rest : `${at}/${rest}`
        if (texts.has(path)) nested(name, path, [...above, real, ...parents(path)])
        else take(name, path, above)
      }
      return
    }
    if (entry.mode === SUBMODULE)
      throw invalid(spec, `${shown(at)} is a submodule`, 'name its own repository in a component of its own')
    if (taken.length >= MAX_FILES) throw invalid(spec, `it has more than ${MAX_FILES} files`, 'name a folder with path')
    taken.push({ path: at, entry })
  }

  /** A link met inside a folder: what it says is relative to where it really lies. */
  function nested(name: string, path: string, above: readonly string[]): void {
    const before = taken.length
    takeLink(path, above)
    if (name !== path)
      taken.splice(
        before,
        taken.length,
        ...taken.slice(before).map((one) => ({ ...one, path: name + one.path.slice(path.length) })),
      )
  }

  if (texts.has(wanted)) takeLink(wanted, [])
  else {
    const real = wanted === '' ? '' : reach(wanted, 0, wanted)
    if (real === null) return null
    if (real !== wanted && spec.links !== 'follow')
      throw invalid(
        spec,
        `${shown(wanted)} is reached through a link, outside the component`,
        `add "links: follow" to components.${spec.name}`,
      )
    take(wanted, real, [])
  }
  return taken
}

const parents = (file: string): readonly string[] =>
  file
    .split('/')
    .slice(0, -1)
    .map((_, i, parts) => parts.slice(0, i + 1).join('/'))
