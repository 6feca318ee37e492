import { AishipError } from '../core/errors.ts'
import type { Repacked } from '../core/ports.ts'

export async function repackBucket(): Promise<Repacked> {
  throw new AishipError('USAGE', 'repack of a bucket is not there yet', { next: ['aiship repack --registry FOLDER'] })
}
