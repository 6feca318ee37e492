import fs from 'node:fs'
import path from 'node:path'
import { type Digest, finishDigest, startDigest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { ArchiveSink } from '../core/oci.ts'
import { syncFolder, writeAll } from './durable.ts'
import { sourceError, storeError } from './errno.ts'

/** Where written bytes go. */
interface Out {
  write(bytes: Uint8Array): Promise<void>
  /** Makes what was written be there, under its name. */
  end(): void
  drop(): void
}

/** In: a path, or `-` for standard output. A file appears whole, in the place of one that is there. Errors: USAGE, DISK_FULL, READ_ONLY, NOT_PERMITTED. */
export function createArchive(file: string, isDryRun: boolean): ArchiveSink {
  const out = isDryRun ? nowhere : file === '-' ? standardOutput() : newFile(file)
  const hash = startDigest()
  let size = 0
  return {
    async write(bytes) {
      hash.update(bytes)
      size += bytes.length
      await out.write(bytes)
    },
    end(): { readonly digest: Digest; readonly size: number } {
      out.end()
      return { digest: finishDigest(hash), size }
    },
    drop: () => out.drop(),
  }
}

const nowhere: Out = { write: async () => undefined, end: () => undefined, drop: () => undefined }

function newFile(file: string): Out {
  const found = fs.statSync(file, { throwIfNoEntry: false })
  if (found !== undefined && !found.isFile())
    throw new AishipError('USAGE', `${file} is there and is no file`, {
      hint: '-o takes the archive to write, or - for standard output',
    })
  // The time too: what a killed process left may have this one's number, as it always has in a container.
  const tmp = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.${Date.now()}.tmp`)
  const failed = (error: unknown): unknown => storeError(error, 'write', file)
  let fd: number
  try {
    fd = fs.openSync(tmp, 'wx', 0o644)
  } catch (error) {
    throw sourceError(error, path.dirname(path.resolve(file)))
  }
  let isOpen = true
  const close = (): void => {
    if (isOpen) fs.closeSync(fd)
    isOpen = false
  }
  return {
    async write(bytes) {
      try {
        writeAll(fd, bytes)
      } catch (error) {
        throw failed(error)
      }
    },
    end() {
      try {
        fs.fsyncSync(fd)
        close()
        fs.renameSync(tmp, file)
        syncFolder(path.dirname(path.resolve(file)))
      } catch (error) {
        throw failed(error)
      }
    },
    drop() {
      close()
      fs.rmSync(tmp, { force: true })
    },
  }
}

function standardOutput(): Out {
  const { stdout } = process
  if (stdout.isTTY) throw new AishipError('USAGE', 'an archive is nothing to read on a terminal: name a file with -o')
  let broken: Error | null = null
  stdout.on('error', (error) => {
    broken = error
  })
  const failed = (error: Error): AishipError =>
    new AishipError('OUTPUT_LOST', `the archive could not be written to standard output: ${error.message}`, {
      cause: error,
    })
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (broken !== null) reject(failed(broken))
        else stdout.write(bytes, (error) => (error ? reject(failed(error)) : resolve()))
      }),
    end: () => undefined,
    drop: () => undefined,
  }
}
