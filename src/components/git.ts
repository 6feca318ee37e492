import { realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { AishipError } from '../core/errors.ts'
import type { GitOptions } from '../core/model.gen.ts'
import { nearest } from '../core/names.ts'
import { isRemote, placeOf, projectPath } from '../core/origins.ts'
import { compareUtf8, findCollision, pathProblem } from '../core/paths.ts'
import type { Collector, ComponentSpec, Project, SourceFile } from '../core/ports.ts'
import { type GitSource, openLocal, openRemote } from './_git.ts'
import { isLink, type Taken, takeEntries } from './_gitlinks.ts'
import { pointerOf } from './_placeholder.ts'
import { checkOrigin, invalid, missing, SAYS_NOTHING, shown } from './_refuse.ts'

/** In memory: more than that is data, and data has a place of its own. */
const MAX_BYTES = 128 * 1024 * 1024
const MAX_LINKS = 10_000

/** Files of a commit, byte for byte as git keeps them, whatever the working tree or git's settings say. */
export const driver: Collector = {
  executes: true,
  async collect(spec, project) {
    checkOrigin(spec)
    const options = spec.source as GitOptions
    const { repository = '.', revision } = options
    const wanted = projectPath(options.path ?? '.').replace(/^\.$/, '')
    const source = await open(spec, project, options)
    try {
      const commit = await source.commit(revision)
      if (commit === null) throw await noRevision(spec, source, revision)
      const taken = await takeFrom(spec, source, commit, wanted)
      checkNames(spec, taken)
      const at = String(placeOf(spec))
      const isFile = taken.length === 1 && taken[0]?.path === wanted
      if (isFile && taken[0]?.entry.size === 0)
        throw invalid(spec, `${shown(wanted)} is empty in that commit`, `${SAYS_NOTHING}: remove it from aiship.yaml`)
      const files = await read(spec, source, taken, isFile ? null : wanted, at)
      const notes = { commit, revision, repository }
      return { form: isFile ? 'file' : 'tree', at, files, ignored: [], notes }
    } finally {
      source.close()
    }
  },
}

/** Errors: FILE_MISSING. */
async function open(spec: ComponentSpec, project: Project, { repository, revision }: GitOptions): Promise<GitSource> {
  if (repository === undefined) return openLocal(realpathSync.native(project.root), true, project)
  if (isRemote(repository)) return openRemote(repository, revision, project)
  let folder: string
  try {
    folder = realpathSync.native(path.resolve(project.root, repository))
  } catch {
    throw missing(spec, project, repository)
  }
  if (!statSync(folder).isDirectory()) throw invalid(spec, `the repository ${shown(repository)} is not a folder`)
  return openLocal(folder, false, project)
}

async function noRevision(spec: ComponentSpec, source: GitSource, revision: string): Promise<AishipError> {
  const near = nearest(revision, await source.names())
  return invalid(
    spec,
    `the repository has no revision ${shown(revision)}`,
    near === null ? undefined : `did you mean ${near}?`,
  )
}

/** Errors: FILE_MISSING, COMPONENT_INVALID. */
async function takeFrom(
  spec: ComponentSpec,
  source: GitSource,
  commit: string,
  wanted: string,
): Promise<readonly Taken[]> {
  const entries = await source.list(commit)
  const links = entries.filter(isLink)
  if (links.length > MAX_LINKS) throw invalid(spec, `the commit has more than ${MAX_LINKS} links`)
  const targets = await source.blobs(links.map(({ id }) => id))
  const texts = new Map(links.map((link) => [link.path, String(targets.get(link.id) ?? '')]))
  const all = takeEntries(spec, entries, texts, wanted)
  if (all === null) {
    const near = nearest(
      wanted,
      entries.flatMap((entry) => [entry.path, path.posix.dirname(entry.path)]),
    )
    throw new AishipError(
      'FILE_MISSING',
      `components.${spec.name}: ${shown(wanted)} is not in the commit ${commit.slice(0, 12)}`,
      {
        hint: near === null ? undefined : `did you mean ${shown(near)}?`,
      },
    )
  }
  const taken = all.filter((one) => !one.path.split('/').includes('.aiship'))
  if (taken.length === 0) throw invalid(spec, `there is no file at ${shown(wanted || '.')} in that commit`)
  return [...taken].sort((a, b) => compareUtf8(a.path, b.path))
}

/** Errors: NAME_UNSAFE. */
function checkNames(spec: ComponentSpec, taken: readonly Taken[]): void {
  const hint = 'a bundle must check out on every system: rename it in the repository'
  for (const { path: file } of taken) {
    const problem = pathProblem(file)
    if (problem !== null)
      throw new AishipError(
        'NAME_UNSAFE',
        `components.${spec.name}: ${JSON.stringify(file)} can't be bundled: ${problem}`,
        { hint },
      )
  }
  const [a, b] = findCollision(taken.map((one) => one.path)) ?? []
  if (a !== undefined)
    throw new AishipError(
      'NAME_UNSAFE',
      `components.${spec.name}: ${JSON.stringify(a)} and ${JSON.stringify(b)} would be the same file on some systems`,
      { hint },
    )
}

/** In: `root`, the folder that paths become relative to; null for a single file. Errors: PLACEHOLDER, COMPONENT_INVALID. */
async function read(
  spec: ComponentSpec,
  source: GitSource,
  taken: readonly Taken[],
  root: string | null,
  at: string,
): Promise<readonly SourceFile[]> {
  const size = taken.reduce((sum, { entry }) => sum + entry.size, 0)
  if (size > MAX_BYTES)
    throw invalid(
      spec,
      `it has ${size} bytes, more than the ${MAX_BYTES} that are taken from git`,
      'check it out, and name the folder with path',
    )
  const blobs = await source.blobs(taken.map(({ entry }) => entry.id))
  return taken.map(({ path: file, entry }) => {
    const bytes = blobs.get(entry.id) as Buffer
    const pointer = pointerOf(bytes)
    if (pointer !== null) {
      const what = pointer === 'lfs' ? 'a Git LFS pointer' : 'a git-annex pointer'
      throw new AishipError(
        'PLACEHOLDER',
        `components.${spec.name}: in that commit ${shown(file)} is ${what}, not the bytes`,
        {
          hint: 'fetch the bytes into a working tree, and name the file with path',
          next: [pointer === 'lfs' ? 'git lfs pull' : 'git annex get .'],
        },
      )
    }
    const below = root === null ? at.slice(at.lastIndexOf('/') + 1) : root === '' ? file : file.slice(root.length + 1)
    const from = root === null ? at : `${at}/${below}`
    return { path: below, from, exec: entry.mode === '100755', content: { bytes } }
  })
}
