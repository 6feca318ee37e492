import type { Digest } from '../core/digest.ts'
import type { Operation } from '../core/ports.ts'
import { resolveRef } from './refs.ts'

export interface ResolveData {
  readonly app: string
  readonly bundle: Digest
  readonly version: string
  readonly pointer: string | null
  readonly seq: number | null
}

/** The bundle that a REF means now. Errors: those of resolveRef. */
export const resolve: Operation<{ readonly ref: string; readonly arm?: string | undefined }, ResolveData> = async (
  ctx,
  input,
) => {
  const { bundle, version, pointer, entry } = await resolveRef(ctx, input.ref, { arm: input.arm })
  return { changed: false, data: { app: ctx.app, bundle, version, pointer, seq: entry?.seq ?? null } }
}
