import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Digest, PredictionsIngestData } from '../../src/index.ts'
import { AishipError, bundle, type Context, ingestPredictions, openContext, predictionsSql } from '../../src/index.ts'
import type { IngestInput } from '../../src/ops/predictions-ingest.ts'

/** A project with one bundle in a folder registry, and logs that are read into it. */
export interface Place {
  readonly dir: string
  readonly bundle: Digest
  /** Of what was emitted since the last look. */
  warnings(): readonly string[]
  file(name: string, content: string | Uint8Array): string
  context(options?: { readonly registry?: string; readonly signal?: AbortSignal }): Promise<Context>
  ingest(path: string, more?: Partial<IngestInput>): Promise<PredictionsIngestData>
  rows(sql: string): Promise<readonly Record<string, unknown>[]>
  end(): void
}

const ANA = { name: 'ana', kind: 'human' as const }

export async function makePlace(): Promise<Place> {
  const dir = mkdtempSync(join(tmpdir(), 'aiship-predictions-'))
  let warnings: string[] = []
  const context: Place['context'] = (options = {}) =>
    openContext({
      ...{ dir, actor: ANA, create: true, yes: true, ...options },
      onEvent: (event) => {
        if (event.type === 'warning') warnings.push(event.code)
      },
    })
  const file: Place['file'] = (name, content) => {
    const path = join(dir, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    return path
  }
  file('aiship.yaml', 'version: 1\napp: scorer\ncomponents:\n  params: {role: hyperparameters, path: params.json}\n')
  file('params.json', '{"seed":1}')
  const { data } = await bundle(await context(), { message: null, labels: [], allowSecrets: null })
  return {
    ...{ dir, bundle: data.bundle as Digest, file, context },
    warnings() {
      const seen = warnings
      warnings = []
      return seen
    },
    async ingest(path, more = {}) {
      const none = { profile: null, keepPayloads: false, hashKey: null, bundle: null, everyMs: null }
      return (await ingestPredictions(await context(), { path, ...none, ...more })).data
    },
    async rows(sql) {
      const { data: answer } = await predictionsSql(await context(), { sql, sinceMs: null, bundles: [] })
      return answer.rows as readonly Record<string, unknown>[]
    },
    end: () => rmSync(dir, { recursive: true, force: true }),
  }
}

/** A line with what is required, and more. */
export const line = (bundle: string, request: string, more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({ ts: '2026-03-22T10:00:00.123Z', request_id: request, bundle, ...more })

export const textOf = (lines: readonly string[]): string => lines.map((one) => `${one}\n`).join('')

/** The code of the error that something throws. */
export async function codeOf(work: Promise<unknown>): Promise<string | null> {
  try {
    await work
    return null
  } catch (error) {
    if (error instanceof AishipError) return error.code
    throw error
  }
}
