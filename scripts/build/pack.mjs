// Dynamic import() costs 4 ms in Node, and every file that is loaded about half of one. So the bundle is cut at the dynamic
// imports, as written in the sources, and then put together again: what every start needs lies in one file, the rest beside it.
import { transformSync } from 'esbuild'

// Loaded when first used. The one brings sockets and streams along, and most runs start no program; the other sets up OpenSSL,
// and some runs hash nothing.
const LATE = ['node:child_process', 'node:crypto']

/**
 * Turns the ES chunks of a split build into CommonJS files. `entry` is the chunk to start from; the chunks that it needs at once
 * lie in its file, with those that `isHot` names; every other chunk is a file of its own, loaded when it is imported.
 * `frame` makes the file of the entry out of the code that ends in the entry's exports, and the names of those.
 * Out: file name to text.
 */
export function pack(chunks, entry, { isHot, frame }) {
  const together = reachable(chunks, [entry, ...[...chunks.keys()].filter((name) => isHot(chunks.get(name).source))])
  const table = []
  const files = new Map()
  for (const [name, chunk] of chunks) {
    const whole = LATE.find((id) => new RegExp(`import ?\\* ?as [^"]*"${id}"`).test(chunk.text))
    if (whole !== undefined)
      throw new Error(`${name} imports all of ${whole}, which is loaded late: name what it needs`)
    const factory = `function(module,exports,require){${toCommonJs(chunk.text)}\n}`
    if (together.has(name)) table.push(`${JSON.stringify(`./${name}`)}:${factory}`)
    else files.set(name, `"use strict";module.exports=${factory}\n`)
  }
  const code = `"use strict";const table={${table.join(',\n')}},made={};
function late(id){let real;return new Proxy({},{get:(_,key)=>(real??=require(id))[key]})}
function load(id){if(made[id])return made[id].exports;if(id[0]!==".")return ${JSON.stringify(LATE)}.includes(id)?(made[id]={exports:late(id)}).exports:require(id);
const module=made[id]={exports:{}};(table[id]||require(__dirname+id.slice(1)))(module,module.exports,load);return module.exports}
`
  return files.set(entry, frame(code, `load(${JSON.stringify(`./${entry}`)})`, chunks.get(entry).exports))
}

/** For bin/aiship.js, which compiles it as a script. */
export const asScript = (code, exported) => `(function(require,__dirname){${code}return ${exported}})\n`

/** For require() and import: Node finds the names that `import` may use by reading, not by running. */
export const asModule = (code, exported, names) =>
  `${code}module.exports=${exported};0&&(module.exports={${names.map((name) => `${name}:null`).join(',')}});\n`

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

const toCommonJs = (text) => {
  const { code } = transformSync(text, {
    ...{ format: 'cjs', platform: 'node', target: 'node20', charset: 'ascii' },
    ...{ minifyWhitespace: true, minifySyntax: true, supported: { 'dynamic-import': false } },
  })
  // In regular expressions esbuild leaves other letters as they are; the program is read as if there were none.
  return code.trim().replace(/[\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
