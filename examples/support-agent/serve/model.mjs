// Which model answers: the value of the component `llm`. In a checkout it stands in config/llm.json. The working tree has
// no such file, because aiship.yaml is the one place where the value is written; it is read from its line there, which
// takes no YAML reader as long as it is JSON (which YAML allows).

import { readFileSync } from 'node:fs'

export function readModel() {
  const captured = read('../config/llm.json')
  if (captured !== null) return JSON.parse(captured)
  const line = /^ {2}llm:\n(?: {4}.*\n)*? {4}value: (\{.*\})$/m.exec(read('../aiship.yaml') ?? '')
  if (!line) throw new Error('no config/llm.json, and no `value: {…}` on a line of its own under `llm:` in aiship.yaml')
  return JSON.parse(line[1])
}

function read(path) {
  try {
    return readFileSync(new URL(path, import.meta.url), 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}
