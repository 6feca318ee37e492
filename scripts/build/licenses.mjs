import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** The licences of the packages whose code is in the bundle: their authors ask that the text goes with it. */
export function licensesOf(root, inputs) {
  const folders = new Set()
  for (const file of inputs) {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]
    if (folder !== undefined) folders.add(folder)
  }
  const parts = [...folders].sort().map((folder) => {
    const at = path.join(root, folder)
    const { name, version, license } = JSON.parse(readFileSync(path.join(at, 'package.json'), 'utf8'))
    const file = readdirSync(at).find((entry) => /^licen[cs]e/i.test(entry))
    const text = file === undefined ? `License: ${license}` : readFileSync(path.join(at, file), 'utf8').trim()
    return `${name} ${version}\n${'-'.repeat(name.length + version.length + 1)}\n${text}\n`
  })
  return `dist/ contains code of these packages.\n\n${parts.join('\n\n')}`
}
