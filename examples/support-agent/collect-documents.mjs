// Takes a snapshot of real documents: the manuals that come with the packages this repository is built with.
//
//   node collect-documents.mjs [NODE_MODULES]

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const packages = process.argv[2] ?? join(here, '../../node_modules')
const documents = {
  ajv: 'ajv',
  biome: '@biomejs/biome',
  chalk: 'chalk',
  commander: 'commander',
  'fast-check': 'fast-check',
  picomatch: 'picomatch',
  'simple-git': 'simple-git',
  yaml: 'yaml',
}

rmSync(join(here, 'data'), { recursive: true, force: true })
mkdirSync(join(here, 'data/documents'), { recursive: true })
for (const [name, folder] of Object.entries(documents)) {
  const text = readManual(join(packages, folder))
  writeFileSync(join(here, `data/documents/${name}.md`), text)
  console.error(`data/documents/${name}.md  ${text.length} characters`)
}

function readManual(folder) {
  try {
    const file = readdirSync(folder).find((entry) => /^readme\.md$/i.test(entry))
    return readFileSync(join(folder, file), 'utf8')
  } catch {
    console.error(`collect-documents: no manual in ${folder}. Run \`npm install\` at the root of the repository,`)
    console.error('                   or name the folder: node collect-documents.mjs .../node_modules')
    process.exit(2)
  }
}
