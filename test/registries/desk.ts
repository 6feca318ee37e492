import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { type Session, startSession, type Typed } from '../cli/transcript.ts'
import { write } from '../hostile/outcome.ts'
import { BUCKET, OWNER, type S3Server } from '../s3/server.ts'

export interface DeskOptions {
  /** Default a fresh one. */
  readonly prefix?: string
  /** Default the server's own. */
  readonly endpoint?: string
  readonly key?: { readonly id: string; readonly secret: string; readonly token?: string | undefined }
  readonly registry?: string
}

/** Somebody's working folder, on a machine of its own, whose registry is in a bucket. */
export interface Desk extends Session {
  readonly prefix: string
  /** The same, where it must succeed. Out: its data. */
  done(...words: readonly string[]): Promise<Record<string, never>>
  /** Runs a line of words, as `aiship WORDS`. */
  run(line: string): Promise<Typed>
}

export function startDesk(server: Pick<S3Server, 'endpoint' | 'region'>, options: DeskOptions = {}): Desk {
  const { prefix = randomUUID(), endpoint = server.endpoint, key = OWNER } = options
  const session = startSession('scorer', randomUUID)
  const registry = options.registry ?? `s3://${BUCKET}/${prefix}`
  Object.assign(session.env, {
    ...{ AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret, AWS_REGION: server.region },
    ...{ AWS_ENDPOINT_URL_S3: endpoint, NO_PROXY: '127.0.0.1' },
    ...(key.token === undefined ? {} : { AWS_SESSION_TOKEN: key.token }),
  })
  write(session.dir, {
    'aiship.yaml': `version: 1
app: scorer
registry: ${registry}
components:
  model: {role: model-weights, path: model.bin}
  prompts: {role: prompt, path: prompts}
pointers:
  prod: {}
`,
    'model.bin': Buffer.from([0, 255, 1, 2]),
    'prompts/system.txt': 'Be kind.\n',
  })
  const desk: Desk = {
    ...session,
    prefix,
    async done(...words) {
      const { stdout, stderr, exit } = await session.aiship([...words, '--json'])
      const document = JSON.parse(stdout)
      expect({ words, exit, stderr, error: document.error }).toEqual({ words, exit: 0, stderr: '', error: undefined })
      return document.data
    },
    run: (line) => session.aiship(line.split(' ')),
  }
  return desk
}

/** Two versions, of which prod serves the second. */
export async function release(desk: Desk): Promise<void> {
  await desk.done('bundle', '-m', 'one')
  await desk.done('promote', 'v1', 'prod')
  write(desk.dir, { 'prompts/system.txt': 'Be rude.\n' })
  await desk.done('bundle', '-m', 'two')
  await desk.done('promote', 'v2', 'prod')
}
