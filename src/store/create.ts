import fs from 'node:fs'
import path from 'node:path'
import { AishipError, hasCode } from '../core/errors.ts'
import { foldersAbove, makePath, remove, syncFolder, writeNew } from './durable.ts'
import { linkError, storeError } from './errno.ts'
import type { Link } from './layout.ts'
import { syncFiles } from './stream.ts'

/**
 * Creates `file` with `bytes` unless it is there, by way of `tmp`. 'won' and 'lost' both mean that what stands there is durable: the loser
 * of a race may be about to act on it. Errors: LINK_UNSUPPORTED; OUTCOME_UNKNOWN where it stands there and could not be made durable.
 */
export function createOnce(file: string, bytes: Uint8Array, tmp: string, link: Link): 'won' | 'lost' {
  // A look first: whoever has lost already need not pay for a durable write.
  if (fs.existsSync(file)) return confirm(file, 'lost')
  writeNew(tmp, bytes, true)
  return confirm(file, linkNew(tmp, file, link))
}

/**
 * The same for the first file of a folder, which it makes: whoever sees the file may rely on the folder's name and those above it, up to
 * `root`, also if another process has just made them. They and the bytes become durable side by side: the disk commits what comes together
 * at once.
 */
export async function createFirst(
  root: string,
  file: string,
  bytes: Uint8Array,
  tmp: string,
  link: Link,
): Promise<'won' | 'lost'> {
  if (fs.existsSync(file)) return confirm(file, 'lost')
  const folder = path.dirname(file)
  try {
    makePath(folder)
  } catch (error) {
    throw storeError(error, 'create the folder', folder)
  }
  writeNew(tmp, bytes, false)
  try {
    await syncFiles([tmp, ...foldersAbove(root, folder)])
  } catch (error) {
    remove(tmp)
    throw error
  }
  return confirm(file, linkNew(tmp, file, link))
}

function linkNew(tmp: string, file: string, link: Link): 'won' | 'lost' {
  try {
    link(tmp, file)
    return 'won'
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return 'lost'
    throw linkError(error, file)
  } finally {
    remove(tmp)
  }
}

/** Makes the name durable, whoever gave it. */
function confirm(file: string, outcome: 'won' | 'lost'): 'won' | 'lost' {
  try {
    syncFolder(path.dirname(file))
  } catch (error) {
    if (outcome === 'lost') throw storeError(error, 'confirm', file)
    throw new AishipError('OUTCOME_UNKNOWN', `${file} was created, and the disk did not confirm it`, {
      hint: 'the disk or share reports an error; see that it is healthy before you go on',
      next: ['aiship fsck'],
      details: { path: file },
      cause: error,
    })
  }
  return outcome
}
