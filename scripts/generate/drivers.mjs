import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * A driver is one file with one export, called `driver`. This table is how the rest finds it: lazily, and where a search for
 * the file's name finds it too.
 */
export function driverTable(src, folders) {
  const tables = folders.map((folder) => {
    const rows = driverNames(path.join(src, folder)).map((name) => {
      const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`
      return `  ${key}: () => import('./${folder}/${name}.ts'),\n`
    })
    return `export const ${folder} = {${rows.length > 0 ? `\n${rows.join('')}` : ''}} as const\n`
  })
  return ['// Generated from the folders by scripts/generate.mjs: add a file, then `npm run gen`.\n', ...tables].join(
    '\n',
  )
}

function driverNames(folder) {
  if (!existsSync(folder)) return []
  const files = readdirSync(folder).filter(
    (name) => name.endsWith('.ts') && !name.startsWith('_') && !name.endsWith('.gen.ts'),
  )
  for (const file of files) {
    const exported = readFileSync(path.join(folder, file), 'utf8').match(/^export\b.*/gm) ?? []
    if (exported.length !== 1 || !/^export const driver\b/.test(exported[0])) {
      throw new Error(`${path.join(folder, file)}: a driver exports one thing, \`export const driver\``)
    }
  }
  return files.map((name) => name.slice(0, -'.ts'.length)).sort()
}
