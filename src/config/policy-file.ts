import { AishipError } from '../core/errors.ts'
import { checkWatch } from './guards.ts'
import { refusal } from './refusal.ts'
import { validateWatchFile } from './validators.gen.ts'
import { readYaml } from './yaml.ts'

/**
 * The value of a file with a rollout policy, or with guards alone; what it says of guards is checked. Errors: POLICY_INVALID with file, line, column and
 * key.
 */
export function readPolicyFile(bytes: Uint8Array, name: string): unknown {
  try {
    const source = readYaml(bytes, name)
    const written = Object(source.value) as Readonly<Record<string, unknown>>
    const place = Object.hasOwn(written, 'analysis') ? ['analysis'] : []
    const watch = place.length === 0 ? written : written.analysis
    if (place.length === 0 && !Object.hasOwn(written, 'guards')) return source.value
    if (!validateWatchFile(watch)) throw refusal(source, validateWatchFile.errors, 'watch-file', place)
    checkWatch(source, place, watch)
    return source.value
  } catch (error) {
    if (!(error instanceof AishipError) || error.code !== 'CONFIG_INVALID') throw error
    const { message, hint, details } = error
    throw new AishipError('POLICY_INVALID', message, { hint, next: ['aiship help rollout start'], details })
  }
}
