import fs from 'node:fs'
import path from 'node:path'
import { hasCode } from '../core/errors.ts'
import { globBase, isGlob, makeMatcher } from '../core/globs.ts'
import type { ComponentSpec, Project } from '../core/ports.ts'
import { follow, type Ground, isForbidden, type Target } from './_links.ts'
import { invalid, lookError, missing, shown } from './_refuse.ts'
import { EVERYTHING, takeFile, type Walk, type Wanted, walkFolder } from './_walk.ts'

/** Where one path of a component leads. */
export interface Place {
  /** As written, or '.' for the project's folder. */
  readonly item: string
  /** The file, the folder, or the folder above a glob's first pattern, relative to the project. */
  readonly at: string
  /** Absolute; free of links unless `link` says otherwise. */
  readonly real: string
  /** The first part of the way that is a symbolic link, relative to the project. */
  readonly link: string | null
  /** Of a glob. */
  readonly wanted: Wanted | null
}

export function groundOf(spec: ComponentSpec, project: Project): Ground {
  const realpath = (folder: string): string => {
    try {
      return fs.realpathSync.native(folder)
    } catch {
      return path.resolve(folder)
    }
  }
  const registry = project.registry === null ? null : realpath(project.registry)
  return { spec, project, root: realpath(project.root), registry, inside: [] }
}

/** Finds what an item names; a name that is there is meant as it stands, whatever patterns it has in it. Errors: FILE_MISSING, PLACEHOLDER. */
export function locate(ground: Ground, item: string): Place {
  const there = lookUp(ground, item)
  if (there !== null) return { item, at: item, ...there, wanted: null }
  if (!isGlob(item)) throw missing(ground.spec, ground.project, item)
  const base = globBase(item)
  const folder = lookUp(ground, base === '' ? '.' : base)
  if (folder === null) throw missing(ground.spec, ground.project, base)
  const depth = item.split('/').includes('**') ? Number.POSITIVE_INFINITY : item.split('/').length
  return { item, at: base === '' ? '.' : base, ...folder, wanted: { match: makeMatcher(item), depth } }
}

/** Goes down part by part, up to the first link. Null: there is nothing of that name. */
function lookUp({ spec, root }: Ground, item: string): Pick<Place, 'real' | 'link'> | null {
  if (item === '.') return { real: root, link: null }
  const parts = item.split('/')
  for (let count = 1; count <= parts.length; count++) {
    const at = parts.slice(0, count).join('/')
    try {
      if (fs.lstatSync(path.join(root, at)).isSymbolicLink()) return { real: path.join(root, item), link: at }
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null
      throw lookError(error, spec, at)
    }
  }
  return { real: path.join(root, item), link: null }
}

/** Takes in what an item names. Out: what the default ignores left out. */
export function take(walk: Walk, place: Place): readonly string[] {
  const { at, wanted } = place
  if (place.link !== null) walk.isLinked = true
  for (const above of foldersAbove(at)) walk.above.add(path.join(walk.ground.root, above))
  const { real, stat } = reach(walk.ground, place)
  if (isForbidden(walk.ground, real)) {
    const where =
      walk.ground.registry === walk.ground.root
        ? 'the registry is the whole project'
        : `${shown(at)} lies in the registry`
    throw invalid(walk.ground.spec, `${where}, and a registry is never bundled`)
  }
  if (stat.isDirectory()) {
    const folder = { path: at === '.' ? '' : at, real, above: [], ignored: null }
    return walkFolder(walk, folder, wanted ?? EVERYTHING)
  }
  if (wanted !== null) return []
  if (walk.ignores.of(at, '', null) === null) takeFile(walk, at, real, stat)
  return []
}

/** `a` and `a/b` for `a/b/c`. */
const foldersAbove = (at: string): readonly string[] =>
  at.split('/').flatMap((_, i, parts) => (i === 0 ? [] : [parts.slice(0, i).join('/')]))

/** Errors: those of `follow`. */
function reach(ground: Ground, { at, real, link }: Place): Target {
  if (link !== null) {
    follow(ground, path.join(ground.root, link), link)
    return follow(ground, real, at)
  }
  try {
    return { real, stat: fs.lstatSync(real, { bigint: true }) }
  } catch (error) {
    throw lookError(error, ground.spec, at)
  }
}
