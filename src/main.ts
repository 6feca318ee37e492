import { carryAll, carryFrom } from './cli/carry.ts'
import { cleanAll, jsonLine } from './cli/clean.ts'
import { makeContext } from './cli/context.ts'
import { type Flags, wantsJson } from './cli/flags.ts'
import type { Host } from './cli/host.ts'
import { type Parsed, parse } from './cli/program.ts'
import { makeProgress } from './cli/progress.ts'
import {
  errorDocument,
  errorText,
  noteText,
  resultDocument,
  toAishipError,
  type Warning,
  warningText,
} from './cli/render.ts'
import { inkFor, type Style, wantsColor } from './cli/style.ts'
import { AishipError, EXIT } from './core/errors.ts'
import type { Event } from './core/ports.ts'
import { VERSION } from './version.gen.ts'

export type { Host } from './cli/host.ts'

/**
 * Runs one command line. In: the words after `aiship`, and the process as a Host. Out: the exit code of DESIGN's table.
 * Never throws; the one place where errors become text and codes.
 */
export async function main(argv: readonly string[], host: Host): Promise<number> {
  const run = startRun(argv, host)
  try {
    const parsed = await parse(argv)
    return 'print' in parsed ? run.print(parsed) : await run.command(parsed)
  } catch (thrown) {
    return run.fail(thrown)
  }
}

interface Run {
  print(parsed: Extract<Parsed, { print: string }>): number
  command(parsed: Extract<Parsed, { flags: Flags }>): Promise<number>
  fail(thrown: unknown): Promise<number>
}

function startRun(argv: readonly string[], host: Host): Run {
  const started = host.now()
  const warnings: Warning[] = []
  const isJson = wantsJson(argv)
  const carry = carryFrom(argv)
  const meta = () => ({ version: VERSION, elapsed_ms: host.now().getTime() - started.getTime() })
  let flags: Flags | null = null
  const isQuiet = () => flags?.quiet === true
  const progress = makeProgress(host.stderr, started, !argv.includes('-q') && !argv.includes('--quiet'))
  const style = async (stream: Host['stdout']): Promise<Style> => {
    const ink = await inkFor(wantsColor(flags?.color ?? !argv.includes('--no-color'), host.env, stream.isTTY))
    const { bold, dim, red, green, yellow, cyan } = ink
    return {
      bold,
      dim,
      red,
      green,
      yellow,
      cyan,
      command: (text) => bold(carry(text)),
      now: host.now(),
      columns: stream.columns,
      verbose: flags?.verbose === true,
      quiet: isQuiet(),
    }
  }
  const showWarnings = async (): Promise<void> => {
    if (isJson || isQuiet()) return
    const ink = await style(host.stderr)
    for (const warning of warnings.splice(0)) host.stderr.write(warningText(warning, ink))
  }
  const note = (text: string): void => {
    if (!isJson && !isQuiet()) host.stderr.write(noteText(text))
  }
  const write = (text: string, isChanged: boolean): void => {
    try {
      host.stdout.write(text)
    } catch (error) {
      throw unprinted(error, isChanged)
    }
  }
  return {
    print({ print, about, data }) {
      write(isJson ? resultDocument(about, { changed: false, data }, warnings, meta()) : print, false)
      return 0
    },
    async command({ command, flags: given, words }) {
      flags = given
      const emit = (event: Event): void => {
        if (event.type === 'progress') progress.show(event, host.now())
        else if (event.type === 'address') host.stderr.write(`${event.url}\n`)
        else if (event.type === 'note') {
          progress.clear()
          note(event.message)
        } else if (event.type === 'line') {
          progress.clear()
          void showWarnings()
          if (isJson) write(jsonLine(event.data), true)
          else if (event.message !== null) note(event.message)
        } else warnings.push({ code: event.code, message: event.message })
      }
      // What is asked stands on a line of its own.
      const shown: Host = Object.create(host, { stderr: { value: progress.beside } })
      const ctx = await makeContext(shown, given, command, emit, command.first?.(words))
      const input = command.input(words)
      const result = carryAll(await command.run(ctx, input), carry)
      progress.end()
      await showWarnings()
      if (given.dryRun) note('dry run: nothing was written')
      const done = { ...result, changed: result.changed && !given.dryRun }
      const text = isJson
        ? resultDocument(command.name.replace(' ', '-'), done, warnings, meta())
        : withNewline(
            (isQuiet() ? (command.quiet ?? command.view) : command.view)(cleanAll(result), await style(host.stdout)),
          )
      write(text, done.changed)
      if (command.endless === true && host.signal.aborted) return EXIT[stopOf(host.signal)]
      return command.exit?.(result.data, words) ?? 0
    },
    async fail(thrown) {
      progress.end()
      const known = host.signal.aborted ? interruption(host.signal, thrown) : toAishipError(thrown)
      const error = (await import('./cli/next.ts')).withNext(known, argv)
      // What ends the command was a warning before, where it was first seen.
      const others = warnings.filter(({ message }) => message !== error.message)
      warnings.splice(0, warnings.length, ...others)
      const isPrinted =
        isJson && tryWrite(host.stdout, errorDocument(error, error.details.changed === true, warnings, meta()))
      await showWarnings()
      const ink = await style(host.stderr)
      if (!isPrinted) host.stderr.write(errorText(error, ink))
      if (flags?.verbose === true && error.code === 'INTERNAL' && error.cause instanceof Error)
        host.stderr.write(`${error.cause.stack}\n`)
      return error.exit
    },
  }
}

const withNewline = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`)

function tryWrite(to: Host['stdout'], text: string): boolean {
  try {
    to.write(text)
    return true
  } catch {
    return false
  }
}

/** What was done stays done when the answer is lost, and has to be said: a repeat would do it twice. */
function unprinted(thrown: unknown, isChanged: boolean): AishipError {
  const { code } = toAishipError(thrown)
  const why = thrown instanceof Error ? thrown.message : String(thrown)
  const what = isChanged ? '; what was asked for is done' : ''
  return new AishipError(code === 'INTERNAL' ? 'OUTPUT_LOST' : code, `the answer could not be printed: ${why}${what}`, {
    next: isChanged ? ['aiship status'] : [],
    details: { changed: isChanged },
    cause: thrown,
  })
}

const stopOf = (signal: AbortSignal): 'TERMINATED' | 'INTERRUPTED' =>
  signal.reason === 'SIGTERM' ? 'TERMINATED' : 'INTERRUPTED'

function interruption(signal: AbortSignal, thrown: unknown): AishipError {
  if (thrown instanceof AishipError && thrown.code === 'INTERRUPTED') {
    const { message, hint, next, details } = thrown
    return new AishipError(stopOf(signal), message, { hint, next, details })
  }
  const known = thrown instanceof AishipError && thrown.details.changed === true
  return new AishipError(
    stopOf(signal),
    `stopped by ${String(signal.reason)}; ${known ? 'part of it was done' : 'nothing was changed'}`,
    { details: { changed: known } },
  )
}
