// Which model answers: the value of the component `llm`. In a checkout it stands in config/llm.json. In the working tree
// there is no such file, because aiship.yaml is the one place where it is written; its line is read from there, which
// needs no YAML reader as long as the value is written as JSON (JSON is YAML).

import { readFileSync } from 'node:fs'

export function readModel() {
  const captured = read('../config/llm.json')
  if (captured !== null) return JSON.parse(captured)
  const line = /^\s*llm:.*value: (\{.*?\})/m.exec(read('../aiship.yaml') ?? '')
  if (!line) throw new Error('no config/llm.json and no line `llm: {… value: {…}}` in aiship.yaml')
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
