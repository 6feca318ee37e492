import { execFile } from 'node:child_process'
import type { GitState } from '../core/ports.ts'

const TIMEOUT_MS = 60_000
const MAX_OUTPUT = 64 * 1024 * 1024

/**
 * What git says about the folder: commit, branch, remote without user name and password, and whether anything differs from the commit.
 * Null outside a repository, and where there is no git: a bundle needs neither. One fixed command line; no text of the user's is in it.
 */
export async function gitState(root: string): Promise<GitState | null> {
  // A monitor that the repository configures would be a program started by looking.
  const status = await run(root, [
    '-c',
    'core.fsmonitor=false',
    'status',
    '--porcelain=v2',
    '--branch',
    '--untracked-files=normal',
  ])
  if (status === null) return null
  const lines = status.split('\n').filter((line) => line !== '')
  const head = (key: string): string | null =>
    lines.find((line) => line.startsWith(`# branch.${key} `))?.slice(`# branch.${key} `.length) ?? null
  const [commit, branch] = [head('oid'), head('head')]
  const remotes = await run(root, ['config', '--get-regexp', '^remote\\..*\\.url$'])
  return {
    commit: commit === '(initial)' ? null : commit,
    branch: branch === '(detached)' ? null : branch,
    remote: pickRemote(remotes ?? '', head('upstream')),
    dirty: lines.some((line) => !line.startsWith('# ')),
  }
}

/** The URL of the remote that the branch follows, else of `origin`, else of the only one. */
function pickRemote(config: string, upstream: string | null): string | null {
  const urls = new Map<string, string>()
  for (const line of config.split('\n')) {
    const [, name, url] = /^remote\.(.+)\.url (.+)$/.exec(line) ?? []
    if (name !== undefined && url !== undefined && !urls.has(name)) urls.set(name, url)
  }
  const followed = [...urls.keys()].find((name) => upstream?.startsWith(`${name}/`))
  const only = urls.size === 1 ? [...urls.keys()][0] : undefined
  const url = urls.get(followed ?? (urls.has('origin') ? 'origin' : (only ?? '')))
  return url === undefined ? null : withoutCredentials(url)
}

/** `https://user:token@host/x?key=…#…` names the same repository without its secret parts; `git@host:x` has none. */
export function withoutCredentials(url: string): string {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*:\/\/)(.*)$/is.exec(url) ?? []
  if (scheme === undefined || rest === undefined) return url.replace(/^[^@/\\]*:[^@/\\]*@/, '')
  const bare = rest.replace(/[?#].*$/s, '')
  const slash = bare.indexOf('/')
  const [authority, path] = slash === -1 ? [bare, ''] : [bare.slice(0, slash), bare.slice(slash)]
  return `${scheme}${authority.slice(authority.lastIndexOf('@') + 1)}${path}`
}

function run(root: string, args: readonly string[]): Promise<string | null> {
  // Without optional locks a look does not rewrite git's own index.
  const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' }
  return new Promise((resolve) => {
    execFile(
      'git',
      args,
      { cwd: root, env, timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT, windowsHide: true },
      (error, stdout) => resolve(error === null ? stdout : null),
    )
  })
}
