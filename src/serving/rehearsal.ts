import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AishipError } from '../core/errors.ts'
import type { Answerer, Rehearsal } from '../core/rehearsal.ts'
import { openAnswerer } from './answerer.ts'
import { type Claim, claimFile, signFolder, sweepFolders } from './claim.ts'
import type { Env } from './program.ts'
import { openTape } from './tape.ts'

/** In: where tapes lie, absolute. Checkouts stand in a folder of the system's temporary ones, far from the project. */
export function openRehearsal(tapes: string, env: Env, signal: AbortSignal, isDryRun: boolean): Rehearsal {
  let around: string | null = null
  const answerers: Answerer[] = []
  const claims: Claim[] = []
  return {
    dirOf(name) {
      around ??= makeRoom()
      return join(around, name)
    },
    claim(name) {
      const claim = claimFile(join(tapes, name))
      claims.push(claim)
      return claim.holder
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
      for (const claim of claims) claim.release()
    },
  }
}

const START = 'aiship-replay-'

/** What a killed one left is taken away by the next. */
function makeRoom(): string {
  sweepFolders(tmpdir(), START)
  const dir = mkdtempSync(join(tmpdir(), START))
  signFolder(dir)
  return dir
}
