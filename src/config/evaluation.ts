import { AishipError } from '../core/errors.ts'
import type { EvaluationFile } from '../core/model.gen.ts'
import { refusal } from './refusal.ts'
import { validateEvaluationFile } from './validators.gen.ts'
import { readYaml } from './yaml.ts'

/**
 * Reads an evaluation as somebody wrote it, JSON or YAML. In: `flat`, for what a program printed: an object of metrics alone will do.
 * Errors: EVIDENCE_INVALID with file, line, column and key.
 */
export function readEvaluation(bytes: Uint8Array, name: string, flat: boolean): EvaluationFile {
  try {
    const source = readYaml(bytes, name)
    const isFlat =
      flat && typeof source.value === 'object' && source.value !== null && !Object.hasOwn(source.value, 'metrics')
    const value = isFlat ? { metrics: source.value } : source.value
    if (validateEvaluationFile(value)) return value
    const { errors } = validateEvaluationFile
    // What was printed has no such key: the message names the one that is there.
    const shown = isFlat
      ? errors?.map((one) => ({ ...one, instancePath: one.instancePath.replace(/^\/metrics/, '') }))
      : errors
    throw refusal(source, shown, 'evaluation', [])
  } catch (error) {
    if (!(error instanceof AishipError) || error.code !== 'CONFIG_INVALID') throw error
    const { message, hint, details } = error
    throw new AishipError('EVIDENCE_INVALID', message, {
      hint: hint ?? 'it looks like {"metrics": {"accuracy": 0.93}, "samples": 1000}',
      next: ['aiship help evidence add'],
      details,
    })
  }
}
