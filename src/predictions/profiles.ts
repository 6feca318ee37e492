import fs from 'node:fs'
import { AishipError } from '../core/errors.ts'
import type { PredictionProfile } from '../core/model.gen.ts'
import { sourceError } from '../store/errno.ts'
import kserve from './profiles/kserve.json'
import langfuse from './profiles/langfuse.json'
import openinference from './profiles/openinference.json'
import otlp from './profiles/otlp.json'
import sagemaker from './profiles/sagemaker.json'
import { validatePredictionProfile } from './validators.gen.ts'

/** The formats that aiship knows, as data. */
const PROFILES: Readonly<Record<string, unknown>> = { kserve, langfuse, openinference, otlp, sagemaker }

/** A profile by its name, or from a file of one's own. In: `pathOf`, where a file is that was typed. Errors: USAGE, FILE_MISSING. */
export function findProfile(name: string, pathOf: (file: string) => string): PredictionProfile {
  if (Object.hasOwn(PROFILES, name)) return whole(PROFILES[name], name)
  if (/^[\w-]+$/.test(name))
    throw new AishipError('USAGE', `there is no profile ${JSON.stringify(name)}`, {
      hint: `there are ${Object.keys(PROFILES).join(', ')}; another one is named as a file, ./${name}.json`,
      next: ['aiship help predictions ingest'],
    })
  const file = pathOf(name)
  let value: unknown
  try {
    value = JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) throw unfit(name, error.message)
    throw sourceError(error, file)
  }
  return whole(value, name)
}

/** Checked, and with what it extends. */
function whole(value: unknown, name: string): PredictionProfile {
  if (!validatePredictionProfile(value)) {
    const [refusal] = validatePredictionProfile.errors ?? []
    throw unfit(name, `${refusal?.instancePath || 'it'} breaks the rule ${refusal?.keyword}`)
  }
  if (value.extends === undefined) return value
  if (!Object.hasOwn(PROFILES, value.extends)) throw unfit(name, `it extends ${value.extends}, which there is not`)
  const base = whole(PROFILES[value.extends], value.extends)
  return {
    ...base,
    ...value,
    fields: merged(base.fields, value.fields),
    usage: merged(base.usage, value.usage),
    segment: merged(base.segment, value.segment),
  }
}

type Fields = PredictionProfile['fields']

function merged(base: PredictionProfile['usage'], own: PredictionProfile['usage']): Fields {
  const all: Record<string, readonly unknown[]> = { ...(base as Fields | undefined) }
  for (const [key, list] of Object.entries(own ?? {})) all[key] = [...(list as readonly unknown[]), ...(all[key] ?? [])]
  return all as Fields
}

const unfit = (name: string, why: string): AishipError =>
  new AishipError('USAGE', `the profile ${name} can't be used: ${why}`, {
    hint: 'schemas/prediction-profile.schema.json describes one',
  })

/** Whose format a line has that could not be read; null where no profile knows it. */
export function looksLike(line: Readonly<Record<string, unknown>>): string | null {
  for (const name of Object.keys(PROFILES)) {
    const { knownBy } = PROFILES[name] as PredictionProfile
    if (name !== 'openinference' && knownBy.some((key) => Object.hasOwn(line, key))) return name
  }
  return null
}
