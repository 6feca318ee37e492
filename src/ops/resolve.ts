import type { ResolveData } from '../core/model.gen.ts'
import type { Operation } from '../core/ports.ts'
import { resolveRef } from './refs.ts'

/** The bundle that a REF means now. Errors: those of resolveRef. */
export const resolve: Operation<{ readonly ref: string; readonly arm?: string | undefined }, ResolveData> = async (
  ctx,
  input,
) => {
  const { bundle, version, pointer, entry } = await resolveRef(ctx, input.ref, { arm: input.arm })
  return { changed: false, data: { app: ctx.app, bundle, version, pointer, seq: entry?.seq ?? null } }
}
