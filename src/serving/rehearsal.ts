import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AishipError } from '../core/errors.ts'
import type { Answerer, Rehearsal } from '../core/rehearsal.ts'
import { openAnswerer } from './answerer.ts'
import type { Env } from './program.ts'
import { openTape } from './tape.ts'

/** In: where tapes lie, absolute. Checkouts stand in a folder of the system's temporary ones, far from the project. */
export function openRehearsal(tapes: string, env: Env, signal: AbortSignal, isDryRun: boolean): Rehearsal {
  let around: string | null = null
  const answerers: Answerer[] = []
  return {
    dirOf(name) {
      around ??= mkdtempSync(join(tmpdir(), 'aiship-replay-'))
      return join(around, name)
    },
    tape: (name, isNew = false) => openTape(join(tapes, name), isNew),
    answerer(program, pace) {
      if (isDryRun)
        throw new AishipError('USAGE', 'a dry run starts no program of a bundle', { hint: 'leave out --dry-run' })
      const answerer = openAnswerer(program, env, pace, signal)
      answerers.push(answerer)
      return answerer
    },
    async end() {
      await Promise.all(answerers.map((one) => one.close()))
      if (around !== null) rmSync(around, { recursive: true, force: true })
    },
  }
}
