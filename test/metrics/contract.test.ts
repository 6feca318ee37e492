import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll } from 'vitest'
import { checkedSource } from '../../src/core/metric-answer.ts'
import type { RawSource } from '../../src/core/metric-source.ts'
import { driver as command } from '../../src/metrics/command.ts'
import { driver as http } from '../../src/metrics/http.ts'
import { driver as prometheus } from '../../src/metrics/prometheus.ts'
import { driver as sql } from '../../src/metrics/sql.ts'
import { type Filled, metricSourceContract } from '../contracts/metric-source.ts'
import { makePlace, textOf } from '../predictions/place.ts'
import { open } from './place.ts'
import { hasPostgres, startPostgres } from './postgres.ts'
import { hasPrometheus, startPrometheus } from './prometheus.ts'
import { CANDIDATE, events, STABLE, START } from './question.ts'

const COUNTS = { candidate: { exposures: 4, events: 1 }, reference: { exposures: 12, events: 2 } }
const ends: (() => Promise<unknown> | unknown)[] = []
afterAll(async () => {
  for (const end of ends) await end()
})

metricSourceContract('memory', async (): Promise<Filled> => {
  const raw = (hurt: boolean): RawSource => ({
    describe: () => 'memory',
    ask: async (_, __, windows) => {
      if (hurt) throw new Error('away')
      return { readings: windows.map(({ from }) => ({ from, ...COUNTS })) }
    },
    close: async () => undefined,
  })
  return { ...COUNTS, question: events(), open: async ({ signal, hurt = false }) => checkedSource(raw(hurt), signal) }
})

metricSourceContract('predictions', async (): Promise<Filled> => {
  const place = await makePlace()
  ends.push(() => place.end())
  const rows = [0, 1, 2].flatMap((w) =>
    Array.from({ length: 16 }, (_, i) => ({
      ...{ ts: new Date(START + w * 60_000 + i * 1000).toISOString(), request_id: `${w}-${i}`, pointer: 'prod' },
      ...{ bundle: i < 4 ? CANDIDATE : STABLE, arm: i < 4 ? 'candidate' : 'stable', reason: 'SPLIT' },
      status: i === 0 || i === 4 || i === 5 ? 'error' : 'ok',
    })),
  )
  place.file('log.jsonl', textOf(rows.map((row) => JSON.stringify(row))))
  await place.ingest('log.jsonl')
  const question = events()
  return {
    ...{ ...COUNTS, question },
    async open({ signal, hurt = false }) {
      // A registry without a log.
      const context = await (hurt
        ? place.context({ registry: `${place.dir}/empty`, signal })
        : place.context({ signal }))
      return (await context.source?.('predictions', {})) as never
    },
  }
})

const PROGRAM = `
  const asked = JSON.parse(require('fs').readFileSync(0, 'utf8'))
  console.log(JSON.stringify({ readings: asked.windows.map(({ from }) => ({ from, ...${JSON.stringify(COUNTS)} })) }))`

metricSourceContract('command', async () => ({
  ...{ ...COUNTS, question: events() },
  open: async ({ signal, hurt = false }) =>
    open(command, { command: hurt ? ['/nowhere/at-all'] : [process.execPath, '-e', PROGRAM] }, { signal }),
}))

metricSourceContract('http', async () => {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const readings = JSON.parse(body).windows.map(({ from }: { from: string }) => ({ from, ...COUNTS }))
    response.end(JSON.stringify({ readings }))
  })
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
  ends.push(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/numbers?token=secret`
  return {
    ...{ ...COUNTS, question: events() },
    open: async ({ signal, hurt = false }) => open(http, { url: hurt ? 'http://127.0.0.1:1/' : url }, { signal }),
  }
})

metricSourceContract(
  'prometheus',
  async () => {
    const lines = (name: string, arm: string, each: number): string =>
      Array.from(
        { length: 16 },
        (_, i) => `${name}_total{arm="${arm}"} ${(i * each) / 4} ${START / 1000 + i * 15}\n`,
      ).join('')
    const requests =
      lines('requests', 'candidate', 4) + lines('requests', 'control', 4) + lines('requests', 'stable', 8)
    const errors = lines('errors', 'candidate', 1) + lines('errors', 'control', 1) + lines('errors', 'stable', 1)
    const history = `# TYPE requests counter\n${requests}# TYPE errors counter\n${errors}`
    const server = await startPrometheus({ history })
    ends.push(() => server.stop())
    return {
      ...COUNTS,
      question: events({ exposures: 'requests_total{arm="$arm"}', events: 'errors_total{arm="$arm"}' }),
      open: async ({ signal, hurt = false }) =>
        open(prometheus, { url: hurt ? 'http://127.0.0.1:1/' : server.url }, { signal }),
    }
  },
  hasPrometheus,
)

metricSourceContract(
  'sql',
  async () => {
    const server = await startPostgres()
    ends.push(() => server.stop())
    const each = `SELECT w AS at, CASE $arm WHEN 'candidate' THEN 4 ELSE 6 END AS exposures, 1 AS events
      FROM generate_series($from, $until - $interval, $interval) AS w`
    return {
      ...{ ...COUNTS, question: events({ query: each }) },
      open: async ({ signal, hurt = false }) =>
        open(sql, { connection: 'env:DB' }, { signal, env: { DB: hurt ? 'postgresql://127.0.0.1:1/x' : server.url } }),
    }
  },
  hasPostgres,
)
