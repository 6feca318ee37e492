import fs from 'node:fs'
import type { Digest } from '../core/digest.ts'
import { makeDigestMap } from '../core/digest-map.ts'
import { AishipError } from '../core/errors.ts'
import type { Garbage } from '../core/ports.ts'
import { looseIn, tablesIn } from './listing.ts'
import { packFiles } from './merge.ts'
import { digestIn, lookAtPack } from './pack-rows.ts'
import { packFile } from './places.ts'
import { readTable, tableFile } from './table.ts'

/** Whether an object is needed. */
export type Needed = (digest: Digest) => boolean

export interface Survey {
  readonly root: string
  readonly needed: Needed
  /** In ms: what was stored later is young, and stays. */
  readonly before: number
}

/** With what is needed because others are put together from it. */
export interface WholeSurvey extends Survey {
  readonly isPart: Needed
}

/** A file that nobody needs, of one object or of the chunk table of one. */
export interface UnneededFile extends Garbage {
  readonly file: string
}

/** A pack with objects that nobody needs. */
export interface UnneededRows {
  readonly name: string
  readonly size: number
  /** 1 for each object that is to stay, in the order of `lookAtPack`. */
  readonly keep: Uint8Array
  readonly garbage: readonly Garbage[]
}

/** This share of a pack may be garbage: with more it is worth writing the rest anew. */
const TOLERATED = 1 / 4

/** Adds the objects of which the chunk tables that stay are made. Errors: CORRUPT for a needed table that can't be read. */
export function withParts(survey: Survey): WholeSurvey {
  const { root, needed, before } = survey
  const parts = makeDigestMap()
  for (const digest of tablesIn(root)) {
    const stat = fs.statSync(tableFile(root, digest), { throwIfNoEntry: false })
    if (stat === undefined || (!needed(digest) && stat.mtimeMs <= before)) continue
    for (const source of sourcesOf(root, digest, needed)) parts.set(source, 0)
  }
  return { ...survey, needed: (digest) => needed(digest) || parts.has(digest), isPart: parts.has }
}

function sourcesOf(root: string, digest: Digest, needed: Needed): readonly Digest[] {
  try {
    return readTable(root, digest)?.sources ?? []
  } catch (error) {
    if (needed(digest) || !(error instanceof AishipError) || error.code !== 'CORRUPT') throw error
    return []
  }
}

export function* unneededFiles({ root, needed, before }: Survey): Generator<UnneededFile> {
  const tables = tablesIn(root).map((digest) => ({ digest, file: tableFile(root, digest) }))
  for (const files of [looseIn(root), tables]) {
    for (const { digest, file } of files) {
      const stat = needed(digest) ? undefined : fs.statSync(file, { throwIfNoEntry: false })
      if (stat?.isFile() !== true) continue
      yield { digest, size: stat.size, file, isPacked: false, stays: stat.mtimeMs > before ? 'young' : null }
    }
  }
}

/** A damaged pack is fsck's business. */
export function* unneededRows({ root, needed, before }: Survey): Generator<UnneededRows> {
  for (const { name, size, mtimeMs } of packFiles(root)) {
    const look = lookAtPack(packFile(root, name), name)
    if (look === null || look.problem !== null) continue
    const { rows } = look
    const keep = Uint8Array.from(rows.lengths, (_, i) => (needed(digestIn(rows, i)) ? 1 : 0))
    const all = rows.lengths.reduce((sum, length) => sum + length, 0)
    const lost = rows.lengths.reduce((sum, length, i) => (keep[i] === 1 ? sum : sum + length), 0)
    const isWorth = lost > all * TOLERATED || !keep.includes(1)
    const stays = mtimeMs > before ? 'young' : isWorth ? null : 'packed'
    const garbage: Garbage[] = []
    for (const [i, length] of rows.lengths.entries())
      if (keep[i] === 0) garbage.push({ digest: digestIn(rows, i), size: length, isPacked: true, stays })
    if (garbage.length > 0) yield { name, size, keep, garbage }
  }
}
