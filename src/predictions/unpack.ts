import type { Transform } from 'node:stream'
import zlib from 'node:zlib'
import { AishipError } from '../core/errors.ts'
import { shellWord } from '../core/shell.ts'
import type { ByteSource } from './lines.ts'

/** How logs are compressed: by what they begin with, what unpacks them here, and what does so elsewhere. */
const PACKINGS: readonly Packing[] = [
  { name: 'gzip', magic: '1f8b', open: zlib.createGunzip, command: 'gzip -dc' },
  // Node has it from 22.15 on.
  { name: 'zstd', magic: '28b52ffd', open: (zlib as Zstd).createZstdDecompress, command: 'zstd -dc' },
  { name: 'bzip2', magic: '425a68', command: 'bzip2 -dc' },
  { name: 'xz', magic: 'fd377a58', command: 'xz -dc' },
  { name: 'zip', magic: '504b0304', command: 'unzip -p' },
]

interface Packing {
  readonly name: string
  readonly magic: string
  readonly open?: Unpack | undefined
  readonly command: string
}

export type Unpack = (options: { readonly chunkSize: number }) => Transform & { readonly bytesWritten: number }
interface Zstd {
  readonly createZstdDecompress?: Unpack
}

/** What unpacks a file that begins so; null for one that is not compressed. Errors: USAGE for a compression that this Node can't read. */
export function unpackingOf(head: Buffer, file: string): Unpack | null {
  const packing = PACKINGS.find(({ magic }) => head.toString('hex').startsWith(magic))
  return packing === undefined ? null : (packing.open ?? refuse(file, packing))
}

function refuse(file: string, { name, command }: Packing): never {
  const why = name === 'zstd' ? 'this Node has no zstd: 22.15 and later have' : 'only gzip and zstd are read'
  throw new AishipError('USAGE', `${file} is compressed with ${name}, and ${why}`, {
    next: [`${command} ${shellWord(file)} | aiship predictions ingest -`],
    details: { path: file },
  })
}

/** What is in a compressed file, up to where it is damaged: only then comes the error. */
export async function* contentOf(file: string, input: ByteSource, open: Unpack): AsyncGenerator<Buffer> {
  const packed = Buffer.allocUnsafe(PACKED_READ)
  let frame = openFrame(open)
  try {
    for (let got = -1; got !== 0; ) {
      got = await input.fill(packed, 0)
      // A copy, because it is decompressed in another thread.
      let rest = Buffer.from(packed.subarray(0, got))
      do {
        const { content, used, failure } = await (got === 0 ? frame.end() : frame.write(rest))
        yield* content
        if (failure !== null) throw damaged(file, failure)
        rest = rest.subarray(used)
        if (rest.length === 0) break
        // A file may be several that were compressed, one after the other.
        yield* (await frame.end()).content
        frame.close()
        frame = openFrame(open)
      } while (rest.length > 0)
    }
  } finally {
    frame.close()
  }
}

interface Unpacked {
  readonly content: readonly Buffer[]
  /** So much of the input belongs to this frame. */
  readonly used: number
  readonly failure: unknown
}

/** Node reads on by itself through the parts of a gzip file, and ends with the first one of zstd. */
function openFrame(open: Unpack) {
  const stream = open({ chunkSize: 256 * 1024 })
  const out: Buffer[] = []
  let failure: unknown = null
  let settle = (): void => undefined
  stream.on('data', (chunk: Buffer) => out.push(chunk))
  stream.on('end', () => settle())
  stream.on('error', (error) => {
    failure = error
    settle()
  })
  const step = async (work: () => void): Promise<Unpacked> => {
    const before = stream.bytesWritten
    await new Promise<void>((resolve) => {
      settle = resolve
      if (failure === null) work()
      else resolve()
    })
    return { content: out.splice(0), used: stream.bytesWritten - before, failure }
  }
  return {
    write: (chunk: Buffer) => step(() => void stream.write(chunk, () => settle())),
    end: () => step(() => (stream.readableEnded ? settle() : void stream.end())),
    close: () => void stream.destroy(),
  }
}

const PACKED_READ = 64 * 1024

export const damaged = (file: string, error: unknown): AishipError =>
  new AishipError(
    'CORRUPT',
    `${file} can't be decompressed to its end: ${error instanceof Error ? error.message : String(error)}`,
    {
      hint: 'what came before was read; if it is being written, run this again when it is whole',
      next: [`${/\.zst$/i.test(file) ? 'zstd' : 'gzip'} -t ${shellWord(file)}`],
      details: { path: file },
      cause: error,
    },
  )
