import { existsSync, lstatSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Host } from './host.ts'

/** Whoever sets one of these has git look elsewhere. */
const REDIRECTS = /^GIT_(?:CONFIG|DIR|COMMON_DIR|CEILING|DISCOVERY)/
/** The git that a system installs, and the only file of the system that it reads. */
const [SYSTEM_GIT, SYSTEM_CONFIG] = ['/usr/bin/git', '/etc/gitconfig']

/** The user's e-mail as git in `dir` has it. Read from git's own files where they are plain: to start git takes a quarter of a rollback. */
export function gitEmail(dir: string, env: Host['env']): string | undefined {
  const files = plainFiles(dir, env)
  let email: string | undefined
  for (const file of files ?? []) {
    const found = emailIn(file)
    if (found === null) return askGit(dir, env)
    email = found ?? email
  }
  return files === null ? askGit(dir, env) : email
}

/** The files that git reads, the last word last; null where it takes git to know. */
function plainFiles(dir: string, env: Host['env']): readonly string[] | null {
  const { PATH = '', HOME, XDG_CONFIG_HOME } = env
  const git = PATH.split(':').map((folder) => path.join(folder, 'git'))
  if (process.platform === 'win32' || HOME === undefined || git.find((file) => existsSync(file)) !== SYSTEM_GIT)
    return null
  if (Object.keys(env).some((name) => REDIRECTS.test(name))) return null
  const files = [
    SYSTEM_CONFIG,
    path.join(XDG_CONFIG_HOME || path.join(HOME, '.config'), 'git/config'),
    path.join(HOME, '.gitconfig'),
  ]
  for (let folder = path.resolve(dir); ; folder = path.dirname(folder)) {
    const repository = lstatSync(path.join(folder, '.git'), { throwIfNoEntry: false })
    // One of somebody else's is not believed by git; one of several work trees, or a bare one, has its files elsewhere.
    if (repository?.uid !== (repository && process.getuid?.()) || existsSync(path.join(folder, 'HEAD'))) return null
    if (repository !== undefined)
      return existsSync(path.join(folder, '.git/HEAD')) ? [...files, path.join(folder, '.git/config')] : null
    if (folder === path.dirname(folder)) return files
  }
}

/** What a file of git's says; undefined where it says nothing, null where it is not of the plain kind that most are. */
function emailIn(file: string): string | undefined | null {
  let text: string
  try {
    if (!existsSync(file)) return undefined
    text = readFileSync(file, 'utf8')
  } catch {
    return null
  }
  let [section, email]: [string, string | undefined] = ['', undefined]
  for (const line of text.split('\n')) {
    if (/^\s*(?:[#;].*)?$/.test(line)) continue
    const header = /^\s*\[([\w.-]+)(?:\s+"[^"\\]*")?\]\s*$/.exec(line)
    if (header !== null) section = line.includes('"') ? '' : (header[1] as string).toLowerCase()
    // Other files, and one value over several lines.
    if (/^\s*\[(?:include|extensions)/i.test(line) || line.endsWith('\\')) return null
    if (header !== null) continue
    if (line.includes('[')) return null
    if (section !== 'user' || !/^\s*email\b/i.test(line)) continue
    email = /^\s*email\s*=\s*([^\s"\\#;]+)\s*$/i.exec(line)?.[1]
    if (email === undefined) return null
  }
  return email
}

function askGit(dir: string, env: Host['env']): string | undefined {
  // Loaded here and not above: it brings sockets and streams along, and a named actor needs no program.
  const { spawnSync } = process.getBuiltinModule('node:child_process')
  const run = spawnSync('git', ['config', '--get', 'user.email'], {
    cwd: dir,
    env: env as NodeJS.ProcessEnv,
    encoding: 'utf8',
    timeout: 2000,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return run.status === 0 ? run.stdout.trim() : undefined
}
