import { createCipheriv, createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

/** How much is made. `file` is the weights file, `insert` what W4 puts into its middle, in bytes; `files` stand in `folders`. */
export interface Size {
  readonly file: number
  readonly insert: number
  readonly files: number
  readonly folders: number
}

const KiB = 1024
const MiB = KiB * KiB
export const FULL: Size = { file: 2048 * MiB, insert: 20 * MiB, files: 50_000, folders: 1_000 }
export const QUICK: Size = { file: 64 * MiB, insert: 2 * MiB, files: 2_000, folders: 100 }

const PAGE = 4 * KiB
const PIECE = 8 * MiB
const MODEL = 'model.safetensors'

export type SetName = 'big' | 'small'
/** What W4 does to each set. */
export const CHANGES = { big: ['insert', 'header', 'pages'], small: ['files'] } as const
export type ChangeName = (typeof CHANGES)[SetName][number]

/** The keystream of AES-128-CTR: bytes that nothing compresses, the same for a seed. */
function keystream(seed: string): (length: number) => Buffer {
  const cipher = createCipheriv(
    'aes-128-ctr',
    createHash('sha256').update(seed).digest().subarray(0, 16),
    Buffer.alloc(16),
  )
  return (length) => cipher.update(Buffer.alloc(length))
}

/** Mulberry32: numbers from 0 up to 1, the same for a seed. */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * W1, into `folder`: a safetensors file of `size.file` bytes in all, a header of 4 KiB and one tensor that nothing compresses.
 * W2, into `folder`: files of 1 to 16 KiB in folders two deep, 7 of 10 JSON lines, the others incompressible.
 */
export function makeSet(set: SetName, folder: string, size: Size): void {
  fs.mkdirSync(folder, { recursive: true })
  if (set === 'small') makeFiles(folder, size)
  else makeModel(folder, size)
}

function makeModel(folder: string, size: Size): void {
  const out = fs.openSync(path.join(folder, MODEL), 'w')
  fs.writeSync(out, header(PAGE, size.file - PAGE, { format: 'pt' }))
  const stream = keystream('weights')
  for (let at = PAGE; at < size.file; at += PIECE) fs.writeSync(out, stream(Math.min(PIECE, size.file - at)))
  fs.closeSync(out)
}

/** `length` bytes: the header's own length in 8 bytes, then JSON with spaces after it, as the format has it. */
function header(length: number, bytes: number, metadata: Record<string, string>): Buffer {
  const tensor = { dtype: 'U8', shape: [bytes], data_offsets: [0, bytes] }
  const out = Buffer.alloc(length, ' ')
  out.writeBigUInt64LE(BigInt(length - 8))
  out.write(JSON.stringify({ __metadata__: metadata, weight: tensor }), 8)
  return out
}

function makeFiles(folder: string, size: Size): void {
  const next = random(12_345)
  const stream = keystream('files')
  for (let i = 0; i < size.folders; i++)
    fs.mkdirSync(path.dirname(path.join(folder, fileOf(i, size))), { recursive: true })
  for (let i = 0; i < size.files; i++) fs.writeFileSync(path.join(folder, fileOf(i, size)), content(i, next, stream))
}

const two = (n: number): string => String(n).padStart(2, '0')
function fileOf(i: number, { folders }: Size): string {
  const place = i % folders
  const name = `f${String(i).padStart(5, '0')}.${i % 10 < 7 ? 'jsonl' : 'bin'}`
  return `shard${two(place % 20)}/part${two(Math.floor(place / 20))}/${name}`
}

const WORDS =
  'the model answers a question about ships harbours cargo weather and the price of grain in old ports while users ask it to sum up long letters'.split(
    ' ',
  )

function content(i: number, next: () => number, stream: (length: number) => Buffer): Buffer {
  const length = KiB + Math.floor(next() * 15 * KiB)
  if (i % 10 >= 7) return stream(length)
  let lines = ''
  for (let n = 0; lines.length < length; n++) {
    const words = Array.from({ length: 8 + Math.floor(next() * 30) }, () => WORDS[Math.floor(next() * WORDS.length)])
    lines += `${JSON.stringify({ id: i * 100 + n, text: words.join(' '), score: Number(next().toFixed(6)) })}\n`
  }
  return Buffer.from(lines).subarray(0, length)
}

/**
 * The files that a change leaves with other bytes, into `folder`, at the same paths as in the set that stands in `from`.
 * Out: those paths, and how many bytes of them the set did not have before (for `header` and `insert`: the new header, the insert).
 */
export function makeChange(
  change: ChangeName,
  from: string,
  folder: string,
  size: Size,
): { paths: readonly string[]; bytes: number } {
  fs.mkdirSync(folder, { recursive: true })
  if (change === 'files') return changeFiles(folder, size)
  const source = fs.openSync(path.join(from, MODEL), 'r')
  const out = fs.openSync(path.join(folder, MODEL), 'w')
  const bytes = { insert, header: rewriteHeader, pages: overwritePages }[change](source, out, size)
  fs.closeSync(out)
  fs.closeSync(source)
  return { paths: [MODEL], bytes }
}

/** In the middle, and at no multiple of anything. */
function insert(source: number, out: number, size: Size): number {
  const middle = size.file / 2 + 12_345
  copy(source, out, 0, middle)
  fs.writeSync(out, keystream('insert')(size.insert))
  copy(source, out, middle, size.file)
  return size.insert
}

/** What saving the file again with one more line of metadata does: every byte after the header moves. */
function rewriteHeader(source: number, out: number, size: Size): number {
  const grown = header(PAGE + 160, size.file - PAGE, { format: 'pt', note: 'saved again, with one more line' })
  fs.writeSync(out, grown)
  copy(source, out, PAGE, size.file)
  return grown.length
}

function overwritePages(source: number, out: number, size: Size): number {
  copy(source, out, 0, size.file)
  const next = random(777)
  const stream = keystream('pages')
  const pages = size.file / PAGE
  const chosen = new Set<number>()
  while (chosen.size < Math.round(pages / 100)) chosen.add(1 + Math.floor(next() * (pages - 1)))
  for (const page of chosen) fs.writeSync(out, stream(PAGE), 0, PAGE, page * PAGE)
  return chosen.size * PAGE
}

function copy(source: number, out: number, from: number, to: number): void {
  const buffer = Buffer.allocUnsafe(PIECE)
  for (let at = from; at < to; ) {
    const length = fs.readSync(source, buffer, 0, Math.min(PIECE, to - at), at)
    fs.writeSync(out, buffer, 0, length)
    at += length
  }
}

/** One file in a hundred, written anew. */
function changeFiles(folder: string, size: Size): { paths: readonly string[]; bytes: number } {
  const next = random(4_242)
  const stream = keystream('changed files')
  const chosen = new Set<number>()
  while (chosen.size < size.files / 100) chosen.add(Math.floor(next() * size.files))
  let bytes = 0
  const paths = [...chosen].map((i) => {
    const file = fileOf(i, size)
    const made = content(i + size.files * 10, next, stream)
    bytes += made.length
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    fs.writeFileSync(path.join(folder, file), made)
    return file
  })
  return { paths, bytes }
}

/** The sets, kept in `folder` from run to run; made again when they are not there or of another size. Out: where each stands. */
export function keptSets(folder: string, size: Size): Readonly<Record<SetName, string>> {
  const made = path.join(folder, 'made.json')
  // Raised with every change to what is made here.
  const want = JSON.stringify({ recipe: 1, ...size })
  const sets = { big: path.join(folder, 'big'), small: path.join(folder, 'small') }
  if (fs.existsSync(made) && fs.readFileSync(made, 'utf8') === want) return sets
  fs.rmSync(made, { force: true })
  for (const set of ['big', 'small'] as const) {
    fs.rmSync(sets[set], { recursive: true, force: true })
    makeSet(set, sets[set], size)
  }
  fs.writeFileSync(made, want)
  return sets
}

/** SHA-256 of every path, size and byte below `folder`, in the order of the paths; and how many bytes the files have. */
export function digestOfFolder(folder: string): { digest: string; bytes: number } {
  const hash = createHash('sha256')
  const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
  let total = 0
  for (const file of files) {
    const full = path.join(folder, file)
    if (!fs.statSync(full).isFile()) continue
    const fd = fs.openSync(full, 'r')
    const { size } = fs.fstatSync(fd)
    total += size
    hash.update(`${file}\0${size}\0`)
    const buffer = Buffer.allocUnsafe(Math.min(PIECE, size))
    for (let length = fs.readSync(fd, buffer); length > 0; length = fs.readSync(fd, buffer))
      hash.update(buffer.subarray(0, length))
    fs.closeSync(fd)
  }
  return { digest: hash.digest('hex'), bytes: total }
}
