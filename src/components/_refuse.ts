import { readdirSync } from 'node:fs'
import path from 'node:path'
import { AishipError, hasCode } from '../core/errors.ts'
import { nearest } from '../core/names.ts'
import { originProblem } from '../core/origins.ts'
import type { ComponentSpec, Project } from '../core/ports.ts'
import { shellWord } from '../core/shell.ts'

/** A path in a message: quoted only where it could be misread. */
export const shown = (file: string): string => (/^[\w./@+-]+$/.test(file) ? file : JSON.stringify(file))

export function invalid(spec: ComponentSpec, why: string, hint?: string): AishipError {
  return new AishipError('COMPONENT_INVALID', `components.${spec.name}: ${why}`, {
    hint,
    details: { component: spec.name },
  })
}

/** Why a component of no bytes is refused. */
export const SAYS_NOTHING = 'an empty component would say nothing'

/** Refuses what aiship.yaml was refused for, should a spec come from elsewhere. */
export function checkOrigin(spec: ComponentSpec): void {
  const found = originProblem(spec.kind, spec.source)
  if (found !== null) throw invalid(spec, `${[spec.kind, ...found.at].join('.')}: ${found.problem}`, found.hint)
}

/** What a failed look at a file of the project means. */
export function lookError(error: unknown, spec: ComponentSpec, file: string): unknown {
  const details = { component: spec.name, path: file }
  if (hasCode(error, 'EACCES', 'EPERM')) {
    return new AishipError('NOT_PERMITTED', `components.${spec.name}: not permitted to read ${shown(file)}`, {
      hint: 'give yourself read permission, or ignore it in aiship.yaml',
      ...{ details, cause: error },
    })
  }
  if (hasCode(error, 'ENOENT', 'ENOTDIR')) {
    return new AishipError(
      'SOURCE_CHANGED',
      `components.${spec.name}: ${shown(file)} went away while it was looked at`,
      {
        hint: 'wait until whatever writes it is done',
        next: ['aiship bundle'],
        ...{ details, cause: error },
      },
    )
  }
  if (hasCode(error, 'ENAMETOOLONG')) return invalid(spec, `the name ${shown(file.slice(0, 80))}… is too long`)
  return error
}

/** Errors of a path that is not there: with the command that fetches it where a DVC file stands for it, else with the nearest name. */
export function missing(spec: ComponentSpec, project: Project, file: string): AishipError {
  const { there, rest } = nearestFolder(project.root, file)
  const names = namesIn(path.join(project.root, there))
  const [part = '', ...below] = rest
  const whole = (name: string, ...more: readonly string[]): string =>
    shown([there, name, ...more].filter(Boolean).join('/'))
  if (names.includes(`${part}.dvc`) && !names.includes(part))
    return placeholder(spec, path.posix.join(there, part), 'dvc')
  const near = nearest(part, names)
  const inTheWay = near === part ? `${whole(part)} is a file` : null
  return new AishipError('FILE_MISSING', `components.${spec.name}: there is no ${shown(file)}`, {
    hint: inTheWay ?? (near === null ? undefined : `did you mean ${whole(near, ...below)}?`),
    details: { component: spec.name, path: file },
  })
}

const FETCH = {
  lfs: { what: 'a Git LFS pointer', next: () => 'git lfs pull' },
  annex: { what: 'a git-annex pointer', next: (file: string) => `git annex get ${shellWord(file)}` },
  dvc: { what: 'a DVC pointer', next: (file: string) => `dvc pull ${shellWord(file)}` },
} as const

/** A small file that stands for bytes which are not on this machine. */
export function placeholder(spec: ComponentSpec, file: string, by: keyof typeof FETCH): AishipError {
  const { what, next } = FETCH[by]
  const why =
    by === 'dvc' ? `${shown(file)} is not here, only ${what} to it` : `${shown(file)} is ${what}, not the bytes`
  return new AishipError('PLACEHOLDER', `components.${spec.name}: ${why}`, {
    hint: 'fetch the bytes, then bundle',
    next: [next(file)],
    details: { component: spec.name, path: file },
  })
}

/** The deepest folder above `file` that is there, and the parts below it that are not. */
function nearestFolder(root: string, file: string): { readonly there: string; readonly rest: readonly string[] } {
  const parts = file.split('/')
  let count = parts.length - 1
  while (count > 0 && !isFolder(path.join(root, ...parts.slice(0, count)))) count--
  return { there: parts.slice(0, count).join('/'), rest: parts.slice(count) }
}

const isFolder = (folder: string): boolean => namesIn(folder, null) !== null

function namesIn(folder: string): readonly string[]
function namesIn(folder: string, otherwise: null): readonly string[] | null
function namesIn(folder: string, otherwise: null | readonly string[] = []): readonly string[] | null {
  try {
    return readdirSync(folder)
  } catch {
    return otherwise
  }
}
