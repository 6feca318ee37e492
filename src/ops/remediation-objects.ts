import { type Digest, parseCanonical } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { collectBytes } from '../core/manifest.ts'
import type { RemediationDiff, RemediationReceipt } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { validateRemediationDiff, validateRemediationReceipt } from '../core/remediation-validators.gen.ts'

const MAX_BYTES = 64 * 1024 * 1024

/** Errors: OBJECT_MISSING, CORRUPT. */
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
  const value = parseCanonical(
    await collectBytes(ctx.registry.objects.get(digest, MAX_BYTES)),
    `${what} ${digest}`,
    MAX_BYTES,
  )
  if (isOne(value)) return value
  throw new AishipError('CORRUPT', `${digest} does not have the shape of a ${what}`, { next: ['aiship fsck'] })
}
