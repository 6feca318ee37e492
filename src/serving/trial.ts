import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Trial } from '../core/trial.ts'
import { type Env, printedBy } from './program.ts'

/**
 * A folder of the system's temporary ones, for one run: far from the project, so that what the bundle does not bring along is not found by
 * accident.
 */
export function openTrial(env: Env): Trial {
  const around = mkdtempSync(join(tmpdir(), 'aiship-trial-'))
  return {
    dir: join(around, 'checkout'),
    run: (program, most, signal) => printedBy(program, env, most, signal),
    end: async () => rmSync(around, { recursive: true, force: true }),
  }
}
