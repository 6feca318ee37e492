import type { Config } from './ports.ts'

export interface ConfigWarning {
  readonly code: 'MODEL_ALIAS_FLOATING'
  readonly message: string
}

/** What is allowed and will hurt: a provider's model under a name that moves cannot be brought back by a rollback. */
export function configWarnings(config: Config): readonly ConfigWarning[] {
  const found: ConfigWarning[] = []
  for (const { name, role, kind, source } of config.components) {
    if (kind !== 'value') continue
    const isHosted = role === 'model' || role === 'embedder'
    const named = typeof source === 'object' && source !== null && 'model' in source ? source.model : null
    const model = typeof source === 'string' && isHosted ? source : named
    if (typeof model !== 'string' || !(isLatest(model) || (isHosted && !isPinned(model)))) continue
    const message = `components.${name}: the provider may change what ${model} means; a rollback then brings back the name and not the model. Name a dated version`
    found.push({ code: 'MODEL_ALIAS_FLOATING', message })
  }
  return found
}

const isLatest = (model: string): boolean => /(?:^|[^a-z])latest(?:[^a-z]|$)/i.test(model)

/** A date (2026-08-01, 20260801, 0613), a revision (-001, -v2) or a digest in the name. */
const isPinned = (model: string): boolean =>
  /\d{4}-\d{2}-\d{2}|\d{8}|(?<!\d)\d{4}(?!\d)|[-@:](?:\d{3}|v\d+(?:[.:]\d+)*)$|sha256:|@[0-9a-f]{7,}/.test(model)
