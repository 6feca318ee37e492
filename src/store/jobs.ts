import { checkCopies, checkRanges } from './check-data.ts'
import { copyObject } from './checkout-copy.ts'
import { fillFiles } from './checkout-fill.ts'
import { lookFiles } from './checkout-look.ts'
import { storeSmall } from './ingest-small.ts'
import { copySource, hashCopy, inspectCopy, storeWhole } from './ingest-whole.ts'
import { mergePacks, rewritePack } from './pack-merge.ts'
import { shrink } from './shrink.ts'
import type { Signals } from './signals.ts'
import { cutChunks } from './signature.ts'

/** What threads can do, by name. Each is a synchronous function of plain data, and watches `signals.isStopped` where it takes long. */
export const JOBS = {
  fillFiles,
  copyObject,
  lookFiles,
  storeSmall,
  storeWhole,
  copySource,
  hashCopy,
  inspectCopy,
  checkCopies,
  checkRanges,
  mergePacks,
  rewritePack,
  shrink,
  cutChunks,
} satisfies Readonly<
  // biome-ignore lint/suspicious/noExplicitAny: each has an input of its own
  Record<string, (input: any, signals: Signals) => unknown>
>

export type JobName = keyof typeof JOBS
export interface Job<N extends JobName> {
  readonly input: Parameters<(typeof JOBS)[N]>[0]
  readonly output: ReturnType<(typeof JOBS)[N]>
}
