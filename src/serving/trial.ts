import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Trial } from '../core/trial.ts'
import { type Env, runProgram } from './program.ts'

/**
 * A folder of the system's temporary ones, for one run: far from the project, so that what the bundle does not bring along is not found by
 * accident.
 */
export function openTrial(env: Env): Trial {
  const around = mkdtempSync(join(tmpdir(), 'aiship-trial-'))
  return {
    dir: join(around, 'checkout'),
    run: async (program, most, signal) => {
      const printed: Uint8Array[] = []
      let size = 0
      const hear = (chunk: Uint8Array): boolean => {
        size += chunk.length
        if (size <= most) printed.push(chunk)
        return size <= most
      }
      const problem = await runProgram(program, env, signal, { most, hear })
      return { printed: Buffer.concat(printed), problem }
    },
    end: async () => rmSync(around, { recursive: true, force: true }),
  }
}
