import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { AishipError } from '../core/errors.ts'
import type { Project } from '../core/ports.ts'

/** One entry of a commit's tree. */
export interface GitEntry {
  /** 100644, 100755, 120000 for a link, 160000 for a submodule. */
  readonly mode: string
  readonly id: string
  /** Bytes; 0 for a submodule. */
  readonly size: number
  readonly path: string
}

/** A repository of which one commit is read. */
export interface GitSource {
  /** The full id that a revision names, or null. */
  commit(revision: string): Promise<string | null>
  /** Branches and tags, for a suggestion. */
  names(): Promise<readonly string[]>
  list(commit: string): Promise<readonly GitEntry[]>
  /** The bytes of blobs as the commit has them: no filter, no line ends, no replacement. */
  blobs(ids: readonly string[]): Promise<ReadonlyMap<string, Buffer>>
  close(): void
}

/** Without a word from git, in ms. */
const SILENCE_MS = 10 * 60 * 1000
/** What git may see of our environment: no variable of its own gets through, save how to reach a server. */
const PASSED = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'USERPROFILE', 'SYSTEMROOT', 'APPDATA', 'XDG_CONFIG_HOME', 'TMPDIR', 'TEMP'],
  ...['SSH_AUTH_SOCK', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
  ...['http_proxy', 'https_proxy', 'no_proxy', 'all_proxy', 'GIT_SSH_COMMAND'],
] as const

/** Reads a repository on this machine. Nothing in it is run; nothing above the folder is taken for it unless `searches`. */
export async function openLocal(folder: string, searches: boolean, project: Project): Promise<GitSource> {
  const ceiling = searches ? {} : { GIT_CEILING_DIRECTORIES: path.dirname(folder) }
  return sourceIn(await start(folder, project, { ...ceiling, GIT_ALLOW_PROTOCOL: 'none' }), () => undefined)
}

/** Fetches a revision over https or ssh into a folder that `close` removes. Errors: COMMAND_FAILED. */
export async function openRemote(url: string, revision: string, project: Project): Promise<GitSource> {
  const folder = mkdtempSync(path.join(tmpdir(), 'aiship-git-'))
  const close = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    const git = await start(folder, project, { GIT_ALLOW_PROTOCOL: 'https:ssh' })
    await git.run('init', '--quiet', '--bare', folder)
    const fetch = ['fetch', '--quiet', '--no-tags', '--no-recurse-submodules']
    try {
      await git.run(...fetch, '--depth=1', '--', url, `+${revision}:${WANTED}`)
    } catch {
      // Not every server gives a commit by its id, and none by a part of it: then all branches and tags are looked through.
      await git.run(...fetch, '--', url, '+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*')
    }
    const source = sourceIn(git, close)
    return { ...source, commit: async (name) => (await source.commit(WANTED)) ?? (await source.commit(name)) }
  } catch (error) {
    close()
    throw error
  }
}

const WANTED = 'refs/aiship/wanted'

interface Git {
  /** Errors: COMMAND_FAILED, with what git said. */
  run(...words: readonly string[]): Promise<string>
  batch(ids: readonly string[]): Promise<Buffer>
}

async function start(folder: string, project: Project, extra: Readonly<Record<string, string>>): Promise<Git> {
  const { simpleGit } = await import('simple-git')
  const own = { GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', GIT_NO_REPLACE_OBJECTS: '1', LC_ALL: 'C', ...extra }
  const passed = PASSED.flatMap((name) => (project.env[name] === undefined ? [] : [[name, project.env[name]]]))
  let input = ''
  const git = simpleGit({
    ...{ baseDir: folder, abort: project.signal, timeout: { block: SILENCE_MS } },
    ...{ allowEnvironment: [...Object.keys(own), 'GIT_SSH_COMMAND'], unsafe: { allowUnsafeSshCommand: true } },
    input: () => input,
    // All of the output, and no half answer of a git that was killed; a program that it leaves behind is not waited for.
    completion: { onClose: true, onExit: 2000 },
    errors: (error, { exitCode, stdErr }) =>
      exitCode === 0 ? undefined : (error ?? new Error(Buffer.concat(stdErr).toString() || `exit code ${exitCode}`)),
  }).env({ ...Object.fromEntries(passed), ...own })
  const attempt = async <T>(act: Promise<T>): Promise<T> => {
    try {
      return await act
    } catch (error) {
      throw project.signal.aborted ? error : failure(error)
    }
  }
  return {
    run: (...words) => attempt(git.raw([...words])),
    batch(ids) {
      input = ids.map((id) => `${id}\n`).join('')
      const answer = attempt(git.binaryCatFile(['--batch']) as Promise<Buffer>)
      return answer.finally(() => {
        input = ''
      })
    },
  }
}

function failure(error: unknown): AishipError {
  const said = String(error instanceof Error ? error.message : error)
  const lines = said.split('\n').filter((line) => line.trim() !== '')
  if (/ENOENT/.test(said)) {
    return new AishipError('COMMAND_FAILED', 'git could not be started: there is no such program', {
      hint: 'install git, or take the files in with path',
      cause: error,
    })
  }
  return new AishipError('COMMAND_FAILED', `git failed: ${lines.slice(-3).join(' / ')}`, { cause: error })
}

function sourceIn(git: Git, close: () => void): GitSource {
  return {
    close,
    async commit(revision) {
      try {
        return (await git.run('rev-parse', '--quiet', '--verify', '--end-of-options', `${revision}^{commit}`)).trim()
      } catch (error) {
        // Silent, it says that there is no such commit; aloud, that something else is wrong.
        if (error instanceof AishipError && /: exit code 1$/.test(error.message)) return null
        throw error
      }
    },
    async names() {
      const refs = await git.run('for-each-ref', '--format=%(refname:short)', 'refs/heads', 'refs/tags')
      return refs.split('\n').filter((name) => name !== '')
    },
    async list(commit) {
      const entries = (await git.run('ls-tree', '-r', '-l', '-z', '--full-tree', commit)).split('\0')
      return entries
        .filter((entry) => entry !== '')
        .map((entry) => {
          const [, mode, id, size, at] = /^(\d{6}) \w+ ([0-9a-f]+) +(\d+|-)\t(.+)$/s.exec(entry) ?? []
          if (mode === undefined || id === undefined || at === undefined) throw incomplete()
          return { mode, id, size: size === '-' ? 0 : Number(size), path: at }
        })
    },
    async blobs(ids) {
      const wanted = [...new Set(ids)]
      if (wanted.length === 0) return new Map()
      const blobs = readBatch(await git.batch(wanted))
      if (blobs.size !== wanted.length) throw incomplete()
      return blobs
    },
  }
}

/** `<id> blob <size>`, a newline, the bytes, a newline; for each object. */
function readBatch(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const blobs = new Map<string, Buffer>()
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at)
    const [, id, size] = /^([0-9a-f]+) blob (\d+)$/.exec(bytes.toString('latin1', at, end)) ?? []
    const isWhole = end + 1 + Number(size) < bytes.length
    if (id === undefined || !isWhole) throw incomplete()
    blobs.set(id, bytes.subarray(end + 1, end + 1 + Number(size)))
    at = end + 2 + Number(size)
  }
  return blobs
}

const incomplete = (): AishipError =>
  new AishipError('COMMAND_FAILED', 'git did not give every file of that commit', {
    hint: 'fetch it anew',
    next: ['git fsck'],
  })
