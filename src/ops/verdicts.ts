import type { Digest } from '../core/digest.ts'
import { marksInForce } from '../core/marks.ts'
import type { Arm, BadMark, Manifest } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { marksOf } from './marks.ts'

/** The bad marks in force on a digest, for whatever pointer. `component` is its name in the bundle, null for the bundle itself. */
export async function badMarks(
  ctx: Context,
  digest: Digest,
  version: string,
  component: string | null,
): Promise<readonly BadMark[]> {
  const inForce = marksInForce(await marksOf(ctx, digest)).filter((mark) => mark.verdict === 'bad')
  return inForce.map(({ actor, at, reason, scope }) => ({ digest, version, component, scope, by: actor, at, reason }))
}

/** Those of a bundle and of everything in it. */
export async function badMarksIn(
  ctx: Context,
  arm: Arm,
  manifest: Pick<Manifest, 'components'>,
): Promise<readonly BadMark[]> {
  const own = await badMarks(ctx, arm.bundle, arm.version, null)
  const parts = await Promise.all(manifest.components.map((part) => badMarks(ctx, part.digest, arm.version, part.name)))
  return [...own, ...parts.flat()]
}

/** "v2 contains features, which was marked bad for prod by ana at …: recall fell" */
export function describeMark({ version, component, scope, by, at, reason }: BadMark): string {
  const what = component === null ? version : `${version} contains ${component}, which`
  const where = scope === null ? '' : ` for ${scope.pointer}`
  return `${what} was marked bad${where} by ${by.name} at ${at}${reason === null ? '' : `: ${reason}`}`
}
