import { namesInZip } from './zip-names.ts'

/** What a file of weights, vectors or tables is, by its bytes. */
export interface FileFormat {
  readonly format: string
  /** True where loading it may run code that is inside: it is a pickle, or may hold one. */
  readonly pickle: boolean
}

/** An archive whose name says that it holds a pickle is called `zip+pickle`: what an entry keeps is the format's name alone. */
const PICKLES: ReadonlySet<string> = new Set([
  'pickle',
  'joblib',
  'pytorch',
  'pytorch-legacy',
  'torchscript',
  'npy-objects',
  'npz-objects',
])

/** True for the formats that bear a pickle. */
export const bearsPickle = (format: string): boolean => PICKLES.has(format) || format.endsWith('+pickle')

/** So much of a file's start is enough for `formatOf`, and so much of its end for the list of names that a ZIP file ends with. */
export const HEAD_BYTES = 64 * 1024
const TAIL_BYTES = 256 * 1024

export interface FormatScanner {
  /** The next bytes; they may be overwritten afterwards. An empty chunk says that the file starts anew. */
  chunk(bytes: Uint8Array): void
  end(): FileFormat | null
}

/** Recognises a file while its bytes go by. Keeps its start, and of an archive its end. Nothing is ever loaded, let alone run. */
export function createFormatScanner(name: string): FormatScanner {
  let head: Buffer = Buffer.alloc(0)
  let tail: Buffer | null = null
  return {
    chunk(bytes) {
      if (bytes.length === 0) {
        head = Buffer.alloc(0)
        tail = null
        return
      }
      const missing = HEAD_BYTES - head.length
      if (missing > 0) head = Buffer.concat([head, bytes.subarray(0, missing)])
      if (isZip(latin1(head, 0, 4))) tail = Buffer.concat([tail ?? Buffer.alloc(0), bytes]).subarray(-TAIL_BYTES)
    },
    end: () => formatOf(head, name, tail ?? undefined),
  }
}

/** An archive, or an empty one. */
const isZip = (start: string): boolean => start.startsWith('PK\x03\x04') || start.startsWith('PK\x05\x06')

/** Bytes at an offset. */
const MAGIC: readonly (readonly [format: string, offset: number, magic: string])[] = [
  ['gguf', 0, 'GGUF'],
  ['ggml', 0, 'lmgg'],
  ['ggml', 0, 'fmgg'],
  ['ggml', 0, 'tjgg'],
  ['hdf5', 0, '\x89HDF\r\n\x1a\n'],
  ['tflite', 4, 'TFL3'],
  ['parquet', 0, 'PAR1'],
  ['arrow', 0, 'ARROW1\0\0'],
  ['feather', 0, 'FEA1'],
  ['avro', 0, 'Obj\x01'],
  ['sqlite', 0, 'SQLite format 3\0'],
  ['lightgbm', 0, 'tree\nversion='],
  ['catboost', 0, 'CBM1'],
  ['xgboost', 0, '{"learner"'],
  ['xgboost', 0, '{L\0\0\0\0\0\0\0\x07learner'],
  ['faiss', 0, 'IxF'],
  ['faiss', 0, 'IwF'],
  ['faiss', 0, 'IwP'],
  ['faiss', 0, 'IxP'],
  ['faiss', 0, 'IHN'],
  ['faiss', 0, 'IxM'],
]

/** Names under which Python programs save pickles, and under which they open an archive as one. */
const PICKLE_NAME = /\.(?:pkl|pickle|p|joblib|dill|pt|pth|ckpt|bin|mar|npy|npz)$/i
const COMPRESSED: readonly (readonly [format: string, magic: string])[] = [
  ['gzip', '\x1f\x8b'],
  ['bzip2', 'BZh'],
  ['xz', '\xfd7zXZ\0'],
  ['zstd', '\x28\xb5\x2f\xfd'],
  ['lz4', '\x04"M\x18'],
  ['zlib', 'x\x01'],
  ['zlib', 'x\x5e'],
  ['zlib', 'x\x9c'],
  ['zlib', 'x\xda'],
  ['7z', '7z\xbc\xaf\x27\x1c'],
  ['rar', 'Rar!\x1a\x07'],
]

/** Every name that `formatOf` gives, but those of archives under a pickle's name. */
export const KNOWN_FORMATS: readonly string[] = [
  ...new Set([...MAGIC, ...COMPRESSED].map(([format]) => format)),
  ...['safetensors', 'onnx', 'npy', 'npz', 'keras', 'zip', ...PICKLES],
]

/**
 * The format of a file, or null where its bytes say nothing. In: its first bytes (64 KiB are enough), its name, and for archives its last
 * bytes, where the names in it stand. `pickle` errs towards true: a compressed file under a pickle's name can't be looked into.
 */
