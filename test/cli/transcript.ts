import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path, { join } from 'node:path'
import { type Host, main } from '../../src/main.ts'

/**
 * Transcripts: what somebody types and sees, in one readable file. Lines that start with "$ " are typed; "#" lines are remarks;
 * the rest is what was printed. `aiship` runs in this process through main(), with a clock, ids, actor and host of its own, so
 * that every digest is the same everywhere; anything else runs in a shell. `[exit N]` stands after a command that did not end with 0.
 */

export interface Typed {
  readonly stdout: string
  readonly stderr: string
  readonly exit: number
}

export interface Session {
  /** Absolute path of the folder that the commands run in. */
  readonly dir: string
  readonly env: Record<string, string>
  /** Runs one command line of `aiship`, given as words. */
  aiship(
    words: readonly string[],
    options?: { readonly answer?: string | null; readonly isTTY?: boolean },
  ): Promise<Typed>
  /** Runs one line as a person would type it. */
  type(line: string): Promise<Typed>
  /** Moves the clock. */
  wait(seconds: number): void
  end(): void
}

const START = Date.parse('2026-10-01T12:00:00.000Z')

/** A session in an empty folder called `name`. In: `uuid`, for sessions that meet each other. */
export function startSession(name = 'project', uuid?: () => string): Session {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'aiship-transcript-')))
  const dir = join(home, name)
  mkdirSync(dir)
  const env: Record<string, string> = {
    AISHIP_ACTOR: 'ana',
    AISHIP_ACTOR_KIND: 'human',
    HOME: home,
    PATH: process.env.PATH ?? '',
  }
  let time = START
  let ids = 0
  const session: Session = {
    dir,
    env,
    async aiship(words, { answer = null, isTTY = false } = {}) {
      const [stdout, stderr]: [string[], string[]] = [[], []]
      const sink = (to: string[]): Host['stdout'] => ({ write: (text) => void to.push(text), isTTY, columns: 100 })
      const host: Host = {
        ...{
          cwd: dir,
          env: { ...env },
          stdinIsTTY: answer !== null,
          user: 'ana',
          hostname: 'laptop',
          nodeVersion: process.version,
        },
        readLine: async () => answer,
        stdout: sink(stdout),
        stderr: sink(stderr),
        hasTerminal: () => true,
        signal: new AbortController().signal,
        now: () => new Date(time),
        uuid: uuid ?? (() => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`),
      }
      time += 2000
      const exit = await main(words, host)
      return { stdout: stdout.join(''), stderr: stderr.join(''), exit }
    },
    async type(line) {
      const words = splitWords(line)
      const assigned = words.findIndex((word) => !/^[A-Z_]+=/.test(word))
      if (words[assigned] !== 'aiship' || /[|<>;&]|\$\(/.test(line)) return shell(line, dir, env)
      const before = { ...env }
      for (const word of words.slice(0, assigned))
        env[word.slice(0, word.indexOf('='))] = word.slice(word.indexOf('=') + 1)
      try {
        return await session.aiship(words.slice(assigned + 1))
      } finally {
        for (const key of Object.keys(env)) delete env[key]
        Object.assign(env, before)
      }
    },
    wait(seconds) {
      time += seconds * 1000
    },
    end: () => rmSync(home, { recursive: true, force: true }),
  }
  return session
}

function shell(line: string, dir: string, env: Record<string, string>): Typed {
  const { stdout, stderr, status } = spawnSync('sh', ['-c', line], { cwd: dir, env, encoding: 'utf8' })
  return { stdout, stderr, exit: status ?? 1 }
}

/** Words as a shell splits them, for quotes of both kinds. */
function splitWords(line: string): string[] {
  return [...line.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'),
  )
}

/** Runs every "$ " line of a transcript and writes the same transcript with what was printed now. */
export async function replay(transcript: string, session: Session): Promise<string> {
  const written: string[] = []
  for (const block of transcript.split(/^(?=\$ |#)/m)) {
    const [first = '', ...rest] = block.split('\n')
    if (first.startsWith('#')) {
      written.push(block.trimEnd(), '')
      continue
    }
    if (!first.startsWith('$ ')) continue
    const waited = /# ([0-9]+) (s|min|h) later$/.exec(first)
    if (waited) session.wait(Number(waited[1]) * { s: 1, min: 60, h: 3600 }[waited[2] as 's' | 'min' | 'h'])
    const { stdout, stderr, exit } = await session.type(first.slice(2).replace(/\s+# [0-9]+ (s|min|h) later$/, ''))
    const printed = `${stderr}${stdout}`.replaceAll(path.dirname(session.dir), '~').trimEnd()
    written.push(first, ...(printed === '' ? [] : [printed]), ...(exit === 0 ? [] : [`[exit ${exit}]`]))
    if (rest.at(-1) === '' && rest.at(-2) === '') written.push('')
  }
  return `${written
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`
}
