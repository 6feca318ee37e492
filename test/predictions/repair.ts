import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  bundle,
  type Context,
  type Digest,
  diffRemediation,
  planRemediation,
  replayRemediation,
} from '../../src/index.ts'
import { line, makePlace, type Place, textOf } from './place.ts'

/** A project whose bundles decide by a program that a test writes. */
export interface Repair extends Place {
  /** Bundles a program, a function body of `ask` that returns the answer; out: its version. */
  program(body: string, name?: string): Promise<Digest>
  /** Takes decisions in: of a bundle, by request id, with what they say. */
  decided(bundle: Digest, decisions: Readonly<Record<string, Decision>>): Promise<void>
  plan(
    more?: Partial<Parameters<typeof planRemediation>[1]>,
  ): Promise<Awaited<ReturnType<typeof planRemediation>>['data']>
  replay(
    more?: Partial<Parameters<typeof replayRemediation>[1]>,
    ctx?: Context,
  ): Promise<Awaited<ReturnType<typeof replayRemediation>>['data']>
  diff(
    more?: Partial<Parameters<typeof diffRemediation>[1]>,
  ): Promise<Awaited<ReturnType<typeof diffRemediation>>['data']>
}

export type Decision = Readonly<Record<string, unknown>>

/** Reads lines, and answers each by what `ask` gives; `null` answers nothing. */
const PROGRAM = (body: string): string => `
import { readFileSync, appendFileSync, existsSync, writeFileSync } from 'node:fs'
async function ask(input) { ${body} }
let rest = ''
process.stdin.setEncoding('utf8').on('data', async (chunk) => {
  const lines = (rest + chunk).split('\\n')
  rest = lines.pop()
  for (const text of lines) {
    const answer = await ask(JSON.parse(text))
    if (answer !== null) process.stdout.write(JSON.stringify({ id: JSON.parse(text).id, ...answer }) + '\\n')
  }
})
`

export const YAML = `version: 1
app: scorer
components: {service: {role: inference-code, path: serve.mjs}}
commands: {predict: [node, serve.mjs]}
`

let clock = 0

export async function makeRepair(): Promise<Repair> {
  const place = await makePlace()
  place.file('aiship.yaml', YAML)
  const at = (i: number): string => new Date(Date.parse('2026-10-01T00:00:00.000Z') + i * 1000).toISOString()
  const repair: Repair = {
    ...place,
    async program(body, name = 'serve.mjs') {
      writeFileSync(join(place.dir, name), PROGRAM(body))
      const made = await bundle(await place.context(), { message: null, labels: [], allowSecrets: null })
      return made.data.bundle as Digest
    },
    async decided(from, decisions) {
      const lines = Object.entries(decisions).map(([id, one]) =>
        line(from, id, { ts: at(clock++), entity: `order:${id}`, segment: { region: 'eu' }, ...one }),
      )
      await place.ingest(place.file(`log-${clock}.jsonl`, textOf(lines)), { keepPayloads: true })
    },
    async plan(more = {}) {
      const what = {
        bad: 'v2',
        good: 'v3',
        select: 'latest' as const,
        sample: null,
        recompute: false,
        incident: 'INC-1',
      }
      const where = { pointer: null, since: null, until: null, where: [], supersedes: null }
      return (await planRemediation(await place.context(), { ...what, ...where, ...more })).data
    },
    async replay(more = {}, ctx) {
      const pace = { workers: 2, itemMs: 20_000, processMs: 3_600_000, control: 500 }
      return (
        await replayRemediation(ctx ?? (await place.context()), { plan: '@last', again: false, ...pace, ...more })
      ).data
    },
    async diff(more = {}) {
      const usual = { plan: '@last', by: '', epsilon: 0.01, limit: 99, csv: null, html: null }
      return (await diffRemediation(await place.context(), { ...usual, ...more })).data
    },
  }
  return repair
}
