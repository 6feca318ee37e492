import { isCheckoutFile } from './checkout.ts'
import { globProblem, isGlob } from './globs.ts'
import type { ExternalOptions, GitOptions } from './model.gen.ts'
import { pathProblem } from './paths.ts'
import type { ComponentSpec } from './ports.ts'

/** What a schema can't say of where a component's bytes come from. */
export interface OriginProblem {
  /** Keys from the kind's value to the part that is wrong. */
  readonly at: readonly string[]
  readonly problem: string
  readonly hint?: string
}

/** In: what stands under the kind's key, of the shape that the kind's schema asks for. */
export function originProblem(kind: string, source: unknown): OriginProblem | null {
  switch (kind) {
    case 'path':
      return pathsProblem(source as string | readonly string[])
    case 'command':
      return (source as readonly string[])[0]?.trim() === '' ? { at: ['0'], problem: 'it names no program' } : null
    case 'external':
      return externalProblem(source as ExternalOptions)
    case 'git':
      return gitProblem(source as GitOptions)
    default:
      return null
  }
}

/** Where a component stands in a checkout; null where that is only known when it is collected, and where it stands nowhere. */
export function placeOf({
  kind,
  name,
  source,
  to,
  mode,
}: Pick<ComponentSpec, 'kind' | 'name' | 'source' | 'to' | 'mode'>): string | null {
  const ending = ENDINGS[kind]
  if (ending !== undefined) return to ?? `.aiship-components/${name}${ending}`
  if (kind !== 'path' || mode === 'hash' || typeof source !== 'string') return null
  const path = projectPath(source)
  return path === '.' || isGlob(path) ? null : path
}

/** Kinds that have no path of their own, and how their files end. */
const ENDINGS: Readonly<Record<string, string>> = { value: '.json', command: '.txt', git: '' }

export const standsByTo = (kind: string): boolean => Object.hasOwn(ENDINGS, kind)

/** A path as it is written, without "./" and a last "/"; "." for the project's folder. */
export const projectPath = (written: string): string =>
  written.replace(/^(?:\.\/+)+/, '').replace(/(?<=[^/])\/+$/, '') || '.'

function pathsProblem(source: string | readonly string[]): OriginProblem | null {
  for (const [i, written] of [source].flat().entries()) {
    const path = projectPath(written)
    const problem = path === '.' ? null : isGlob(path) ? globProblem(path) : fileProblem(path)
    if (problem !== null) return { at: typeof source === 'string' ? [] : [String(i)], problem }
  }
  return null
}

const fileProblem = (path: string): string | null =>
  pathProblem(path) ?? (isCheckoutFile(path) ? 'a checkout writes that file, and it is never bundled' : null)

/** Parts of a query that give whoever has them what the URI leads to. */
const SIGNED =
  /[?&](?:x-amz-(?:signature|security-token|credential)|x-goog-signature|sig|signature|(?:access_|api_|auth_)?(?:token|key)|password)=/i

function externalProblem({ uri, digest, pin }: ExternalOptions): OriginProblem | null {
  const secret = 'whoever fetches it brings credentials along; this file is no place for them'
  if (!/^[a-z][a-z0-9+.-]*:\S+$/i.test(uri))
    return { at: ['uri'], problem: 'it is no URI', hint: 'write scheme:path, as in s3://lake/orders/2026-09' }
  if (/^[^:]*:\/\/[^/?#]*@/.test(uri))
    return { at: ['uri'], problem: 'it has a user name or password in it', hint: secret }
  if (SIGNED.test(uri)) return { at: ['uri'], problem: 'it has a key or signature in it', hint: secret }
  if (digest !== undefined && pin !== undefined)
    return { at: ['pin'], problem: 'it has both a digest and a pin', hint: 'keep the digest: it says more' }
  if (digest === undefined && pin === undefined) {
    const hint = 'add digest: "sha256:…", or pin: with an id that the other side keeps, such as a version'
    return { at: [], problem: 'it does not say which bytes it means', hint }
  }
  return null
}

function gitProblem({ repository, revision, path }: GitOptions): OriginProblem | null {
  const where = repository === undefined ? null : repositoryProblem(repository)
  if (where !== null) return { at: ['repository'], problem: where, hint: 'name a folder, https://… or ssh://…' }
  // Nothing that git could take for an option, a range, or a file in a commit.
  if (!/^[A-Za-z0-9_][A-Za-z0-9_./+~^@-]{0,255}$/.test(revision) || revision.includes('..'))
    return { at: ['revision'], problem: 'it names no commit, tag or branch' }
  const wanted = projectPath(path ?? '.')
  const problem = wanted === '.' ? null : pathProblem(wanted)
  return problem === null ? null : { at: ['path'], problem }
}

function repositoryProblem(repository: string): string | null {
  if (repository.startsWith('-')) return 'it could be read as an option'
  if (/^[\w+.-]*::/.test(repository)) return 'it names a program to start'
  const scheme = schemeOf(repository)
  if (scheme !== null && scheme !== 'https' && scheme !== 'ssh')
    return `git would use ${scheme}, which proves nothing about who answers`
  const hasSecret = /^https:\/\/[^/]*@|^ssh:\/\/[^/@]*:[^/@]*@/i.test(repository)
  return hasSecret ? 'it has a password or token in it' : null
}

const schemeOf = (url: string): string | null => /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase() ?? null

/** True for a repository on another machine: a URL, or git's short form of an ssh one. */
export const isRemote = (repository: string): boolean =>
  schemeOf(repository) !== null || /^[\w.-]+@[\w.-]+:(?![:/]\/)/.test(repository)
