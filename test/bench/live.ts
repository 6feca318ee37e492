import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

export const BIN = path.resolve('bin/aiship.js')

/** A project with two versions. Out: runs aiship there, to its end; or as long as it is wanted. */
export async function project(dir: string, more: Readonly<Record<string, string>>) {
  fs.mkdirSync(dir)
  const env = { PATH: process.env.PATH, HOME: dir, AISHIP_ACTOR: 'ana', AISHIP_ACTOR_KIND: 'human', ...more }
  const start = (argv: readonly string[]): ChildProcess =>
    spawn(process.execPath, argv, { cwd: dir, env, stdio: ['ignore', 'ignore', 'pipe'] })
  const aiship = (...words: readonly string[]): Promise<number> =>
    new Promise((resolve, reject) => {
      const child = start([BIN, ...words, '-q'])
      let text = ''
      child.stderr?.on('data', (chunk) => {
        text += chunk
      })
      child.on('exit', (code) => {
        if (code === 0) resolve(performance.now())
        else reject(new Error(`aiship ${words.join(' ')} ended with ${code}: ${text}`))
      })
    })
  const component = 'components:\n  model: {role: model-weights, path: model}\n'
  fs.writeFileSync(path.join(dir, 'aiship.yaml'), `version: 1\napp: bench\n${component}`)
  for (const model of ['good', 'bad']) {
    fs.writeFileSync(path.join(dir, 'model'), model)
    await aiship('bundle')
    await aiship('promote', '@last', 'prod', '--create')
  }
  return { aiship, start }
}

/** The first line of a service's standard error is its address. */
export async function addressOf(child: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of child.stderr as AsyncIterable<Buffer>) {
    text += chunk
    if (text.includes('\n')) break
  }
  return text.split('\n')[0] as string
}

export const at = (sorted: Float64Array, share: number): number =>
  sorted[Math.floor((sorted.length - 1) * share)] as number
