// Dynamic import() costs 4 ms in Node, and every file that is loaded about half of one. So the bundle is cut at the dynamic
// imports, as written in the sources, and then put together again: what every start needs lies in one file, the rest beside it.
import { transformSync } from 'esbuild'

/**
 * Turns the ES chunks of a split build into CommonJS files. `entry` is the chunk to start from; the chunks that it needs at once
 * lie in its file, with those that `isHot` names; every other chunk is a file of its own, loaded when it is imported.
 * Out: file name to text.
 */
export function pack(chunks, entry, isHot) {
  const together = reachable(chunks, [entry, ...[...chunks.keys()].filter((name) => isHot(chunks.get(name).source))])
  const table = []
  const files = new Map()
  for (const [name, chunk] of chunks) {
    const factory = `function(module,exports,require){${toCommonJs(chunk.text)}\n}`
    if (together.has(name)) table.push(`${JSON.stringify(`./${name}`)}:${factory}`)
    else files.set(name, `"use strict";module.exports=${factory}\n`)
  }
  // Node finds the names that `import` may use by reading, not by running.
  const names = chunks.get(entry).exports.map((name) => `${name}:null`)
  files.set(
    entry,
    `"use strict";const table={${table.join(',\n')}},made={};
function load(id){if(id[0]!==".")return require(id);if(made[id])return made[id].exports;const module=made[id]={exports:{}};
(table[id]||require(__dirname+id.slice(1)))(module,module.exports,load);return module.exports}
module.exports=load(${JSON.stringify(`./${entry}`)});0&&(module.exports={${names.join(',')}});
`,
  )
  return files
}

function reachable(chunks, starts) {
  const seen = new Set()
  const walk = (name) => {
    if (seen.has(name)) return
    seen.add(name)
    for (const next of chunks.get(name).imports) walk(next)
  }
  for (const name of starts) walk(name)
  return seen
}

const toCommonJs = (text) =>
  transformSync(text, {
    ...{ format: 'cjs', platform: 'node', target: 'node20', charset: 'ascii' },
    ...{ minifyWhitespace: true, minifySyntax: true, supported: { 'dynamic-import': false } },
  }).code.trim()
