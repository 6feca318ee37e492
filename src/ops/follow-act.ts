import { canonicalBytes } from '../core/digest.ts'
import { AishipError, hasCode } from '../core/errors.ts'
import { bundleOf, freshName, servedNow, type Wanted } from '../core/follow.ts'
import type { Followed, Hands } from '../core/followed.ts'
import type { FollowState, Release } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { shellLine } from '../core/shell.ts'
import { writeBundle } from './checkout.ts'
import type { FollowInput } from './follow.ts'

/** What bringing a release into service needs. */
export interface Bringing {
  readonly app: string
  readonly input: FollowInput
  readonly folder: Followed
  readonly hands: Hands
  readonly state: FollowState
  /** The release that is served now, whole or not. */
  readonly current: string | null
  readonly now: () => Date
  /** The registry. Errors: REGISTRY_UNREACHABLE and the like, while it is away. */
  connected(): Promise<Context>
  /** Says what goes on. */
  tell(event: string, data: Readonly<Record<string, unknown>>, message: string): void
}

export interface Brought {
  readonly name: string
  readonly state: FollowState
  /** False: it was there already. */
  readonly isNew: boolean
}

/**
 * Makes a bundle the one that is served: found among the releases and looked at, or checked out beside them; asked for its health if it was never
 * served here; then `current` links to it. What was served here before is not asked again, because a rollback must not wait. Errors: HEALTH_FAILED;
 * NOT_FOUND for a pin that is not there; those of `checkout`; the reason of `signal`.
 */
export async function bring(what: Bringing, wanted: Wanted, signal: AbortSignal): Promise<Brought> {
  const { folder, hands, input, app } = what
  const found = await findWhole(what, wanted, signal)
  const name = found ?? (await checkOut(what, wanted, signal))
  const isServed = what.state.served.some(({ bundle }) => bundle === wanted.bundle)
  if (input.health !== null && !isServed) {
    const set = variables(wanted, input, folder.pathOf(name))
    const program = { argv: input.health, cwd: folder.pathOf(name), set, pass: input.pass, timeoutMs: input.healthMs }
    const problem = await folder.run(program, signal)
    if (problem !== null)
      throw new AishipError(
        'HEALTH_FAILED',
        `${describe(wanted)} is not served: ${shellLine(input.health)} ${problem}`,
        {
          details: { bundle: wanted.bundle, release: folder.pathOf(name) },
        },
      )
  }
  signal.throwIfAborted()
  const { bundle, version, seq, arm } = wanted
  const one = { bundle, version, seq, at: what.now().toISOString() }
  const state = { ...what.state, served: servedNow(what.state.served, one) }
  // Before the link: who is killed in between has served nothing that had not passed.
  hands.save(state)
  const release: Release = { app, bundle, version, pointer: input.pointer, seq, arm }
  hands.flip(name, canonicalBytes(release))
  return { name, state, isNew: found === null }
}

/** A release of the bundle that is as it was checked out. Others of it go, but the one that is served. */
async function findWhole(
  { folder, hands, current, tell }: Bringing,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<string | null> {
  for (const name of folder.look().releases.filter((one) => bundleOf(one) === wanted.bundle)) {
    const problem = await folder.problemOf(name, signal)
    signal.throwIfAborted()
    if (problem === null) return name
    tell(
      'damaged',
      { bundle: wanted.bundle, path: folder.pathOf(name), message: problem },
      `${folder.pathOf(name)}: ${problem}`,
    )
    if (name !== current) await hands.drop(name)
  }
  return null
}

async function checkOut(what: Bringing, wanted: Wanted, signal: AbortSignal): Promise<string> {
  const { folder, input, tell } = what
  const { bundle, version, seq, arm } = wanted
  if (seq === null || version === null)
    throw new AishipError('NOT_FOUND', `${describe(wanted)} is pinned, and is not in ${folder.dir} any more`, {
      hint: `take the pin away:  aiship follow ${input.pointer} ${folder.dir} --unpin`,
    })
  const ctx = await what.connected()
  tell('bringing', { bundle, version, seq }, `${input.pointer}: bringing ${describe(wanted)}`)
  const name = freshName(bundle, folder.look().releases)
  const place = { pointer: input.pointer, seq, arm }
  const stoppable: Context = Object.create(ctx, { signal: { value: signal } })
  await writeBundle(stoppable, { bundle, version }, place, { dir: folder.pathOf(name), only: null, link: input.link })
  return name
}

/** Tells the process that another release is served. Out: false where there is no process yet. Errors: TELL_FAILED, NOT_PERMITTED. */
export async function tellProcess(
  { folder, input, current }: Bringing,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<boolean> {
  if (input.exec !== null && current !== null) {
    const cwd = folder.pathOf(current)
    const set = variables(wanted, input, cwd)
    const problem = await folder.run(
      { argv: input.exec, cwd, set, pass: input.pass, timeoutMs: input.healthMs },
      signal,
    )
    if (problem !== null)
      throw new AishipError(
        'TELL_FAILED',
        `${describe(wanted)} is in place, and the process was not told: ${shellLine(input.exec)} ${problem}`,
      )
  }
  return input.signal === null || folder.send(input.signal.name, input.signal.pidFile) === 'sent'
}

const variables = (wanted: Wanted, input: FollowInput, checkout: string): Readonly<Record<string, string>> => ({
  AISHIP_BUNDLE: wanted.bundle,
  AISHIP_VERSION: wanted.version ?? '',
  AISHIP_POINTER: input.pointer,
  AISHIP_SEQ: String(wanted.seq ?? ''),
  AISHIP_ARM: wanted.arm ?? '',
  AISHIP_CHECKOUT: checkout,
})

/** "v2 (443fb9674c62)". */
export const describe = ({ bundle, version }: Pick<Wanted, 'bundle' | 'version'>): string =>
  version === null ? bundle.slice(7, 19) : `${version} (${bundle.slice(7, 19)})`

/** Whatever went wrong, as an error of ours: a follower goes on. */
export function asError(thrown: unknown): AishipError {
  if (thrown instanceof AishipError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  if (hasCode(thrown, 'ENOSPC', 'EDQUOT')) return new AishipError('DISK_FULL', `the disk is full: ${message}`)
  if (hasCode(thrown, 'EROFS')) return new AishipError('READ_ONLY', `read-only: ${message}`)
  if (hasCode(thrown, 'EACCES', 'EPERM')) return new AishipError('NOT_PERMITTED', `not permitted: ${message}`)
  return new AishipError('INTERNAL', `a bug in aiship: ${message}`, { cause: thrown })
}
