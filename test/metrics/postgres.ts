import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const VERSIONS = '/usr/lib/postgresql'
const bin = existsSync(VERSIONS) ? join(VERSIONS, readdirSync(VERSIONS).sort().at(-1) ?? '', 'bin') : null

/** The real one, Debian's package `postgresql`. */
export const hasPostgres = bin !== null && existsSync(join(bin, 'initdb'))

if (!hasPostgres) process.stderr.write('skipped what needs PostgreSQL: apt-get install postgresql\n')

export interface Postgres {
  /** A connection string; it listens at a socket only. */
  readonly url: string
  /** Runs statements as its owner. */
  run(sql: string): void
  stop(): Promise<void>
}

export async function startPostgres(): Promise<Postgres> {
  const dir = mkdtempSync(join(tmpdir(), 'aiship-pg-'))
  // It refuses to be root.
  const nobody = 65534
  const as = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}
  if (as.uid !== undefined) chownSync(dir, nobody, nobody)
  const data = join(dir, 'data')
  const quiet = { ...as, cwd: dir, stdio: ['pipe', 'ignore', 'pipe'] as ['pipe', 'ignore', 'pipe'] }
  execFileSync(
    join(bin as string, 'initdb'),
    ['-D', data, '-U', 'tests', '-A', 'trust', '-N', '-E', 'UTF8', '--locale=C'],
    quiet,
  )
  const args = ['-D', data, '-k', dir, '-c', 'listen_addresses=', '-c', 'fsync=off', '-c', 'autovacuum=off']
  const child = spawn(join(bin as string, 'postgres'), args, { ...as, cwd: dir, stdio: 'ignore' })
  const psql = ['-h', dir, '-U', 'tests', '-d', 'postgres', '-v', 'ON_ERROR_STOP=1', '-q', '-X']
  const isUp = (): boolean => {
    try {
      execFileSync('psql', [...psql, '-c', 'SELECT 1'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  }
  while (!isUp()) {
    if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}`)
    await new Promise((settle) => setTimeout(settle, 50))
  }
  return {
    url: `postgresql://tests@/postgres?host=${encodeURIComponent(dir)}`,
    run: (sql) => void execFileSync('psql', psql, { input: sql, stdio: ['pipe', 'ignore', 'inherit'] }),
    async stop() {
      const ended = once(child, 'close')
      child.kill('SIGQUIT')
      await ended
      rmSync(dir, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}
