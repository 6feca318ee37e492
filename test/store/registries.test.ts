import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Registry } from '../../src/core/ports.ts'
import { dryRun } from '../../src/store/dry.ts'
import { openFolder } from '../../src/store/folder.ts'
import { openMemory } from '../../src/store/memory.ts'
import { rememberTips } from '../../src/store/seen.ts'
import { logStoreContract } from '../contracts/log-store.ts'
import { nameStoreContract } from '../contracts/name-store.ts'
import { objectStoreContract } from '../contracts/object-store.ts'

const dirs: string[] = []
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true })
})

function newFolder(): Registry {
  const dir = mkdtempSync(join(tmpdir(), 'aiship-registry-'))
  dirs.push(dir)
  return openFolder(join(dir, 'registry'), { create: true, now: () => new Date(), uuid: randomUUID })
}

const newMemory = (): Registry => openMemory({ id: randomUUID() })

const remembered = (): Registry => {
  const dir = mkdtempSync(join(tmpdir(), 'aiship-seen-'))
  dirs.push(dir)
  return rememberTips(newFolder(), dir, (message) => {
    throw new Error(message)
  })
}

const ADAPTERS: readonly (readonly [string, () => Registry, boolean])[] = [
  ['a folder', newFolder, true],
  ['a folder whose tips are remembered', remembered, true],
  ['memory', newMemory, true],
  ['a dry run over a folder', () => dryRun(newFolder()), false],
  ['a dry run over memory', () => dryRun(newMemory()), false],
]

for (const [name, open, keepsFiles] of ADAPTERS) {
  objectStoreContract(name, () => open().objects, { keepsFiles })
  logStoreContract(name, () => open().logs)
  nameStoreContract(name, () => open().names)
}
