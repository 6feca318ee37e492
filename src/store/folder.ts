import fs from 'node:fs'
import path from 'node:path'
import { canonicalBytes, parseCanonical } from '../core/digest.ts'
import { AishipError, hasCode } from '../core/errors.ts'
import type { Registry } from '../core/ports.ts'
import { createOnce, makeFolder, makePath, readWhole, writeNew } from './durable.ts'
import { storeError } from './errno.ts'
import { folderLogs } from './folder-logs.ts'
import { folderNames } from './folder-names.ts'
import { folderObjects } from './folder-objects.ts'
import type { Link, Place } from './layout.ts'

export interface FolderOptions {
  /** Make the registry if there is none yet. */
  readonly create: boolean
  /** What messages and results call it; default the path. */
  readonly url?: string | undefined
  readonly now: () => Date
  readonly uuid: () => string
  /** What to type where there is none. */
  readonly next?: string | undefined
  /** How a file gets its second name; default link(2). */
  readonly link?: Link | undefined
}

const MAX_FORMAT_BYTES = 4096

/**
 * Opens the registry in a folder: synchronous, because a rollback waits for it, and reading nothing but format.json.
 * Errors: REGISTRY_MISSING where there is none (with `create`: where other things lie), FORMAT_NEWER, CORRUPT; with `create` also
 * LINK_UNSUPPORTED, DISK_FULL, READ_ONLY, NOT_PERMITTED.
 */
export function openFolder(folder: string, options: FolderOptions): Registry {
  const root = path.resolve(folder)
  const place = placeAt(root, options)
  const id = readFormat(root) ?? (options.create ? createRegistry(place, options) : refuseMissing(root, options.next))
  return {
    url: options.url ?? folder,
    id,
    objects: folderObjects(place),
    logs: folderLogs(place),
    names: folderNames(place),
  }
}

function placeAt(root: string, options: FolderOptions): Place {
  let count = 0
  let run: string | null = null
  const tmp = (): string => {
    run ??= `${process.pid.toString(36)}-${options.uuid().replaceAll('-', '').slice(0, 12)}`
    return `${root}/tmp/${run}-${count++}`
  }
  return { root, now: options.now, link: options.link ?? fs.linkSync, tmp }
}

/** The registry's id; null where there is no format.json. */
export function readFormat(root: string): string | null {
  const file = `${root}/format.json`
  const value = readFormatFile(file)
  if (value === null) return null
  const { format, hash, id, layout } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >
  if (isLater(format) || isLater(layout)) {
    throw new AishipError(
      'FORMAT_NEWER',
      `${root} is a registry of format ${format}, layout ${layout}; this aiship reads format 1, layout 1`,
      {
        hint: 'install a newer aiship: nothing was read or changed',
        next: ['npm install -g aiship@latest'],
        details: { format, layout },
      },
    )
  }
  if (format !== 1 || layout !== 1 || hash !== 'sha256' || typeof id !== 'string' || !/^[0-9a-f-]{36}$/.test(id)) {
    throw formatDamaged(`${file} does not have the shape of a registry's format`)
  }
  return id
}

/** What stands in format.json; null where there is none. */
function readFormatFile(file: string): unknown {
  try {
    const bytes = readWhole(file, MAX_FORMAT_BYTES)
    return bytes === null ? null : (parseCanonical(bytes, file, MAX_FORMAT_BYTES) ?? {})
  } catch (error) {
    throw error instanceof AishipError && error.code === 'CORRUPT' ? formatDamaged(error.message, error) : error
  }
}

const formatDamaged = (message: string, cause?: unknown): AishipError =>
  new AishipError('CORRUPT', message, {
    hint: 'bring format.json back from a backup: its id stands in every entry',
    next: ['aiship fsck'],
    cause,
  })

const isLater = (version: unknown): boolean => Number.isSafeInteger(version) && (version as number) > 1

/** What may lie in a folder that is to become a registry: what a creation that was interrupted leaves, and the cache. */
const BEFORE_FORMAT = new Set(['.gitignore', 'cache', 'tmp'])
const OF_A_REGISTRY = ['objects', 'logs', 'labels', 'index']

function namesIn(root: string): readonly string[] {
  try {
    return fs.readdirSync(root)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw hasCode(error, 'ENOTDIR') ? notARegistry(root, 'it is a file') : storeError(error, 'read', root)
  }
}

function refuseMissing(root: string, next = 'aiship bundle'): never {
  if (namesIn(root).some((name) => OF_A_REGISTRY.includes(name))) throw formatLost(root)
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
    hint: 'bring format.json back from a backup: its id stands in every entry',
    next: ['aiship fsck'],
    details: { path: root },
  })

/** Of two processes that create one registry at once, both open the one that came first. */
function createRegistry(place: Place, { uuid, next }: FolderOptions): string {
  const { root } = place
  const names = namesIn(root)
  if (!names.includes('format.json')) {
    if (names.some((name) => OF_A_REGISTRY.includes(name))) throw formatLost(root)
    const other = names.find((name) => !BEFORE_FORMAT.has(name))
    if (other !== undefined) throw notARegistry(root, `there is ${JSON.stringify(other)} in it and no format.json`)
    makeRoot(root)
    makeFolder(root, `${root}/tmp`)
    if (!names.includes('.gitignore')) ignoreAll(root)
    createOnce(
      `${root}/format.json`,
      canonicalBytes({ format: 1, hash: 'sha256', id: uuid(), layout: 1 }),
      place.tmp(),
      place.link,
    )
  }
  return readFormat(root) ?? refuseMissing(root, next)
}

function makeRoot(root: string): void {
  try {
    const first = makePath(root)
    if (first !== null) makeFolder(path.dirname(first), root)
  } catch (error) {
    throw storeError(error, 'create the folder', root)
  }
}

/** A registry inside a project must not be committed with it. */
function ignoreAll(root: string): void {
  try {
    writeNew(`${root}/.gitignore`, Buffer.from('*\n'), false)
  } catch (error) {
    if (!(error instanceof AishipError) || error.details.errno !== 'EEXIST') throw error
  }
}
