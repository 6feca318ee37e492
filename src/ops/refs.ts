import { type Digest, hexOf, parseCanonical, shortDigest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { parseLabel } from '../core/label.ts'
import type { Arm, IndexRecord, Label, PointerEntry } from '../core/model.gen.ts'
import { isLabel, nameProblem } from '../core/names.ts'
import { mainOf, pointerLog } from '../core/pointer.ts'
import type { Context } from '../core/ports.ts'
import { isHexPrefix, parseRef, type Ref } from '../core/ref.ts'
import { armOf } from '../core/route.ts'
import { validateIndexRecord } from '../core/validators.gen.ts'
import { entryAt, history, newest, refuseLost } from './logs.ts'
import { markLog, settleMarksSeen } from './marks.ts'
import { noSuchPointer, noSuchWord } from './unknown.ts'

const MAX_RECORD = 64 * 1024

/** A REF resolved: the bundle, its version here, and the pointer entry that it was read from, if any. */
export interface Resolved extends Arm {
  readonly pointer: string | null
  readonly entry: PointerEntry | null
}

export const versionLog = (app: string): `versions/${string}` => `versions/${app}`
export const labelKey = (app: string, label: string): string => `labels/${app}/${label}`
export const indexKey = (app: string, digest: Digest): string => `index/${app}/${hexOf(digest)}`
export const logOf = (ctx: Context, pointer: string): `pointers/${string}` =>
  pointerLog(ctx.app, pointer) as `pointers/${string}`

/** What a move goes to. Errors: those of resolveRef; USAGE for `@newest`, which may change between reading and typing. */
export function resolveTarget(ctx: Context, text: string): Promise<Resolved> {
  // Whether it is there still, a move looks by itself.
  if (text !== '@newest') return resolveRef(ctx, text, { mayBeGone: true })
  throw new AishipError(
    'USAGE',
    '@newest may change while you read this, so a move does not take it: name the version',
    { next: ['aiship ls'] },
  )
}

/**
 * The bundle that a REF means. `arm` picks another arm than the fallback's of a pointer's route.
 * Errors: USAGE; NOT_FOUND and POINTER_UNKNOWN with the nearest name; NOT_FOUND for what was collected, unless `mayBeGone`; REF_AMBIGUOUS with the candidates; CORRUPT.
 */
export async function resolveRef(
  ctx: Context,
  text: string,
  options: { readonly arm?: string | undefined; readonly mayBeGone?: boolean } = {},
): Promise<Resolved> {
  const resolved = await lookUp(ctx, text, options.arm)
  if (options.mayBeGone !== true) await refuseCollected(ctx, text, resolved)
  if (options.arm === undefined || resolved.pointer !== null) return resolved
  throw new AishipError('USAGE', `${text} is a bundle and has no arms: --arm goes with a pointer`, {
    next: [`aiship resolve ${text}`],
  })
}

/** What pointers and labels say stays; what a number or a digest names may be gone. Errors: NOT_FOUND for what a gc has taken out. */
async function refuseCollected(ctx: Context, text: string, arm: Arm): Promise<void> {
  if (['word', 'special'].includes(parseRef(text).kind)) return
  // Most have no marks at all.
  if ((await ctx.registry.logs.read(markLog(arm.bundle), 1)) !== null)
    await (await import('./collected.ts')).refuseCollected(ctx, arm)
}

async function lookUp(ctx: Context, text: string, arm: string | undefined): Promise<Resolved> {
  const ref = parseRef(text)
  switch (ref.kind) {
    case 'special':
      return atPlace(await resolveSpecial(ctx, ref.name))
    case 'entry':
      return fromEntry(ref.pointer, await namedEntry(ctx, ref), arm)
    case 'earlier':
      return fromEntry(ref.pointer, await settledBefore(ctx, ref), arm)
    case 'version':
      return atPlace(await byVersion(ctx, ref.version))
    case 'digest':
      return atPlace(await byDigest(ctx, ref.digest))
    case 'prefix':
      return atPlace(await byPrefix(ctx, ref.hex, text))
    case 'word':
      return byWord(ctx, ref.word, arm)
  }
}

const atPlace = (arm: Arm): Resolved => ({ ...arm, pointer: null, entry: null })

async function resolveSpecial(ctx: Context, name: 'last' | 'newest' | 'work'): Promise<Arm> {
  if (name === 'work')
    throw new AishipError('USAGE', '@work is the working tree, not a bundle', { next: ['aiship bundle'] })
  if (name === 'newest') {
    const read = await newest(ctx, versionLog(ctx.app))
    if (read === null) throw new AishipError('NOT_FOUND', `${ctx.app} has no version yet`, { next: ['aiship bundle'] })
    return { bundle: read.entry.bundle, version: `v${read.entry.seq}` }
  }
  const bytes = await ctx.memory.get('last')
  const last = bytes === null ? '' : Buffer.from(bytes).toString('utf8').trim()
  if (!/^sha256:[0-9a-f]{64}$/.test(last)) {
    throw new AishipError('NOT_FOUND', 'no bundle was made in this working folder yet, so there is no @last', {
      next: ['aiship bundle'],
    })
  }
  return byDigest(ctx, last as Digest)
}

/** The newest entry of a pointer, with the marks that it implies in place where they may be written. */
async function newestOf(ctx: Context, pointer: string): Promise<PointerEntry | null> {
  const entry = (await newest(ctx, logOf(ctx, pointer)))?.entry ?? null
  await settleMarksSeen(ctx, entry, { app: ctx.app, pointer })
  return entry
}

async function existing(ctx: Context, pointer: string): Promise<PointerEntry> {
  const entry = await newestOf(ctx, pointer)
  if (entry === null) throw await unknownPointer(ctx, pointer)
  return entry
}

/** `prod@N`. */
async function namedEntry(ctx: Context, { pointer, seq }: Extract<Ref, { kind: 'entry' }>): Promise<PointerEntry> {
  const tip = await existing(ctx, pointer)
  if (seq === tip.seq) return tip
  if (seq < tip.seq) return (await entryAt(ctx, logOf(ctx, pointer), seq)).entry
  throw new AishipError('NOT_FOUND', `${pointer} has ${tip.seq} entries, so there is no ${pointer}@${seq}`, {
    next: [`aiship log ${pointer}`],
  })
}

/** Names of the app's pointers that have an entry. */
export async function pointerNames(ctx: Context): Promise<readonly string[]> {
  const prefix = `pointers/${ctx.app}/`
  return (await ctx.registry.logs.list(prefix)).map((log) => log.slice(prefix.length))
}

/** The error for a pointer that has no entry, or none any more, with the nearest name. */
export const unknownPointer = async (ctx: Context, pointer: string): Promise<AishipError> =>
  noSuchPointer(ctx.app, pointer, await pointerNames(ctx), declaredNames(ctx))

const declaredNames = (ctx: Context): readonly string[] => Object.keys(ctx.config?.pointers ?? {})

function fromEntry(pointer: string, entry: PointerEntry, armName: string | undefined): Resolved {
  const main = mainOf(entry)
  if (main === null || entry.route === null) {
    throw new AishipError('NOT_FOUND', `${pointer} was retired by entry ${entry.seq} and says nothing`, {
      hint: 'a rollback brings back what it said before',
      next: [`aiship rollback ${pointer}`, `aiship log ${pointer}`],
    })
  }
  if (armName !== undefined && !Object.hasOwn(entry.route.arms, armName)) {
    throw new AishipError('NOT_FOUND', `${pointer} has no arm ${JSON.stringify(armName)} now`, {
      hint: `it has ${Object.keys(entry.route.arms).join(', ')}`,
      next: [`aiship resolve ${pointer}`],
    })
  }
  return { ...(armName === undefined ? main : armOf(entry.route, armName)), pointer, entry }
}

/** `prod~N`: N settled entries before the one in force. */
async function settledBefore(ctx: Context, ref: Extract<Ref, { kind: 'earlier' }>): Promise<PointerEntry> {
  const log = logOf(ctx, ref.pointer)
  let entry = await existing(ctx, ref.pointer)
  for (let step = 0; step < ref.steps; step++) {
    if (entry.settled === 1) {
      throw new AishipError(
        'NOT_FOUND',
        `${ref.pointer} has said only ${step + 1} thing${step === 0 ? '' : 's'}, so there is no ${ref.pointer}~${ref.steps}`,
        {
          next: [`aiship log ${ref.pointer}`],
        },
      )
    }
    entry = (await entryAt(ctx, log, entry.settled - 1)).entry
  }
  // The last step of a rollout: what it left is what was settled.
  return entry.rollout === null || ref.steps === 0 ? entry : (await entryAt(ctx, log, entry.settled)).entry
}

async function byVersion(ctx: Context, version: number): Promise<Arm> {
  const record = await ctx.registry.logs.read(versionLog(ctx.app), version)
  if (record === null) await refuseLost(ctx, versionLog(ctx.app))
  if (record === null)
    throw new AishipError('NOT_FOUND', `${ctx.app} has no version v${version}`, { next: ['aiship ls'] })
  const { entry } = await entryAt(ctx, versionLog(ctx.app), version)
  return { bundle: entry.bundle, version: `v${version}` }
}

async function byDigest(ctx: Context, digest: Digest): Promise<Arm> {
  const version = await versionOf(ctx, digest)
  if (version === null)
    throw new AishipError('NOT_FOUND', `${ctx.app} has no bundle ${digest}`, { next: ['aiship ls'] })
  return { bundle: digest, version }
}

/** The index's word on a digest, unchecked; null where it has none. */
export async function indexed(ctx: Context, digest: Digest): Promise<IndexRecord | null> {
  const bytes = await ctx.registry.names.read(indexKey(ctx.app, digest))
  if (bytes === null) return null
  const value = parseCanonical(bytes, `index of ${shortDigest(digest)}`, MAX_RECORD)
  return validateIndexRecord(value) ? value : null
}

/** The version that a bundle has in the app. The index is a shortcut: what it says is checked, and without it the log is read. */
export async function versionOf(ctx: Context, bundle: Digest): Promise<Arm['version'] | null> {
  const shortcut = await indexed(ctx, bundle).catch(() => null)
  if (shortcut?.kind === 'bundle') {
    const read = await entryAt(ctx, versionLog(ctx.app), Number(shortcut.version.slice(1))).catch(() => null)
    if (read?.entry.bundle === bundle) return shortcut.version
  }
  if (!(await ctx.registry.objects.has([bundle])).has(bundle)) return null
  for await (const entry of history(ctx, versionLog(ctx.app))) if (entry.bundle === bundle) return `v${entry.seq}`
  return null
}

async function byPrefix(ctx: Context, hex: string, text: string): Promise<Arm> {
  const found: Arm[] = []
  for (const key of await ctx.registry.names.list(`index/${ctx.app}/${hex}`)) {
    const digest: Digest = `sha256:${key.slice(key.lastIndexOf('/') + 1)}`
    if ((await indexed(ctx, digest))?.kind !== 'bundle') continue
    const version = await versionOf(ctx, digest)
    if (version !== null) found.push({ bundle: digest, version })
  }
  if (found.length > 1) {
    const which = found.map((arm) => `${arm.version} ${arm.bundle.slice(0, 7 + hex.length + 4)}`).join(', ')
    throw new AishipError('REF_AMBIGUOUS', `${text} is the start of ${found.length} bundles: ${which}`, {
      hint: 'give more digits, or the version',
      next: ['aiship ls'],
    })
  }
  const [only] = found
  if (only === undefined)
    throw new AishipError('NOT_FOUND', `${ctx.app} has no bundle that starts with ${text}`, { next: ['aiship ls'] })
  return only
}

/** The label's record; null where it is free. */
export async function readLabel(ctx: Context, label: string): Promise<Label | null> {
  if (!isLabel(label)) return null
  const bytes = await ctx.registry.names.read(labelKey(ctx.app, label))
  return bytes === null ? null : parseLabel(bytes, label)
}

async function byWord(ctx: Context, word: string, arm: string | undefined): Promise<Resolved> {
  const entry = nameProblem(word) === null ? await newestOf(ctx, word) : null
  if (entry !== null) return fromEntry(word, entry, arm)
  const label = await readLabel(ctx, word)
  if (label !== null) return atPlace({ bundle: label.bundle, version: label.version })
  if (isHexPrefix(word))
    return atPlace(word.length === 64 ? await byDigest(ctx, `sha256:${word}`) : await byPrefix(ctx, word, word))
  const labels = (await ctx.registry.names.list(`labels/${ctx.app}/`)).map((key) => key.slice(key.lastIndexOf('/') + 1))
  throw noSuchWord(ctx.app, word, [...(await pointerNames(ctx)), ...labels], declaredNames(ctx))
}
