import fs from 'node:fs'
import path from 'node:path'
import { canonicalBytes, parseCanonical } from '../core/digest.ts'
import { AishipError, hasCode } from '../core/errors.ts'
import type { Registry } from '../core/ports.ts'
import { createOnce } from './create.ts'
import { makeFolder, makePath, readWhole, refuseLinks, writeNew } from './durable.ts'
import { storeError } from './errno.ts'
import { folderLogs } from './folder-logs.ts'
import { folderNames } from './folder-names.ts'
import { folderObjects } from './folder-objects.ts'
import { FORMAT, formatId, MAX_FORMAT_BYTES, orDamaged } from './format.ts'
import { type LateParts, openLate } from './late.ts'
import { type Link, OF_A_REGISTRY, type Place } from './layout.ts'

export interface FolderOptions {
  /** Make the registry if there is none yet: at once, or `late`, when something is first stored in it. */
  readonly create: boolean | 'late'
  /** The registry's id where format.json is gone. */
  readonly id?: string | undefined
  /** What messages and results call it; default the path. */
  readonly url?: string | undefined
  readonly now: () => Date
  readonly uuid: () => string
  /** Told when this registry has been made. */
  readonly onMade?: (() => void) | undefined
  /** What to type where there is none. */
  readonly next?: string | undefined
  /** True for a copy of a registry that lies elsewhere: it need not be durable. */
  readonly isCopy?: boolean | undefined
  /** How a file gets its second name; default link(2). */
  readonly link?: Link | undefined
}

/**
 * Opens the registry in a folder: synchronous, because a rollback waits for it, and reading nothing but format.json.
 * Errors: REGISTRY_MISSING where there is none (with `create`: where other things lie), FORMAT_NEWER, CORRUPT; with `create` also
 * LINK_UNSUPPORTED, DISK_FULL, READ_ONLY, NOT_PERMITTED.
 */
export function openFolder(folder: string, options: FolderOptions): Registry {
  const root = path.resolve(folder)
  const place = placeAt(root, options)
  const parts = {
    url: options.url ?? folder,
    objects: folderObjects(place),
    logs: folderLogs(place),
    names: folderNames(place),
  }
  const id = readFormat(root) ?? options.id
  if (id !== undefined) return { ...parts, id }
  if (options.create === 'late') return openLate(parts, lateParts(place, options))
  return { ...parts, id: options.create ? createRegistry(place, options) : refuseMissing(root, options.next) }
}

function lateParts(place: Place, options: FolderOptions): LateParts {
  const { root } = place
  checkRoom(root, namesIn(root))
  return {
    draft: options.uuid(),
    found: () => readFormat(root),
    prepare: () => prepare(root),
    create: (id) => createRegistry(place, { ...options, uuid: () => id }),
  }
}

function placeAt(root: string, options: FolderOptions): Place {
  let count = 0
  let run: string | null = null
  const tmp = (): string => {
    run ??= `${process.pid.toString(36)}-${options.uuid().replaceAll('-', '').slice(0, 12)}`
    return `${root}/tmp/${run}-${count++}`
  }
  const { now, link = fs.linkSync, isCopy = false } = options
  return { root, now, link, tmp, isCopy }
}

/** The registry's id; null where there is no format.json. */
export function readFormat(root: string): string | null {
  const file = `${root}/format.json`
  const value = readFormatFile(file)
  if (value === null) return null
  return formatId(value, root)
}

/** What stands in format.json; null where there is none. */
const readFormatFile = (file: string): unknown =>
  orDamaged(() => {
    const bytes = readWhole(file, MAX_FORMAT_BYTES)
    return bytes === null ? null : (parseCanonical(bytes, file, MAX_FORMAT_BYTES) ?? {})
  })

/** What may lie in a folder that is to become a registry: what a creation that was interrupted leaves, and the cache. */
const BEFORE_FORMAT = new Set(['.gitignore', 'cache', 'tmp'])

