import { AishipError } from '../core/errors.ts'
import type { TransferData } from '../core/model.gen.ts'
import type { Context, Operation, Registry } from '../core/ports.ts'
import { shellWord } from '../core/shell.ts'
import { about, contextAt } from './elsewhere.ts'
import { transfer } from './transfer.ts'

export interface PushInput {
  /** The app's predictions too. */
  readonly predictions?: boolean | undefined
  readonly ref: string
  /** A folder or URL. */
  readonly to: string
  /** Make the registry if there is none. */
  readonly create: boolean
}

/**
 * Brings a bundle to another registry, and gives it a version there. Marks for the whole registry go with it; pointers, holds and labels do not.
 * Errors: those of `transfer`; REGISTRY_MISSING where there is none and `create` is false.
 */
export const push: Operation<PushInput, TransferData> = async (ctx, input) => {
  const target = contextAt(ctx, await openTarget(ctx, input), ctx.app)
  return about(target, () => transfer(ctx, target, input.ref, { what: 'pushing', predictions: input.predictions }))
}

async function openTarget(ctx: Context, { ref, to, create }: PushInput): Promise<Registry> {
  try {
    return await ctx.open(to, { create })
  } catch (error) {
    if (create || !(error instanceof AishipError) || error.code !== 'REGISTRY_MISSING') throw error
    const { code, message, details } = error
    throw new AishipError(code, message, {
      hint: 'a mistyped place looks like a new one, so push makes a registry only if told to',
      next: [`aiship push ${shellWord(ref)} ${shellWord(to)} --create`],
      details,
    })
  }
}
