import fs from 'node:fs'
import path from 'node:path'
import { tool } from './measure.ts'

/**
 * Where one part of the bench runs. ext4 avoids inodes that were deleted a minute ago, so that "delete 50,000 files, write 50,000" times that
 * search and not the program: each part gets a file system of its own, where root and mkfs.ext4 are there, else a folder tree of its own.
 * Folders of many files are moved aside when they are done with, and go at the end.
 */
export interface Ground {
  readonly root: string
  /** What it is, in words. */
  readonly kind: string
  /** Done with a folder: deleted, or moved aside if it has many files. */
  drop(folder: string, many: boolean): void
  /** Synchronous, so that an interruption can call it. */
  remove(): void
}

const GiB = 2 ** 30
/** From statfs(2). */
const TMPFS = 0x01021994
const FRESH_EXT4 = 'a fresh ext4 for each part (loop device, direct I/O)'
const FRESH_FOLDERS = 'a fresh folder tree for each part, small files deleted at the end'

/** In `folder`, for at most `gib` GiB. Errors: too little room on the disk. */
export function makeGround(folder: string, gib: number): Ground {
  fs.mkdirSync(folder, { recursive: true })
  sweep(folder)
  const { bavail, bsize, type } = fs.statfsSync(folder)
  if (type === TMPFS) throw new Error(`${folder} is in memory, where fsync costs nothing: set AISHIP_BENCH_DIR`)
  if (bavail * bsize < gib * GiB)
    throw new Error(
      `${folder} has ${Math.floor((bavail * bsize) / GiB)} GiB free, and ${gib} are needed: set AISHIP_BENCH_DIR`,
    )
  const root = path.join(folder, `ground-${process.pid}`)
  fs.mkdirSync(root)
  const isMounted = mountFresh(root, `${root}.img`, gib)
  const aside = path.join(root, 'aside')
  fs.mkdirSync(aside)
  let dropped = 0
  return {
    root,
    kind: isMounted ? FRESH_EXT4 : FRESH_FOLDERS,
    drop(target, many) {
      if (!fs.existsSync(target)) return
      if (many) fs.renameSync(target, path.join(aside, String(dropped++)))
      else fs.rmSync(target, { recursive: true, force: true })
    },
    remove: () => takeDown(root),
  }
}

/**
 * The image's name goes as soon as it is mounted, and the loop device lets go of it with the mount: whatever becomes of this process,
 * nothing but the mount can be left behind, and the next run takes that down.
 */
function mountFresh(root: string, image: string, gib: number): boolean {
  if (process.getuid?.() !== 0) return false
  fs.writeFileSync(image, '')
  fs.truncateSync(image, gib * GiB)
  // Nothing is left to be done in the background, where it would be in the times.
  const format = ['-q', '-F', '-m', '0', '-i', '6144', '-E', 'lazy_itable_init=1,lazy_journal_init=1,nodiscard', image]
  let device = ''
  try {
    if (tool('mkfs.ext4', ...format).status !== 0) return false
    const loop = tool('losetup', '--direct-io=on', '--show', '-f', image)
    device = loop.status === 0 ? loop.stdout.trim() : ''
    return device !== '' && tool('mount', '-o', 'noinit_itable', device, root).status === 0
  } finally {
    // While it is mounted, this takes effect when the mount goes.
    if (device !== '') tool('losetup', '-d', device)
    fs.rmSync(image, { force: true })
  }
}

function takeDown(root: string): void {
  const parent = fs.statSync(path.dirname(root)).dev
  if (fs.statSync(root).dev !== parent && tool('umount', root).status !== 0) tool('umount', '-l', root)
  fs.rmSync(root, { recursive: true, force: true })
}

/** Takes down what runs that were killed have left. */
function sweep(folder: string): void {
  for (const name of fs.readdirSync(folder)) {
    const pid = /^ground-(\d+)$/.exec(name)?.[1]
    if (pid !== undefined && !fs.existsSync(`/proc/${pid}`)) takeDown(path.join(folder, name))
  }
}
