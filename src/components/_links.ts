import fs from 'node:fs'
import path from 'node:path'
import { AishipError, hasCode } from '../core/errors.ts'
import type { ComponentSpec, Project } from '../core/ports.ts'
import { invalid, lookError, placeholder, shown } from './_refuse.ts'

/** Where a component lies, for the question whether a link leads out of it. All paths are absolute and free of links. */
export interface Ground {
  readonly spec: ComponentSpec
  readonly project: Project
  readonly root: string
  readonly registry: string | null
  /** The files and folders that the component consists of. */
  readonly inside: readonly string[]
}

export interface Target {
  readonly real: string
  readonly stat: fs.BigIntStats
}

/**
 * What a path with a symbolic link in it leads to. In: the absolute path, and `at`, what it is called in the project.
 * Errors: COMPONENT_INVALID for a loop, for a target that is never captured, and for one outside unless the component says `links: follow`;
 * FILE_MISSING for one that is not there; PLACEHOLDER for git-annex content that is not here.
 */
export function follow(ground: Ground, file: string, at: string): Target {
  const { spec, inside } = ground
  const text = linkText(file)
  const says = `${shown(at)} is ${text === null ? 'reached through a link' : `a link to ${shown(text)}`}`
  let target: Target
  try {
    const real = fs.realpathSync.native(file)
    target = { real, stat: fs.statSync(real, { bigint: true }) }
  } catch (error) {
    if (hasCode(error, 'ELOOP')) throw invalid(spec, `${says}, a loop`, 'ignore the link in aiship.yaml')
    if (!hasCode(error, 'ENOENT', 'ENOTDIR')) throw lookError(error, spec, at)
    if (text !== null && isAnnexed(text)) throw placeholder(spec, at, 'annex')
    throw new AishipError('FILE_MISSING', `components.${spec.name}: ${says}, which is not there`, {
      hint: 'restore what it leads to, or ignore the link in aiship.yaml',
      details: { component: spec.name, path: at },
    })
  }
  if (isForbidden(ground, target.real))
    throw invalid(spec, `${says}, which is never bundled`, 'ignore the link in aiship.yaml')
  if (spec.links === 'follow' || inside.some((folder) => isWithin(target.real, folder))) return target
  const hint = `to bundle what it leads to, add "links: follow" to components.${spec.name}`
  throw invalid(spec, `${says}, outside the component`, hint)
}

function linkText(file: string): string | null {
  try {
    return fs.readlinkSync(file)
  } catch {
    return null
  }
}

const isWithin = (file: string, folder: string): boolean =>
  file === folder || file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep)

const isAnnexed = (file: string): boolean => /(?:^|\/)\.git\/annex\/objects\//.test(file)

/** Git's own files, ours and the registry's. What git-annex keeps among git's is the user's data. */
export function isForbidden({ root, registry }: Pick<Ground, 'root' | 'registry'>, real: string): boolean {
  if (registry !== null && isWithin(real, registry)) return true
  if (isAnnexed(real)) return false
  const parts = (isWithin(real, root) ? path.relative(root, real) : real).split(path.sep)
  return parts.some((part) => part === '.git' || part === '.aiship')
}
