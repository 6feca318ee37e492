import { canonicalBytes, type Digest, digestOf } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { CheckedKeys, RouteExportData, RouteFormat } from '../core/model.gen.ts'
import type { Context, Operation, Result } from '../core/ports.ts'
import { parseRef } from '../core/ref.ts'
import { type Exported, flagdFile, looseRules } from '../core/route-flagd.ts'
import { isAscii } from '../core/route-hash.ts'
import { envFile, isRoundedByNginx, lostRules, nginxFile } from '../core/route-nginx.ts'
import { archivesOf } from './export.ts'
import type { LiveEvent } from './live-events.ts'
import { keepRoutes } from './live-routes.ts'
import { readInput } from './route-eval.ts'
import { type Routed, routeOf } from './route-show.ts'

export interface RouteExportInput {
  readonly ref: string
  readonly format: RouteFormat
  /** Where to write; null: the text is the result. */
  readonly file: string | null
  /** Keys to look at, one a line: a file, or `-`. */
  readonly keys: string | null
  /** What nginx takes for the key. */
  readonly nginxKey: string
  /** Go on, and write the file again whenever the pointer moves. In: ms between two looks. */
  readonly watch: number | null
}

const MAX_KEYS_BYTES = 256 * 1024 * 1024
const SHOWN_KEYS = 5

/**
 * A route as a file that others decide by: flagd's flags, variables, nginx configuration, or JSON. It appears whole, in the place of the one before.
 * With `watch` it ends when it is told to. Errors: those of `routeOf`; FILE_MISSING, DISK_FULL, READ_ONLY, NOT_PERMITTED.
 */
export const routeExport: Operation<RouteExportInput, RouteExportData> = async (ctx, input) => {
  if (input.watch !== null && parseRef(input.ref).kind !== 'word')
    throw new AishipError('USAGE', `--watch follows a pointer as it moves, and ${input.ref} does not`, {
      next: ['aiship help route export'],
    })
  const live =
    input.watch === null ? null : keepRoutes(ctx, { pointers: [input.ref], everyMs: input.watch, isOpen: true })
  try {
    const events = live?.events()
    await live?.first
    return await exportRoute(ctx, input, events ?? null)
  } finally {
    live?.close()
  }
}

async function exportRoute(
  ctx: Context,
  input: RouteExportInput,
  events: AsyncIterable<LiveEvent> | null,
): Promise<Result<RouteExportData>> {
  const keys = input.keys === null ? null : await checkKeys(ctx, input.keys)
  let routed = await routeOf(ctx, input.ref)
  warnOfLosses(ctx, input, routed)
  let written = await write(ctx, input, routed)
  let writes = input.file === null ? 0 : 1
  const data = (): RouteExportData => ({
    ...{ registry: ctx.registry.url, app: ctx.app, pointer: routed.pointer, seq: routed.entry.seq },
    ...{ format: input.format, file: input.file, text: written.text, digest: written.digest, writes, keys },
  })
  if (events !== null) {
    tell(ctx, data(), 'written')
    for await (const next of changes(ctx, events, routed)) {
      routed = next
      const again = await write(ctx, input, routed, written.digest)
      if (again.digest !== written.digest) writes++
      tell(
        ctx,
        { ...data(), text: again.text, digest: again.digest },
        again.digest === written.digest ? 'same' : 'written',
      )
      written = again
      warnOfLosses(ctx, input, routed)
    }
  }
  return { changed: writes > 0, data: data() }
}

/** Each route that the pointer has after the one before, until the command is told to end. What can't be read for a while is waited for. */
async function* changes(ctx: Context, events: AsyncIterable<LiveEvent>, first: Routed): AsyncGenerator<Routed> {
  const { pointer } = first
  const note = (message: string): void => ctx.emit({ type: 'note', message })
  for await (const event of events) {
    if (event.type === 'warning') ctx.emit(event)
    if (event.type === 'away') note(`the file stays as it is: ${event.error.message}`)
    if (event.type === 'back') note('the registry answers again')
    if (event.type !== 'moved' || event.route.entry.seq <= first.entry.seq) continue
    const { entry, serving } = event.route
    if (serving === null) note(`the file stays as it is: ${pointer} was retired by entry ${entry.seq}`)
    else yield { pointer, entry, route: serving.route }
  }
}

