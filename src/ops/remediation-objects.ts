import { canonicalBytes, type Digest, parseCanonical } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { collectBytes } from '../core/manifest.ts'
import type { ObjectLines, RemediationDiff, RemediationPlan, RemediationReceipt } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import type { Tape } from '../core/rehearsal.ts'
import {
  validateRemediationDiff,
  validateRemediationPlan,
  validateRemediationReceipt,
} from '../core/remediation-validators.gen.ts'
import { storeBytes } from './objects.ts'

const MAX_BYTES = 64 * 1024 * 1024

/** These three throw OBJECT_MISSING, CORRUPT. */
export const readPlan = (ctx: Context, digest: Digest): Promise<RemediationPlan> =>
  readValue(ctx, digest, 'plan', validateRemediationPlan)

export const readDiff = (ctx: Context, digest: Digest): Promise<RemediationDiff> =>
  readValue(ctx, digest, 'diff', validateRemediationDiff)

export const readReceipt = (ctx: Context, digest: Digest): Promise<RemediationReceipt> =>
  readValue(ctx, digest, 'receipt', validateRemediationReceipt)

async function readValue<T>(
  ctx: Context,
  digest: Digest,
  what: string,
  isOne: (value: unknown) => value is T,
): Promise<T> {
  const bytes = await collectBytes(ctx.registry.objects.get(digest, MAX_BYTES))
  const value = parseCanonical(bytes, `${what} ${digest}`, MAX_BYTES)
  if (isOne(value)) return value
  throw new AishipError('CORRUPT', `${digest} does not have the shape of a ${what}`, { next: ['aiship fsck'] })
}

/** Stores a value as an object. */
export const storeValue = (ctx: Context, value: unknown): Promise<Digest> => storeBytes(ctx, canonicalBytes(value))

/** Makes an object of a tape, which stays. */
export async function storeTape(ctx: Context, tape: Tape): Promise<ObjectLines> {
  tape.sync()
  return { ...(await storeFile(ctx, tape.path, ctx.signal)), count: tape.lines }
}

/** Stores a file of this machine as an object. Without a signal also once the command was told to end: what was done is put down then. */
export async function storeFile(ctx: Context, path: string, signal?: AbortSignal): Promise<Omit<ObjectLines, 'count'>> {
  const batch = await ctx.registry.objects.batch()
  try {
    const request = { path, size: 0, watch: null, alone: true, like: [] }
    const [stored] = await batch.files([request], signal === undefined ? {} : { signal })
    await batch.flush()
    return { digest: stored?.digest as Digest, size: stored?.size ?? 0 }
  } finally {
    await batch.close()
  }
}
