import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { canonicalBytes } from '../core/digest.ts'
import { registryIn } from '../core/entry.ts'
import { createOnce } from './create.ts'
import { makePath } from './durable.ts'
import { namesIn } from './folder.ts'
import { folderLogs } from './folder-logs.ts'
import { FORMAT } from './format.ts'
import { OF_A_REGISTRY } from './layout.ts'
import { freshTmp } from './pack-copy.ts'

/**
 * The id of a registry that has lost its format.json: that of its first whole entry; a new one where it has no entry. Undefined where nothing is
 * lost, and where no entry is whole.
 */
export async function lostId(folder: string): Promise<string | undefined> {
  const root = path.resolve(folder)
  const names = namesIn(root)
  if (names.includes('format.json') || !names.some((name) => OF_A_REGISTRY.includes(name))) return undefined
  const logs = folderLogs({ root, now: () => new Date(), link: fs.linkSync, tmp: () => freshTmp(root) })
  const all = await logs.list('')
  for (const log of all) {
    for (const seq of await logs.numbers(log)) {
      const record = await logs.read(log, seq)
      const id = record === null ? null : registryIn(record.bytes)
      if (id !== null) return id
    }
  }
  return all.length === 0 ? randomUUID() : undefined
}

/** Makes format.json again. Out: the id; undefined where no entry tells it. */
export async function mendFormat(root: string): Promise<string | undefined> {
  const id = await lostId(root)
  if (id === undefined) return undefined
  makePath(`${root}/tmp`)
  createOnce(`${root}/format.json`, canonicalBytes({ ...FORMAT, id }), freshTmp(root), fs.linkSync)
  return id
}
