import fs from 'node:fs'
import path from 'node:path'
import { type CHECKOUT_FILES, isCheckoutFile } from '../core/checkout.ts'
import { AishipError } from '../core/errors.ts'
import { pathProblem } from '../core/paths.ts'
import type { FileStat } from '../core/workspace.ts'
import { wholeStat } from '../store/stat-rows.ts'
import type { Ignored, Ignores } from './_ignore.ts'
import { follow, type Ground } from './_links.ts'
import { isDvcPointer, pointerIn } from './_placeholder.ts'
import { invalid, lookError, placeholder, shown } from './_refuse.ts'

/** A file that a component takes in. */
export interface Found {
  /** Relative to the project. */
  readonly path: string
  /** Absolute, free of links: what was looked at is what will be read. */
  readonly file: string
  readonly exec: boolean
  readonly stat: FileStat
}

/** A look through files and folders that is under way. */
export interface Walk {
  readonly ground: Ground
  readonly ignores: Ignores
  /** By path: two items of a list may lead to one file. */
  readonly found: Map<string, Found>
  /** Files taken in so far, again or not. */
  taken: number
  /** Folders entered through a link. */
  linked: number
  /** True once a link has decided what is taken in: what it leads to may change and nothing here would show it. */
  isLinked: boolean
  /** Folders listed, by their real path, as they were before. */
  readonly folders: Map<string, FileStat>
  /** Real paths of the folders above what was named. */
  readonly above: Set<string>
}

/** Which files a glob wants, and how many parts their paths have at most. */
export interface Wanted {
  match(file: string): boolean
  readonly depth: number
}

export const EVERYTHING: Wanted = { match: () => true, depth: Number.POSITIVE_INFINITY }

export interface Folder {
  /** Relative to the project; '' for its root. */
  readonly path: string
  /** Absolute, free of links. */
  readonly real: string
  /** Real paths of the folders that it was reached through: to come to one of them again is a loop. */
  readonly above: readonly string[]
  readonly ignored: Ignored
}

/** Links to folders with links to folders multiply: a few lines of `ln -s` make a billion files. */
const MAX_LINKED = 10_000

/** What says that a folder is a checkout. */
const OF_A_CHECKOUT = [
  '.aiship-release.json',
  '.aiship-checkout.json',
] satisfies readonly (typeof CHECKOUT_FILES)[number][]
const OF_A_REGISTRY = ['format.json', 'objects', 'logs']

/** True for the names in a folder that has releases of its own. */
const isAnother = (names: ReadonlySet<string>): boolean =>
  OF_A_CHECKOUT.some((name) => names.has(name)) || OF_A_REGISTRY.every((name) => names.has(name))

/**
 * Takes in the files below a folder. What a checkout wrote is another bundle, and a registry is many: both are left out unless they are what was named. Out: what the default ignores left out, folders with a "/" behind.
 * Synchronous: for 50,000 files, promises would take ten times as long as the look itself.
 */
export function walkFolder(walk: Walk, folder: Folder, wanted: Wanted): readonly string[] {
  const entries = list(walk, folder)
  const names = new Set(entries.map((entry) => entry.name))
  const isNamed = folder.above.length === 0
  if (isNamed || folder.ignored !== null || !isAnother(names)) return takeEntries(walk, folder, wanted, entries, names)
  const before = walk.taken
  const ignored = walk.ignores.of(folder.path, path.posix.basename(folder.path), 'by default')
  if (ignored === null || walk.ignores.mayTakeBack) {
    const leftOut = takeEntries(walk, { ...folder, ignored }, wanted, entries, names)
    if (walk.taken > before) return leftOut
  }
  return [`${folder.path}/`]
}

