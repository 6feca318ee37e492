import { spawn } from 'node:child_process'
import { AishipError, hasCode } from '../core/errors.ts'
import type { Collector, Project } from '../core/ports.ts'

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024
const TIMEOUT_MS = 10 * 60 * 1000
const SHOWN_LINES = 5

/** What a program prints on standard output, run in the project's folder with its environment and without a shell. */
export const driver: Collector = {
  executes: true,
  async collect({ name, source, to }, project) {
    const at = to ?? `.aiship-components/${name}.txt`
    const path = at.slice(at.lastIndexOf('/') + 1)
    const bytes = await outputOf(name, source as readonly string[], project)
    const file = { path, from: `the output of components.${name}.command`, exec: false, content: { bytes } }
    return { form: 'file', at, files: [file], ignored: [], notes: {} }
  },
}

function outputOf(name: string, [program = '', ...args]: readonly string[], project: Project): Promise<Uint8Array> {
  const words = [program, ...args].join(' ')
  const refuse = (why: string, tail = ''): AishipError =>
    new AishipError('COMMAND_FAILED', `components.${name}: ${words} ${why}`, {
      hint: tail === '' ? undefined : `it said: ${tail}`,
      next: [words],
    })
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.any([project.signal, AbortSignal.timeout(TIMEOUT_MS)])
    const child = spawn(program, args, {
      cwd: project.root,
      env: project.env as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    })
    const chunks: Uint8Array[] = []
    let size = 0
    let said = ''
    child.stdout.on('data', (chunk: Uint8Array) => {
      size += chunk.length
      if (size > MAX_OUTPUT_BYTES) child.kill()
      else chunks.push(chunk)
    })
    child.stderr.on('data', (chunk: Uint8Array) => {
      said = (said + Buffer.from(chunk).toString('utf8')).slice(-4000)
    })
    child.on('error', (error) => {
      if (hasCode(error, 'ENOENT')) reject(refuse('could not be started: there is no such program'))
      else if (hasCode(error, 'ABORT_ERR'))
        reject(refuse(project.signal.aborted ? 'was stopped' : `ran longer than ${TIMEOUT_MS / 60_000} minutes`))
      else reject(refuse(`could not be started: ${error.message}`))
    })
    child.on('close', (code, killedBy) => {
      const tail = said.trim().split('\n').slice(-SHOWN_LINES).join(' / ')
      if (size > MAX_OUTPUT_BYTES) reject(refuse(`printed more than ${MAX_OUTPUT_BYTES} bytes`))
      else if (code !== 0)
        reject(refuse(code === null ? `was ended by ${killedBy}` : `ended with exit code ${code}`, tail))
      else resolve(Buffer.concat(chunks))
    })
  })
}
