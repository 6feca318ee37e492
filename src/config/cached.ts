import { digestOf, hexOf } from '../core/digest.ts'
import type { Config, Memory } from '../core/ports.ts'
import { readConfigFile } from './find.ts'

/** Bumped when the meaning of a parsed configuration changes. */
const CONFIG_CACHE = 5

/** aiship.yaml, parsed once for each content: the parser and the validators load only when the file changed. Errors: CONFIG_INVALID, NOT_PERMITTED. */
export async function readConfig(file: string, cache: Memory): Promise<Config> {
  const bytes = readConfigFile(file)
  const key = `config/${CONFIG_CACHE}-${hexOf(digestOf(bytes))}.json`
  // The digest of the rest stands in the first line: a damaged cache is no cache.
  const [digest, json] = splitOnce(Buffer.from((await cache.get(key)) ?? '').toString('utf8'))
  if (json !== '' && digest === digestOf(json)) return JSON.parse(json) as Config
  const { parseConfig } = await import('./parse.ts')
  const config = parseConfig(bytes, file)
  const fresh = JSON.stringify(config)
  await cache.set(key, Buffer.from(`${digestOf(fresh)}\n${fresh}`))
  return config
}

function splitOnce(text: string): readonly [string, string] {
  const end = text.indexOf('\n')
  return end === -1 ? [text, ''] : [text.slice(0, end), text.slice(end + 1)]
}
