import { type Digest, hexOf, isDigest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'

/**
 * Where things lie in a folder registry (DESIGN §3). Every path below the root is made here, and only from parts that were checked here,
 * so that no log name, key or digest can lead out of the registry.
 */

/** Creates the second name of a file, failing with EEXIST if it is taken: link(2). */
export type Link = (from: string, to: string) => void

/** What the parts of one opened registry share. */
export interface Place {
  /** Absolute. */
  readonly root: string
  readonly now: () => Date
  readonly link: Link
  /** A new path in tmp/ that no other process uses. */
  readonly tmp: () => string
  /** True for a copy of a registry that lies elsewhere: it need not be durable. */
  readonly isCopy?: boolean
}

/** Most bytes of what is read whole: an entry, a label, a hint. */
export const MAX_RECORD_BYTES = 8 * 1024 * 1024

const PART = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/
const ENTRY_FILE = /^([0-9]{12})\.json$/
const MAX_SEQ = 999_999_999_999

export const isPart = (text: string): boolean => PART.test(text) && !text.includes('..') && !text.endsWith('.')

const unsafe = (what: string, value: string, why: string): AishipError =>
  new AishipError('NAME_UNSAFE', `${JSON.stringify(value)} can't be ${what}: ${why}`)

function checkParts(path: string, what: string, least: number): void {
  const parts = path.split('/')
  if (parts.length < least || parts.length > 8) throw unsafe(what, path, `it has ${parts.length} parts`)
  const bad = parts.find((part) => !isPart(part))
  if (bad !== undefined) throw unsafe(what, path, `${JSON.stringify(bad)} is not a name`)
}

export function objectFile(root: string, digest: Digest): string {
  if (!isDigest(digest)) throw unsafe('a digest', String(digest), 'a digest is sha256: and 64 of 0-9, a-f')
  const hex = hexOf(digest)
  return `${root}/objects/${hex.slice(0, 2)}/${hex.slice(2)}`
}

/** The digest that an object's file is named for; null where the names are not an object's. */
export function objectDigest(folder: string, file: string): Digest | null {
  const digest = `sha256:${folder}${file}`
  return folder.length === 2 && isDigest(digest) ? digest : null
}

export function logFolder(root: string, log: string): string {
  checkParts(log, 'a log', 2)
  return `${root}/logs/${log}`
}

export function entryFile(seq: number): string {
  if (!Number.isSafeInteger(seq) || seq < 1 || seq > MAX_SEQ)
    throw unsafe('the number of an entry', String(seq), 'entries are numbered from 1')
  return `${String(seq).padStart(12, '0')}.json`
}

/** The number of an entry's file; null where the name is not an entry's. */
export function entrySeq(file: string): number | null {
  const digits = ENTRY_FILE.exec(file)?.[1]
  const seq = digits === undefined ? 0 : Number(digits)
  return seq === 0 ? null : seq
}

/** What lies only in a registry: where one of them is, format.json was. */
export const OF_A_REGISTRY: readonly string[] = ['objects', 'logs', 'labels', 'index']

export const NAME_FOLDERS = ['labels', 'index', 'presence'] as const

export function keyFile(root: string, key: string): string {
  checkParts(key, 'a key', 2)
  checkKeyFolder(key)
  return `${root}/${key}.json`
}

/** The folder that a prefix of keys or of logs lies in, '' for the whole: `index/app` of `index/app/12ab`. */
export function prefixFolder(prefix: string, what: string): string {
  const slash = prefix.lastIndexOf('/')
  const folder = slash === -1 ? '' : prefix.slice(0, slash)
  const start = prefix.slice(slash + 1)
  if (slash === 0) throw unsafe(what, prefix, 'it starts with "/"')
  if (folder !== '') checkParts(folder, what, 1)
  if (start !== '' && !isPart(start.replace(/\.+$/, '')))
    throw unsafe(what, prefix, `${JSON.stringify(start)} does not start a name`)
  return folder
}

/** The same for keys, which lie in few folders. */
export function keyPrefixFolder(prefix: string): string {
  const folder = prefixFolder(prefix, 'a prefix of keys')
  if (folder !== '') checkKeyFolder(folder)
  return folder
}

function checkKeyFolder(key: string): void {
  const first = key.split('/', 1)[0]
  if (!NAME_FOLDERS.some((folder) => folder === first))
    throw unsafe('a key', key, `it is not below ${NAME_FOLDERS.join(', ')}`)
}