function tell(ctx: Context, { pointer, seq, file, digest, format }: RouteExportData, what: 'written' | 'same'): void {
  const message = what === 'written' ? `${file}: ${pointer}, entry ${seq}` : `${pointer}, entry ${seq}: the same file`
  ctx.emit({ type: 'line', data: { event: what, pointer, seq, format, file, digest }, message })
}

/** Out: the text. Nothing is written where `has` is its digest: who watches the file is not woken for nothing. */
async function write(
  ctx: Context,
  { format, file, nginxKey }: RouteExportInput,
  { pointer, entry, route }: Routed,
  has: Digest | null = null,
): Promise<{ readonly text: string; readonly digest: Digest }> {
  const text = render(format, { app: ctx.app, pointer, seq: entry.seq, route }, nginxKey)
  const digest = digestOf(text)
  if (file === null || digest === has) return { text, digest }
  const sink = (await archivesOf(ctx)).write(file)
  try {
    await sink.write(Buffer.from(text))
    sink.end()
  } finally {
    sink.drop()
  }
  return { text, digest }
}

function render(format: RouteFormat, exported: Exported, nginxKey: string): string {
  if (format === 'env') return envFile(exported)
  if (format === 'nginx') return nginxFile(exported, nginxKey)
  const value = format === 'flagd' ? flagdFile(exported) : exported
  // Keys in one order, whatever order the route had: the same route, the same file.
  return `${JSON.stringify(JSON.parse(Buffer.from(canonicalBytes(value)).toString('utf8')), null, 2)}\n`
}

/** What is in the route and not in the file. */
function warnOfLosses(ctx: Context, { format }: RouteExportInput, { pointer, route }: Routed): void {
  const warn = (code: string, message: string): void => ctx.emit({ type: 'warning', code, message })
  const lost = format === 'nginx' || format === 'env' ? lostRules(route) : 0
  if (lost > 0)
    warn(
      'RULES_LOST',
      `${format} knows weights only, and leaves out what ${pointer} says of some requests (rules with conditions: ${lost})`,
    )
  const loose = format === 'flagd' ? looseRules(route) : []
  if (loose.length > 0)
    warn(
      'RULES_DIFFER',
      `rule ${loose.join(', ')} of ${pointer} compares a number, true, false or null with ==, which flagd evaluators take differently where the value is missing: write ===`,
    )
  if (format === 'nginx' && isRoundedByNginx(route))
    warn('WEIGHTS_ROUNDED', 'nginx draws to 0.01 %: weights finer than that are rounded')
  if (format !== 'json' && (route.mirror ?? []).some(({ per100k }) => per100k > 0))
    warn('MIRROR_LOST', `${format} cannot mirror: what ${pointer} mirrors is left out`)
}

/** Keys that flagd's evaluators draw unalike. Errors: FILE_MISSING, NOT_PERMITTED, USAGE. */
async function checkKeys(ctx: Context, file: string): Promise<CheckedKeys> {
  const text = Buffer.from(await readInput(ctx, file, MAX_KEYS_BYTES)).toString('utf8')
  const keys = text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line !== '')
  const odd = keys.filter((key) => !isAscii(key))
  const checked = { checked: keys.length, differ: odd.length, examples: odd.slice(0, SHOWN_KEYS) }
  if (odd.length > 0) {
    const message = `${odd.length} of ${keys.length} keys are not ASCII (${checked.examples.join(', ')}): flagd in JavaScript draws them otherwise than flagd elsewhere, so such a user may get two arms; draw by an ASCII key`
    ctx.emit({ type: 'warning', code: 'KEYS_DIFFER', message })
  }
  return checked
}