export function formatOf(head: Uint8Array, name: string, tail?: Uint8Array): FileFormat | null {
  const format = formatName(head, name, tail)
  return format === null ? null : { format, pickle: bearsPickle(format) }
}

function formatName(head: Uint8Array, name: string, tail?: Uint8Array): string | null {
  const start = latin1(head, 0, 4096)
  const safe = MAGIC.find(([, offset, magic]) => start.startsWith(magic, offset))
  if (safe !== undefined) return safe[0]
  if (isZip(start)) return zipFormat(head, name, tail)
  if (start.startsWith('\x93NUMPY')) return isObjectArray(head) ? 'npy-objects' : 'npy'
  const pickle = pickleFormat(start, name)
  if (pickle !== null) return pickle
  if (isSafetensors(head)) return 'safetensors'
  if (isOnnx(start, name)) return 'onnx'
  const packed = COMPRESSED.find(([, magic]) => start.startsWith(magic))
  if (packed === undefined) return null
  const hidden = PICKLE_NAME.test(name.replace(/\.(?:gz|bz2|xz|zst|lz4|z)$/i, ''))
  return hidden ? `${packed[0]}+pickle` : packed[0] === 'zlib' ? null : packed[0]
}

function zipFormat(head: Uint8Array, name: string, tail?: Uint8Array): string {
  const names = namesInZip(head, tail)
  const has = (pattern: RegExp): boolean => names.some((entry) => pattern.test(entry))
  if (has(/(?:^|\/)constants\.pkl$/)) return 'torchscript'
  if (has(/(?:^|\/)data\.pkl$/)) return 'pytorch'
  if (has(/\.(?:pkl|pickle|joblib)$/i)) return 'zip+pickle'
  if (has(/(?:^|\/)model\.weights\.h5$/)) return 'keras'
  if (names.length > 0 && names.every((entry) => /\.npy$/.test(entry)))
    return isObjectArray(head) ? 'npz-objects' : 'npz'
  // PyTorch opens any archive under these names as its own.
  return /\.(?:pt|pth|ckpt|bin|pkl)$/i.test(name) ? 'zip+pickle' : 'zip'
}

const isObjectArray = (head: Uint8Array): boolean => /'descr': ?(?:'\|O|\[.{0,2000}'\|O)/.test(latin1(head, 0, 8192))

/** PyTorch's number at the start of its old format, as a pickle. */
const TORCH = '\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.'

function pickleFormat(text: string, name: string): string | null {
  if (text.startsWith(TORCH)) return 'pytorch-legacy'
  // Protocols 2 to 5 say so; a frame or an opcode follows.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: opcodes are what it looks for
  if (/^\x80[\x02-\x05][\x80-\x98()\]}.BCFGIJKLMNSTUVXcijlort]/.test(text)) {
    return /\bjoblib\b|numpy_pickle/.test(text) ? 'joblib' : 'pickle'
  }
  // Protocols 0 and 1 are text: a global, or a container with its memo.
  if (/^c[\w.]{1,200}\n[\w.]{1,200}\n|^\((?:[dl]p\d{1,9}\n|i[\w.]{1,200}\n|c[\w.]{1,200}\n)|^[\]}(]q\0/.test(text))
    return 'pickle'
  if (text.startsWith('ZF0x')) return 'joblib'
  const isOldTorch = text.startsWith('ustar', 257) && /^(?:\.\/)?(?:storages|tensors|pickle|sys_info)\0/.test(text)
  if (isOldTorch) return 'pytorch-legacy'
  return /\.(?:pkl|pickle|dill)$/i.test(name) && /^[(\]}c]/.test(text) ? 'pickle' : null
}

/** Eight bytes of length, then that much JSON. */
function isSafetensors(head: Uint8Array): boolean {
  if (head.length < 10) return false
  const length = Buffer.from(head.buffer, head.byteOffset, 8).readBigUInt64LE()
  return length >= 2n && length <= 100_000_000n && /^\{\s{0,64}["}]/.test(latin1(head, 8, 80))
}

/** A protobuf has no magic: the version of the format comes first, then who wrote it, or the name must say. */
function isOnnx(text: string, name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: field numbers are what it looks for
  if (!/^\x08[\x01-\x20]/.test(text)) return false
  // biome-ignore lint/suspicious/noControlCharactersInRegex: field numbers are what it looks for
  return /\.onnx$/i.test(name) || /^\x08[\x01-\x20]\x12[\x02-\x28][A-Za-z][\w .-]+/.test(text)
}

const latin1 = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', from, Math.min(to, bytes.length))
