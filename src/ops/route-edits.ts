import { AishipError } from '../core/errors.ts'
import type { Route } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { invalid } from '../core/route-check.ts'
import { DEFAULT_BY } from '../core/route-decide.ts'
import { type Draft, type Edits, edited } from '../core/route-draft.ts'
import { parseTo, parseWeight, readDraft } from '../core/route-read.ts'
import { conditionOf, type Segments } from '../core/route-segments.ts'
import { readInput } from './route-eval.ts'

/** Changes of the route that is there, as they are typed. */
export interface TypedEdits
  extends Omit<Segments, 'when'>,
    Pick<Edits, 'isFirst' | 'remove' | 'by' | 'salt' | 'missing' | 'fallback'> {
  /** JsonLogic. */
  readonly when: string | null
  /** `candidate=v43:5%,stable`. */
  readonly to: string | null
  /** `candidate=v43`. */
  readonly arms: readonly string[]
  /** `candidate=v43:10%`. */
  readonly mirror: readonly string[]
  readonly effects: string | null
  readonly noMirror: boolean
}

const MAX_FILE = 1024 * 1024

/** The route of a file, made ready to be looked up. Errors: FILE_MISSING, ROUTE_INVALID. */
export async function draftOfFile(ctx: Context, file: string): Promise<Draft> {
  const bytes = await readInput(ctx, file, MAX_FILE)
  return readDraft(await parsed(ctx, bytes, file === '-' ? 'standard input' : file))
}

/** What the edits make of a route. Errors: ROUTE_INVALID. */
export async function draftOfEdits(ctx: Context, typed: TypedEdits): Promise<(before: Route | null) => Draft> {
  const { to: text, isFirst, remove, by, salt, missing, fallback } = typed
  const to = text === null ? null : parseTo(text)
  const when = typed.when === null ? null : await conditionFrom(ctx, typed.when)
  const { mirror, arms: mirrored } = mirrorOf(typed)
  const arms = { ...Object.fromEntries(typed.arms.map(armOf)), ...mirrored, ...to?.arms }
  return (before) => {
    const condition = conditionOf({ ...typed, when }, by ?? before?.bucket?.by ?? DEFAULT_BY)
    if (condition !== null && to === null) throw invalid('a condition needs --to: the arm, or arms with their shares')
    const rule = to === null ? null : condition === null ? { to: to.weights } : { when: condition, to: to.weights }
    return edited(before, { arms, rule, mirror, isFirst, remove, by, salt, missing, fallback })
  }
}

async function conditionFrom(ctx: Context, text: string): Promise<Readonly<Record<string, unknown>>> {
  const value = await parsed(ctx, Buffer.from(text), '--when')
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw invalid('--when is no condition', 'it looks like \'{"==": [{"var": "plan"}, "pro"]}\'')
}

/** JSON is YAML, and its reader refuses keys that are there twice. */
async function parsed(ctx: Context, bytes: Uint8Array, name: string): Promise<unknown> {
  if (ctx.yaml === undefined) throw new AishipError('INTERNAL', 'this context reads no YAML')
  try {
    return await ctx.yaml(bytes, name)
  } catch (error) {
    throw error instanceof AishipError ? invalid(error.message, error.hint) : error
  }
}

function armOf(text: string): readonly [string, string] {
  const at = text.indexOf('=')
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)]
  throw invalid(`${JSON.stringify(text)} is no arm with its bundle`, 'it looks like --arm candidate=v43')
}

function mirrorOf({ mirror, effects, noMirror }: TypedEdits): {
  mirror: Edits['mirror']
  arms: Readonly<Record<string, string>>
} {
  if (mirror.length === 0) return { mirror: noMirror ? [] : null, arms: {} }
  const arms: Record<string, string> = {}
  const list = mirror.map((text) => {
    // Of a mirror nothing is left for others, so that a share that is left out is all of it.
    const [, name = '', ref, share] = /^([^=:]*)(?:=(.+?))?(?::([^:]*%))?$/.exec(text) ?? []
    if (ref !== undefined) arms[name] = ref
    return { to: name, per100k: parseWeight(share ?? '100%', `the mirror ${text}`), effects: effects ?? 'stub' }
  })
  return { mirror: list, arms }
}