export function namesIn(root: string): readonly string[] {
  try {
    return fs.readdirSync(root)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw hasCode(error, 'ENOTDIR') ? notARegistry(root, 'it is a file') : storeError(error, 'read', root)
  }
}

function refuseMissing(root: string, next = 'aiship bundle'): string {
  const names = namesIn(root)
  const made = names.length > 0 ? readFormat(root) : null
  if (made !== null) return made
  if (names.some((name) => OF_A_REGISTRY.includes(name))) throw formatLost(root)
  throw new AishipError('REGISTRY_MISSING', `there is no registry at ${root}`, {
    hint: 'the first bundle makes one; or name another with --registry',
    next: [next],
    details: { path: root },
  })
}

const notARegistry = (root: string, why: string): AishipError =>
  new AishipError('REGISTRY_MISSING', `${root} is not a registry: ${why}`, {
    hint: 'name a registry, or an absent or empty folder to make one in, in aiship.yaml or with --registry',
    next: ['aiship doctor'],
    details: { path: root },
  })

const formatLost = (root: string): AishipError =>
  new AishipError('CORRUPT', `${root} has a registry's content and no format.json`, {
    hint: 'bring it back from a backup, or have it made again: its id stands in every entry',
    next: ['aiship fsck --repair'],
    details: { path: root },
  })

/** Errors: CORRUPT, REGISTRY_MISSING where something lies that no registry may be made around. */
function checkRoom(root: string, names: readonly string[]): void {
  const other = names.find((name) => !BEFORE_FORMAT.has(name))
  // Another process may have made it since it was looked for.
  if (other === undefined || readFormat(root) !== null) return
  if (names.some((name) => OF_A_REGISTRY.includes(name))) throw formatLost(root)
  throw notARegistry(root, `there is ${JSON.stringify(other)} in it and no format.json`)
}

/** Of two processes that create one registry at once, both open the one that came first. */
function createRegistry(place: Place, { uuid, next, onMade }: FolderOptions): string {
  const { root } = place
  const names = namesIn(root)
  if (!names.includes('format.json')) {
    checkRoom(root, names)
    prepare(root)
    const format = canonicalBytes({ ...FORMAT, id: uuid() })
    if (createOnce(`${root}/format.json`, format, place.tmp(), place.link) === 'won') onMade?.()
  }
  return readFormat(root) ?? refuseMissing(root, next)
}

/** Makes the folder in which a registry can be made. Out: what takes away again what was made here, unless there is a registry by then. */
function prepare(root: string): () => void {
  const made = absentFolders(`${root}/tmp`)
  makeRoot(root)
  refuseLinks(root)
  makeFolder(root, `${root}/tmp`)
  const isOurs = ignoreAll(root)
  return () => {
    if (made.length === 0 || fs.existsSync(`${root}/format.json`)) return
    try {
      // Not empty: somebody else is at work there, or was.
      fs.rmdirSync(`${root}/tmp`)
      if (isOurs) fs.unlinkSync(`${root}/.gitignore`)
      for (const folder of made.slice(1)) fs.rmdirSync(folder)
    } catch {
      // An empty folder is harmless.
    }
  }
}

/** Of `folder` and those above it, innermost first. */
function absentFolders(folder: string): readonly string[] {
  const absent: string[] = []
  for (let one = folder; !fs.existsSync(one); one = path.dirname(one)) absent.push(one)
  return absent
}

function makeRoot(root: string): void {
  try {
    const first = makePath(root)
    if (first !== null) makeFolder(path.dirname(first), root)
  } catch (error) {
    throw storeError(error, 'create the folder', root)
  }
}

/** A registry inside a project must not be committed with it. Out: whether the file is new. */
function ignoreAll(root: string): boolean {
  try {
    writeNew(`${root}/.gitignore`, Buffer.from('*\n'), false)
    return true
  } catch (error) {
    if (!(error instanceof AishipError) || error.details.errno !== 'EEXIST') throw error
    return false
  }
}