function takeEntries(
  walk: Walk,
  folder: Folder,
  wanted: Wanted,
  entries: readonly fs.Dirent[],
  names: ReadonlySet<string>,
): readonly string[] {
  const leftOut: string[] = []
  for (const entry of entries) {
    const { name } = entry
    const at = folder.path === '' ? name : `${folder.path}/${name}`
    const real = folder.real + path.sep + name
    if (name === '.git' || name === '.aiship' || real === walk.ground.registry || isCheckoutFile(at)) continue
    const ignored = walk.ignores.of(at, name, folder.ignored)
    if (entry.isDirectory() && (ignored === null || walk.ignores.mayTakeBack)) {
      const before = walk.taken
      const below = enter(walk, { path: at, real, above: [...folder.above, folder.real], ignored }, wanted)
      leftOut.push(...(ignored === 'by default' && walk.taken === before ? [`${at}/`] : below))
    } else if (ignored !== null) {
      if (ignored === 'by default' && wanted.match(at)) leftOut.push(entry.isDirectory() ? `${at}/` : at)
    } else if (entry.isSymbolicLink()) {
      leftOut.push(...takeLink(walk, folder, at, real, wanted))
    } else if (wanted.match(at)) {
      const size = takeFile(walk, at, real, null)
      if (name.endsWith('.dvc') && !names.has(name.slice(0, -4)) && isDvcPointer(real, size))
        throw placeholder(walk.ground.spec, at.slice(0, -4), 'dvc')
    }
  }
  return leftOut
}

function enter(walk: Walk, folder: Folder, wanted: Wanted): readonly string[] {
  return folder.path.split('/').length < wanted.depth ? walkFolder(walk, folder, wanted) : []
}

/** Sorted, so that of two problems it is always the same one that is named. */
function list(walk: Walk, { real, path: at }: Folder): readonly fs.Dirent[] {
  try {
    // Of a folder that is listed twice, the older look counts: it is what the first list was made after.
    if (!walk.folders.has(real)) walk.folders.set(real, wholeStat(fs.lstatSync(real, { bigint: true })))
    return fs.readdirSync(real, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    throw lookError(error, walk.ground.spec, at === '' ? '.' : at)
  }
}

function takeLink(walk: Walk, folder: Folder, at: string, real: string, wanted: Wanted): readonly string[] {
  const isWanted = wanted.match(at)
  const mayHold = at.split('/').length < wanted.depth
  if (!isWanted && !mayHold) return []
  walk.isLinked = true
  if (!isWanted && !leadsToFolder(real)) return []
  const target = follow(walk.ground, real, at)
  if (!target.stat.isDirectory()) {
    if (isWanted) takeFile(walk, at, target.real, target.stat)
    return []
  }
  if ([...folder.above, folder.real].includes(target.real))
    throw invalid(
      walk.ground.spec,
      `${shown(at)} is a link to a folder that it lies in, a loop`,
      'ignore the link in aiship.yaml',
    )
  walk.linked++
  if (walk.linked > MAX_LINKED)
    throw invalid(
      walk.ground.spec,
      `its links lead to more than ${MAX_LINKED} folders`,
      'ignore the links in aiship.yaml',
    )
  return enter(walk, { path: at, real: target.real, above: [...folder.above, folder.real], ignored: null }, wanted)
}

const leadsToFolder = (link: string): boolean => {
  try {
    return fs.statSync(link).isDirectory()
  } catch {
    return false
  }
}

/** In: `real`, free of links, and what a look at it said, if there was one. Out: its size in bytes. Errors: NAME_UNSAFE, COMPONENT_INVALID, PLACEHOLDER. */
export function takeFile(walk: Walk, at: string, real: string, known: fs.BigIntStats | null): number {
  const { spec } = walk.ground
  const problem = pathProblem(at)
  if (problem !== null) {
    throw new AishipError(
      'NAME_UNSAFE',
      `components.${spec.name}: ${JSON.stringify(at)} can't be bundled: ${problem}`,
      {
        hint: 'a bundle must check out on every system: rename it, or ignore it in aiship.yaml',
        details: { component: spec.name, path: at },
      },
    )
  }
  try {
    const stat = known ?? fs.lstatSync(real, { bigint: true })
    if (!stat.isFile()) throw invalid(spec, `${shown(at)} is ${kindOf(stat)}, not a file`, 'ignore it in aiship.yaml')
    const size = Number(stat.size)
    const pointer = pointerIn(real, size)
    if (pointer !== null) throw placeholder(spec, at, pointer)
    walk.taken++
    walk.found.set(at, { path: at, file: real, exec: (stat.mode & 0o100n) !== 0n, stat: wholeStat(stat) })
    return size
  } catch (error) {
    throw lookError(error, spec, at)
  }
}

function kindOf(stat: fs.BigIntStats): string {
  if (stat.isSocket()) return 'a socket'
  if (stat.isFIFO()) return 'a pipe'
  if (stat.isDirectory()) return 'a folder'
  return stat.isBlockDevice() || stat.isCharacterDevice() ? 'a device' : 'something else'
}
