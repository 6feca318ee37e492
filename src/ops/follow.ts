import { AishipError } from '../core/errors.ts'
import { bundleOf } from '../core/follow.ts'
import type { Followed } from '../core/followed.ts'
import type { FollowData, FollowPin } from '../core/model.gen.ts'
import { checkName } from '../core/names.ts'
import type { Context, Operation, Result } from '../core/ports.ts'
import { armNameProblem } from '../core/route-check.ts'
import { describe } from './follow-act.ts'
import { followData } from './follow-data.ts'
import { keepFollowing } from './follow-loop.ts'

export interface FollowInput {
  readonly pointer: string
  /** Absolute, or relative to where it was typed. */
  readonly dir: string
  /** Follow this arm of the route; the main bundle while there is no such arm. */
  readonly arm: string | null
  /** So many bundles that were served before stay beside the one that is. */
  readonly keep: number
  /** Bring the folder to what the pointer says now, and end. */
  readonly once: boolean
  /** How often to look, ms; null: what suits the registry. */
  readonly everyMs: number | null
  /** What must end with 0, in the new checkout, before it is served for the first time. */
  readonly health: readonly string[] | null
  readonly healthMs: number
  /** How the process is told of a new release: a program, or a signal. */
  readonly exec: readonly string[] | null
  readonly signal: { readonly name: string; readonly pidFile: string } | null
  /** Names of more variables that these programs get. */
  readonly pass: readonly string[]
  /** Hard links to the registry, where objects lie in files of their own. */
  readonly link: boolean
  /** Serve this bundle whatever the pointer says: a version or digest that is there already. */
  readonly pin: string | null
  readonly unpin: boolean
  readonly reason: string | null
}

/**
 * Keeps a folder equal to what a pointer says: fetches the next release beside the live one, verifies it, asks for its health, makes `current` link to
 * it, tells the process, and reports what it serves. Whatever fails leaves the live one in place. Runs until it is told to end, but with `once`.
 * Errors: FOLLOWED_ALREADY, OVERTAKEN, TARGET_NOT_EMPTY, POINTER_UNKNOWN; with `once` also HEALTH_FAILED, TELL_FAILED and those of `checkout`, and
 * REGISTRY_UNREACHABLE where the registry is away and nothing is served. With `pin`: NOT_FOUND, CORRUPT.
 */
export const follow: Operation<FollowInput, FollowData> = async (ctx, input) => {
  checkName(input.pointer, 'a pointer')
  const problem = input.arm === null ? null : armNameProblem(input.arm)
  if (problem !== null) throw new AishipError('USAGE', problem)
  if (ctx.following === undefined) throw new AishipError('INTERNAL', 'this context has no folders to follow into')
  const folder = await ctx.following(input.dir)
  if (input.pin !== null || input.unpin) return pin(ctx, input, folder)
  const { state } = folder.look()
  const owner = await folder.owner(ctx.signal)
  if (owner !== null) throw followedAlready(folder.dir, owner)
  if (state !== null && state.pointer !== input.pointer) warnOfOther(ctx, input, folder.dir, state.pointer)
  return folder.keep((hands) => keepFollowing(ctx, input, folder, hands))
}

const followedAlready = (dir: string, owner: string): AishipError =>
  new AishipError('FOLLOWED_ALREADY', `${owner} follows into ${dir}; nothing was changed`, {
    hint: 'stop that one first, or give this one a folder of its own',
    details: { dir, owner },
  })

const warnOfOther = (ctx: Context, { pointer }: FollowInput, dir: string, before: string): void =>
  ctx.emit({
    type: 'warning',
    code: 'POINTER_CHANGED',
    message: `${dir} followed ${before} until now, and follows ${pointer} from here on: aiship follow ${before} ${dir} goes back`,
  })

/** How long a follower that runs gets to do what the pin says. */
const PATIENCE_MS = 10_000
const LOOK_MS = 100

/** Works without the registry, whoever else follows there. */
async function pin(ctx: Context, input: FollowInput, folder: Followed): Promise<Result<FollowData>> {
  const { state, pin: before } = folder.look()
  if (state === null)
    throw new AishipError('NOT_FOUND', `nobody has followed a pointer into ${folder.dir}, so nothing is warm there`, {
      next: [`aiship follow ${input.pointer} ${folder.dir} --once`],
    })
  /** What the folder says by itself. */
  const offline = (): FollowData => {
    const { state: newest, current } = folder.look()
    return followData(ctx, input, folder, { state: newest ?? state, isTold: newest?.told === current, asker: null })
  }
  const wanted = input.pin === null ? null : await warmRelease(ctx, folder, input.pin, input.reason)
  if (wanted !== null && before?.bundle !== wanted.bundle) folder.setPin(wanted)
  if (wanted === null && before !== null) folder.setPin(null)
  const changed = wanted?.bundle !== before?.bundle
  const owner = await folder.owner(ctx.signal)
  if (owner === null) {
    if (wanted === null) return { changed, data: offline() }
    const done = await folder.keep((hands) => keepFollowing(ctx, { ...input, once: true }, folder, hands))
    return { ...done, changed: changed || done.changed }
  }
  const until = ctx.now().getTime() + PATIENCE_MS
  while (wanted !== null && served(folder) !== wanted.bundle) {
    if (ctx.now().getTime() > until || ctx.signal.aborted)
      throw new AishipError('TELL_FAILED', `${owner} was told to serve ${describe(wanted)}, and does not yet`, {
        hint: 'the pin stays: see what it prints',
        details: { changed: true, dir: folder.dir, owner },
      })
    await ctx.pause?.(LOOK_MS)
  }
  return { changed, data: offline() }
}

const served = (folder: Followed): string | null => {
  const { current } = folder.look()
  return current === null ? null : bundleOf(current)
}

/** What is there and whole. Errors: NOT_FOUND with what is there; CORRUPT. */
async function warmRelease(ctx: Context, folder: Followed, ref: string, reason: string | null): Promise<FollowPin> {
  const { releases, state } = folder.look()
  const known = releases.map((name) => {
    const bundle = bundleOf(name) as FollowPin['bundle']
    return { name, bundle, version: state?.served.find((one) => one.bundle === bundle)?.version ?? null }
  })
  const hex = /^(?:sha256:)?([0-9a-f]{7,64})$/.exec(ref)?.[1]
  const isMeant = (one: (typeof known)[number]): boolean =>
    hex === undefined ? one.version === ref : one.bundle.startsWith(`sha256:${hex}`)
  const found = known.filter(isMeant)
  const [first] = found
  const names = [...new Set(known.map(describe))].join(', ')
  if (first === undefined || found.some(({ bundle }) => bundle !== first.bundle))
    throw new AishipError(
      first === undefined ? 'NOT_FOUND' : 'REF_AMBIGUOUS',
      `${ref} names ${first === undefined ? 'no bundle' : 'several bundles'} in ${folder.dir}`,
      { hint: names === '' ? 'nothing is warm there' : `warm there: ${names}`, details: { dir: folder.dir } },
    )
  let problem = ''
  for (const { name } of found) {
    const why = await folder.problemOf(name, ctx.signal)
    if (why === null) {
      const { bundle, version } = first
      return { format: 1, bundle, version, by: ctx.actor, at: ctx.now().toISOString(), reason }
    }
    problem = why
  }
  throw new AishipError('CORRUPT', `${describe(first)} in ${folder.dir} is not whole: ${problem}`, {
    hint: names === describe(first) ? undefined : `warm there: ${names}`,
  })
}
