import fs from 'node:fs'
import { AishipError } from '../core/errors.ts'
import { sourceError } from './errno.ts'

/** A small file as it is, or standard input for `-`. Errors: FILE_MISSING, NOT_PERMITTED; USAGE for no file, and for more than `most` bytes. */
export async function readInput(file: string, most: number): Promise<Uint8Array> {
  const name = file === '-' ? 'standard input' : file
  const chunks: Buffer[] = []
  let size = 0
  try {
    if (file !== '-' && fs.statSync(file).isDirectory())
      throw new AishipError('USAGE', `${file} is a folder, not a file`)
    for await (const chunk of file === '-' ? process.stdin : fs.createReadStream(file)) {
      size += chunk.length
      if (size > most) throw new AishipError('USAGE', `${name} has more than the ${most} bytes allowed`)
      chunks.push(chunk)
    }
  } catch (error) {
    throw sourceError(error, name)
  }
  return Buffer.concat(chunks)
}
