import { AishipError } from '../core/errors.ts'
import type { TransferData } from '../core/model.gen.ts'
import type { Context, Operation, Registry } from '../core/ports.ts'
import { shellWord } from '../core/shell.ts'
import { contextAt } from './elsewhere.ts'
import { transfer } from './transfer.ts'

export interface PullInput {
  /** The app's predictions too. */
  readonly predictions?: boolean | undefined
  /** A folder or URL. */
  readonly from: string
  /** As the registry that it comes from understands it. */
  readonly ref: string
  /** Only the manifest and its trees: `checkout` fetches the files that it needs. */
  readonly lazy?: boolean | undefined
}

/**
 * Brings a bundle from another registry, and gives it a version here. Marks for the whole registry come with it; pointers, holds and labels do not.
 * Errors: those of `transfer`; REGISTRY_MISSING where there is none at `from`; USAGE where that has several apps and none is named.
 */
export const pull: Operation<PullInput, TransferData> = async (ctx, { from, ref, lazy, predictions }) => {
  const source = await openSource(ctx, from)
  const app = await appIn(ctx, source, from)
  return transfer(contextAt(ctx, source, app), contextAt(ctx, ctx.registry, app), ref, {
    what: 'pulling',
    lazy,
    predictions,
  })
}

async function openSource(ctx: Context, from: string): Promise<Registry> {
  try {
    return await ctx.open(from)
  } catch (error) {
    if (!(error instanceof AishipError) || error.code !== 'REGISTRY_MISSING') throw error
    const { code, message, details } = error
    throw new AishipError(code, message, {
      hint: 'FROM is the folder or the URL of a registry',
      next: ['aiship help pull'],
      details,
    })
  }
}

async function appIn(ctx: Context, source: Registry, from: string): Promise<string> {
  try {
    return await ctx.appIn(source)
  } catch (error) {
    if (!(error instanceof AishipError) || !Array.isArray(error.details.apps)) throw error
    const { code, message, hint, details } = error
    const name = details.nearest ?? error.details.apps[0] ?? 'NAME'
    throw new AishipError(code, `${message} (in ${source.url})`, {
      hint,
      next: [`aiship pull ${shellWord(from)} --app ${name}`],
      details,
    })
  }
}
