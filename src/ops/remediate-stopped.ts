import { answerText } from '../core/answers.ts'
import { shortDigest } from '../core/digest.ts'
import { AishipError, type ErrorCode } from '../core/errors.ts'
import type { ApplyOptions, RepairAnswer } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { shellLine, shellWord } from '../core/shell.ts'
import { answersOf } from './remediate-answers.ts'
import type { Hold } from './remediate-close.ts'
import type { Stop } from './remediate-run.ts'
import { type Repair, typed } from './remediation-log.ts'

/** What a hook is asked about where a run ends with one of these. */
const BY_HOOK: readonly ErrorCode[] = ['BREAKER_OPEN', 'ITEMS_OPEN', 'HOOK_FAILED']
const MOST_TOLD = 2

/** What was said to a run. */
interface Told {
  readonly answers: readonly RepairAnswer[]
  /** What the hook printed last on standard error. */
  readonly words: string
}

/**
 * A run that has sent something and ended before its work did, with what its hook answered and printed last. In: the options of a dry run, of which nothing
 * is kept; else null.
 */
export async function stoppedWith(
  ctx: Context,
  hold: Hold,
  stop: Stop,
  words: string,
  dry: ApplyOptions | null,
): Promise<AishipError> {
  if (!BY_HOOK.includes(stop.code)) return stopped(hold.repair, hold, stop, dry === null, dry)
  const told = { answers: await answersOf(ctx, hold).catch(() => []), words }
  return stopped(hold.repair, hold, stop, dry === null, dry, told)
}

/** A run that ended before its work did. */
export function stopped(
  repair: Repair,
  hold: Hold | null,
  { code, why, first }: Stop,
  changed: boolean,
  dry: ApplyOptions | null = null,
  told: Told | null = null,
): AishipError {
  const counts = hold?.state.counts()
  const total = hold?.diff.work.count ?? 0
  const left =
    counts === undefined
      ? ''
      : `; ${total - counts.not_sent - counts.in_doubt - counts.failed} of ${total} items are done`
  const isOver = code === 'OUT_OF_ORDER' || code === 'OVERTAKEN'
  const next = dry ? tryAgain(repair, dry) : typed(isOver || hold === null ? 'status' : 'resume', repair)
  return new AishipError(code, `plan ${shortDigest(repair.digest)}: ${why}${left}`, {
    hint: told === null ? undefined : hintOf(told),
    next: first === undefined ? [next] : [next, first],
    details: {
      changed,
      ...(counts === undefined ? {} : { counts }),
      ...(told === null ? {} : { answers: told.answers, hook_stderr: told.words }),
    },
  })
}

const tryAgain = (repair: Repair, { hook, env }: ApplyOptions): string =>
  [
    `${typed('apply', repair)} --hook ${shellWord(shellLine(hook))}`,
    ...env.map((name) => `--env ${shellWord(name)}`),
    '--dry-run',
  ].join(' ')

function hintOf({ answers, words }: Told): string | undefined {
  const parts = answers.slice(0, MOST_TOLD).map((answer) => answerText(answer))
  if (words !== '') parts.push(`the hook printed: ${words}`)
  return parts.length === 0 ? undefined : parts.join('; ')
}

/** Something broke on the way: what was sent stays sent, and can be gone on with. */
export function partly(ctx: Context, error: unknown, repair: Repair): unknown {
  if (ctx.signal.aborted)
    return stopped(repair, null, { code: 'INTERRUPTED', why: `stopped by ${String(ctx.signal.reason)}` }, true)
  if (!(error instanceof AishipError)) return error
  const { code, message, hint, details, cause } = error
  return new AishipError(code, message, {
    hint,
    next: [typed('resume', repair)],
    details: { ...details, changed: true },
    cause,
  })
}
