import type { Digest } from './digest.ts'
import type { Tree, TreeEntry } from './model.gen.ts'
import { isPlainPath } from './paths.ts'

const HEAD = '{"entries":['
const TAIL = '],"format":1}'
/** An entry as canonical JSON writes it, of a name that needs no escapes; up to 15 digits are a safe integer. */
const ENTRY =
  /\{(?:"digest":"(sha256:[0-9a-f]{64})",("exec":true,)?"name":"([\w.-]+)","size":(0|[1-9]\d{0,14})|"name":"([\w.-]+)","tree":"(sha256:[0-9a-f]{64})")\}(,?)/y

/**
 * The tree in these bytes, if they are a tree's canonical JSON with plain names only, as nearly all are: read in one pass instead of being
 * parsed, written again to be compared, and checked field by field. Null for anything else, which says nothing about it.
 */
export function scanTree(bytes: Uint8Array): Tree | null {
  // One byte, one character: what is beyond ASCII does not match.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  const end = text.length - TAIL.length
  if (!text.startsWith(HEAD) || !text.endsWith(TAIL) || end <= HEAD.length) return null
  const entries: TreeEntry[] = []
  let last = ''
  for (let at = HEAD.length; at < end; ) {
    ENTRY.lastIndex = at
    const [all, digest, exec, file, size, folder, tree, comma] = ENTRY.exec(text) ?? []
    const name = file ?? folder
    if (all === undefined || name === undefined || name <= last || !isPlainPath(name)) return null
    at += all.length
    if ((comma === ',') !== at < end) return null
    if (folder !== undefined) entries.push({ name, tree: tree as Digest })
    else if (exec === undefined) entries.push({ digest: digest as Digest, name, size: Number(size) })
    else entries.push({ digest: digest as Digest, exec: true, name, size: Number(size) })
    last = name
  }
  return { entries, format: 1 }
}
