import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The real one, Debian's package `prometheus`; with promtool, which writes history. */
export const hasPrometheus = existsSync('/usr/bin/prometheus')

if (!hasPrometheus) process.stderr.write('skipped what needs Prometheus: apt-get install prometheus\n')

export interface Prometheus {
  readonly url: string
  /** Ends it, with what it stored kept, and starts it again at the same place. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** In: `history` in OpenMetrics, with times; `target`, a port of this machine that is scraped five times a second. */
export async function startPrometheus({ history, target }: { history?: string; target?: number }): Promise<Prometheus> {
  const dir = mkdtempSync(join(tmpdir(), 'aiship-prometheus-'))
  const data = join(dir, 'data')
  mkdirSync(data)
  if (history !== undefined) {
    const file = join(dir, 'history.txt')
    writeFileSync(file, `${history}# EOF\n`)
    execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', file, data], { stdio: 'ignore' })
  }
  const job = { job_name: 'app', static_configs: [{ targets: [`127.0.0.1:${target}`] }] }
  const pace = { scrape_interval: '200ms', scrape_timeout: '200ms' }
  // JSON is YAML.
  writeFileSync(
    join(dir, 'prometheus.yml'),
    JSON.stringify({ global: pace, scrape_configs: target === undefined ? [] : [job] }),
  )
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const args = [
    ...[`--config.file=${join(dir, 'prometheus.yml')}`, `--storage.tsdb.path=${data}`],
    ...[`--web.listen-address=127.0.0.1:${port}`, '--storage.tsdb.retention.time=100y', '--log.level=error'],
  ]
  const start = async () => {
    const child = spawn('/usr/bin/prometheus', args, { stdio: 'ignore' })
    while (
      !(await fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ))
    ) {
      if (child.exitCode !== null) throw new Error(`prometheus ended with ${child.exitCode}`)
      await new Promise((settle) => setTimeout(settle, 50))
    }
    return child
  }
  let child = await start()
  const end = async (): Promise<void> => {
    const ended = once(child, 'close')
    child.kill('SIGTERM')
    await ended
  }
  return {
    url,
    async restart() {
      await end()
      child = await start()
    },
    async stop() {
      await end()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
  const { port } = server.address() as { port: number }
  await new Promise((settle) => server.close(settle))
  return port
}
