import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { bundled } from '../store/bundled.ts'
import type { S3Options } from './server.ts'
import type { Seen } from './trace.ts'

export interface S3Process {
  readonly endpoint: string
  /** What it was asked until now. */
  seen(): Promise<readonly Seen[]>
  forget(): Promise<void>
  close(): Promise<void>
}

/** The double with a processor of its own, for many clients and large objects. Its script is made in `dir`. */
export async function startS3Process(dir: string, options: S3Options = {}): Promise<S3Process> {
  const script = await bundled(join(import.meta.dirname, 'main.ts'), dir)
  const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = await once(createInterface(child.stdout), 'line')
  const { endpoint } = JSON.parse(line)
  return {
    endpoint,
    seen: async () => (await fetch(`${endpoint}/-/`)).json() as Promise<readonly Seen[]>,
    async forget() {
      await fetch(`${endpoint}/-/`, { method: 'DELETE' })
    },
    async close() {
      child.stdin.end()
      await once(child, 'exit')
    },
  }
}
