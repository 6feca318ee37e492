import { canonicalBytes, type Digest, digestOf, hexOf } from './digest.ts'
import type { RemediationEntry, RemediationWork } from './model.gen.ts'

export const remediationLog = (app: string, plan: Digest): `remediations/${string}` =>
  `remediations/${app}/${hexOf(plan)}`

/** What a hook knows an item by: the same whoever plans it, and whenever. */
export const workKey = (
  { entity, request_id, target }: Pick<RemediationWork, 'entity' | 'request_id' | 'target'>,
  epoch: number,
): string => hexOf(digestOf(canonicalBytes(['aiship-remediate/1', entity, request_id, target, epoch])))

/** The body of a step that says nothing yet. */
export const EMPTY_STEP = {
  ...{ objects: [], replay: null, control: null, diff: null, word: null, approval: null, generation: null },
  ...{ host: null, stage: null, receipt: null, reason: null },
} as const satisfies Partial<RemediationEntry>
