import { AishipError } from '../core/errors.ts'
import { collectBytes } from '../core/manifest.ts'
import type { Arm } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import type { Stretch } from '../core/watch-evidence.ts'
import { validateReferenceProfile } from '../core/watch-validator.gen.ts'
import { manifestOf } from './plan.ts'

/** The component that has it. */
const NAME = 'profile'
const MAX_PROFILE = 1024 * 1024

/** How a bundle answered when it was made, as it says itself; null where it does not, and with a warning where that can't be read. */
export async function profileOf(ctx: Context, arm: Arm): Promise<Stretch['profile']> {
  try {
    const component = (await manifestOf(ctx, arm)).components.find(({ name }) => name === NAME)
    if (component === undefined) return null
    const bytes = await collectBytes(ctx.registry.objects.get(component.digest, MAX_PROFILE))
    const profile: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    if (validateReferenceProfile(profile)) return { digest: component.digest, profile }
    warn(ctx, arm, 'it does not have the shape of one')
  } catch (error) {
    if (!(error instanceof AishipError) && !(error instanceof SyntaxError)) throw error
    warn(ctx, arm, error.message)
  }
  return null
}

function warn(ctx: Context, { version }: Arm, why: string): void {
  ctx.emit({ type: 'warning', code: 'PROFILE_UNREADABLE', message: `the profile of ${version} can't be read: ${why}` })
}
