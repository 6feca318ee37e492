import fs from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

let dir: string
beforeAll(() => {
  dir = fs.mkdtempSync(path.join(tmpdir(), 'aiship-own-'))
})
afterAll(() => fs.rmSync(dir, { recursive: true, force: true }))

test('two parts of the program that have the code each for itself take nothing from each other', async () => {
  const first = await import('../../src/predictions/own-folder.ts')
  vi.resetModules()
  const second = await import('../../src/predictions/own-folder.ts')
  expect(second.makeOwnFolder).not.toBe(first.makeOwnFolder)
  const folders = [first, second, first, second].map(({ makeOwnFolder }) => makeOwnFolder(dir))
  expect(new Set(folders).size).toBe(4)
  for (const folder of folders) expect(fs.existsSync(folder)).toBe(true)
})

test('what a process left that is gone is taken away, and nothing else', async () => {
  const { makeOwnFolder } = await import('../../src/predictions/own-folder.ts')
  const [gone, earlier, elsewhere] = [`${hostname()}.4194304.0f-1`, `${hostname()}.4194304.17`, 'other.4194304.0f-1']
  for (const name of [gone, earlier, elsewhere]) fs.mkdirSync(path.join(dir, name))
  const [mine, next] = [makeOwnFolder(dir), makeOwnFolder(dir)]
  expect([mine, next].every((folder) => fs.existsSync(folder))).toBe(true)
  expect([gone, earlier, elsewhere].map((name) => fs.existsSync(path.join(dir, name)))).toEqual([false, false, true])
})
