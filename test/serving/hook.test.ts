import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { hooksOf } from '../../src/serving/hook.ts'

const { signal } = new AbortController()
const hooks = hooksOf({ PATH: process.env.PATH, SECRET: 'x', AISHIP_X: 'y', TOKEN: 't' }, signal)
const node = (code: string, more: object = {}) => ({
  ...{ argv: [process.execPath, '-e', code], cwd: process.cwd(), set: {}, pass: [], timeoutMs: 1000 },
  ...more,
})

function stateOf(pid: number): string {
  try {
    return /\) (.)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? ''
  } catch {
    return 'gone'
  }
}

async function hear(
  hook: ReturnType<typeof hooks.start>,
  until: (lines: readonly string[], ended: string | null) => boolean,
) {
  const lines: string[] = []
  for (;;) {
    const { lines: some, ended } = await hook.next(1000)
    lines.push(...some)
    if (until(lines, ended)) return { lines, ended }
  }
}

test('answers whole lines, in whatever pieces they come', async () => {
  const hook = hooks.start(
    node(
      `process.stdin.on('data', (d) => { const s = String(d); process.stdout.write(s.slice(0, 3)); setTimeout(() => process.stdout.write(s.slice(3)), 20) })`,
    ),
  )
  hook.send('{"a":1}\n{"b":"ü"}\n')
  expect((await hear(hook, (lines) => lines.length === 2)).lines).toEqual(['{"a":1}', '{"b":"ü"}'])
  await hook.end(1000)
  expect(hooks.isAlive(hook.process)).toBe(false)
})

test('gets of the environment what it is given, and nothing more', async () => {
  const hook = hooks.start(
    node('console.log(Object.keys(process.env).sort().join())', { pass: ['TOKEN'], set: { AISHIP_APP: 'a' } }),
  )
  const { lines } = await hear(hook, (_, ended) => ended !== null)
  expect(lines[0]?.split(',').filter((name) => !name.startsWith('__'))).toEqual([
    'AISHIP_APP',
    'AISHIP_X',
    'PATH',
    'TOKEN',
  ])
  await hook.end(0)
})

const PYTHON = `loaded
Traceback (most recent call last):
  File "/x/predict.py", line 4, in <module>
    answer({})
  File "/x/predict.py", line 2, in answer
    return d["amount"]
           ~^^^^^^^^^^
KeyError: 'amount'`

test.each([
  ['console.error("no mailbox"); process.exit(3)', /^ended with exit code 3: no mailbox$/],
  ['process.kill(process.pid, "SIGKILL")', /^was ended by SIGKILL$/],
  ['JSON.parse("{")', /SyntaxError: Expected property name [^/]*$/],
  ['throw Object.assign(new TypeError("no mailbox"), { code: "E" })', /TypeError: no mailbox$/],
  ['require("./nowhere.cjs")', /Error: Cannot find module '.\/nowhere.cjs' \/ Require stack: \/ - .+$/],
  [
    `console.error(${JSON.stringify(PYTHON)}); process.exit(1)`,
    /^ended with exit code 1: loaded \/ KeyError: 'amount'$/,
  ],
])('tells how it ended: %s', async (code, why) => {
  const hook = hooks.start(node(code))
  hook.send('x'.repeat(200_000))
  expect((await hear(hook, (_, ended) => ended !== null)).ended).toMatch(why)
  await hook.end(0)
})

test('a program that is not there has ended', async () => {
  const hook = hooks.start(node('', { argv: ['/nowhere/hook'] }))
  expect((await hear(hook, (_, ended) => ended !== null)).ended).toBe('could not be started: there is no such program')
  await hook.end(0)
})

test('that does not end when its input does is ended, with what it has started', async () => {
  const hook = hooks.start(
    node(
      `process.on('SIGTERM', () => {}); const c = require('child_process').spawn(process.execPath, ['-e', 'process.on("SIGTERM",()=>{});setInterval(()=>{},1e3)']); console.log(c.pid); setInterval(() => {}, 1000)`,
    ),
  )
  const { lines } = await hear(hook, (some) => some.length === 1)
  await hook.end(50)
  expect(hooks.isAlive(hook.process)).toBe(false)
  // Gone, or ended and not taken note of by a system without an init.
  expect(stateOf(Number(lines[0]))).toMatch(/^(Z|gone)$/)
}, 20_000)

test('a number that another process has by now is left alone', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
  try {
    const pid = child.pid as number
    const { boot, host } = hooks.own
    for (const other of [{ started: '1' }, { boot: 'another boot' }]) {
      const name = { pid, boot, host, started: '1', ...other }
      expect(hooks.isAlive(name)).toBe(false)
      expect(await hooks.endGroup(name, 0)).toBe(true)
      expect(child.exitCode ?? child.signalCode).toBe(null)
    }
    expect(hooks.isAlive({ pid, boot, host: 'elsewhere', started: '1' })).toBe(null)
    // Where the system says neither, nothing is ended that may be another's.
    expect(await hooks.endGroup({ pid, boot: null, host, started: null }, 0)).toBe(false)
    expect(child.exitCode ?? child.signalCode).toBe(null)
  } finally {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
})

test('what was never started has no group, least of all that of this process', async () => {
  expect(await hooks.endGroup({ ...hooks.own, pid: 0 }, 0)).toBe(true)
})

test('this process is alive, by its own name', () => {
  expect(hooks.isAlive(hooks.own)).toBe(true)
})
