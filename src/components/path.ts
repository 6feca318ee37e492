import fs from 'node:fs'
import { AishipError } from '../core/errors.ts'
import { projectPath } from '../core/origins.ts'
import { compareUtf8, findCollision } from '../core/paths.ts'
import type { Collected, Collector, ComponentSpec, SourceFile } from '../core/ports.ts'
import { hashed } from './_hash.ts'
import { makeIgnores } from './_ignore.ts'
import { groundOf, locate, type Place, take } from './_locate.ts'
import { checkOrigin, invalid, lookError, SAYS_NOTHING, shown } from './_refuse.ts'
import type { Found, Walk } from './_walk.ts'

/** Files and folders of the project: one, or what a glob or a list of them finds. With `mode: hash` their bytes stay where they are. */
export const driver: Collector = {
  executes: false,
  async collect(spec, project) {
    checkOrigin(spec)
    const written = [spec.source].flat() as readonly string[]
    const ground = groundOf(spec, project)
    const places = written.map((text) => locate(ground, projectPath(text)))
    const inside = places.filter(({ link }) => link === null).map(({ real }) => real)
    const walk: Walk = {
      ground: { ...ground, inside },
      ignores: makeIgnores(project.ignore),
      found: new Map(),
      ...{ taken: 0, linked: 0, isLinked: false, folders: new Map(), above: new Set() },
    }
    const ignored = places.flatMap((place) => takeAll(walk, place))
    const found = [...walk.found.values()].sort((a, b) => compareUtf8(a.path, b.path))
    checkCollisions(spec, found)
    const single = Array.isArray(spec.source) ? null : (places[0] ?? null)
    const looked = walk.isLinked ? null : { folders: walk.folders, above: walk.above }
    const collected: Collected = { ...standing(found, single, ignored), looked }
    if (collected.form === 'file') checkSize(spec, found[0] as Found)
    return spec.mode === 'hash' ? hashed(collected, written.join(', '), project) : collected
  },
}

/** Errors: COMPONENT_INVALID for an item that has no file: an empty component would say nothing. */
function takeAll(walk: Walk, place: Place): readonly string[] {
  const before = walk.taken
  const ignored = take(walk, place)
  if (walk.taken > before) return ignored
  const why = place.wanted === null ? `${shown(place.item)} has no files` : `${shown(place.item)} matches no file`
  const [first] = ignored
  const hint =
    first === undefined
      ? `${SAYS_NOTHING}: remove it, or see what its path names`
      : `${shown(first)} was left out; to take it in, add "!${first.replace(/\/$/, '')}" to ignore`
  throw invalid(walk.ground.spec, why, hint)
}

/** Errors: COMPONENT_INVALID for a single file without a byte. In a folder, such files are as good as any. */
function checkSize(spec: ComponentSpec, { path, file }: Found): void {
  try {
    // Some files of the system hide their size; whoever reads them says so.
    if (fs.statSync(file).size > 0 || hasByte(file)) return
  } catch (error) {
    throw lookError(error, spec, path)
  }
  const hint = `${SAYS_NOTHING}: see that whatever writes it has done so, or remove it from aiship.yaml`
  throw invalid(spec, `${shown(path)} is empty`, hint)
}

function hasByte(file: string): boolean {
  const fd = fs.openSync(file, 'r')
  try {
    return fs.readSync(fd, Buffer.alloc(1)) > 0
  } finally {
    fs.closeSync(fd)
  }
}

function checkCollisions(spec: ComponentSpec, found: readonly Found[]): void {
  const collision = findCollision(found.map(({ path }) => path))
  if (collision === null) return
  const [a, b] = collision.map((path) => JSON.stringify(path))
  throw new AishipError(
    'NAME_UNSAFE',
    `components.${spec.name}: ${a} and ${b} would be the same file on some systems`,
    {
      hint: 'a bundle must check out on every system: rename one, or ignore it in aiship.yaml',
      details: { component: spec.name, paths: collision },
    },
  )
}

/** A file or a folder stands where it stood; what a glob or a list found stands in the tree of the project's folder. */
function standing(found: readonly Found[], single: Place | null, ignored: readonly string[]): Collected {
  const common = { ignored: [...new Set(ignored)].sort(compareUtf8), notes: {} }
  const isRooted = single === null || single.wanted !== null || single.item === '.'
  if (isRooted) return { form: 'tree', at: '.', files: found.map((file) => sourceFile(file, file.path)), ...common }
  const { item } = single
  const [only] = found
  if (only !== undefined && only.path === item) {
    const file = sourceFile(only, item.slice(item.lastIndexOf('/') + 1))
    return { form: 'file', at: item, files: [file], ...common }
  }
  const files = found.map((file) => sourceFile(file, file.path.slice(item.length + 1)))
  return { form: 'tree', at: item, files, ...common }
}

const sourceFile = ({ path, file, exec, stat }: Found, at: string): SourceFile => ({
  path: at,
  from: path,
  exec,
  content: { file, stat },
})
