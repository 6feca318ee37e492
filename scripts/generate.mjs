// Writes what is derived from schemas/, from the driver folders and from generate/*.wat:
//   src/core/model.gen.ts        a type for every schema
//   src/core/validators.gen.ts   a type guard for every stored format, and rules-, watch- and remediation-validator(s).gen.ts for those that are loaded late
//   src/config/validators.gen.ts a compiled validator, with reasons, for what people write (aiship.yaml, its drivers' options, an evaluation, guards): loaded late
//   src/predictions/validators.gen.ts one for the lines of a prediction log, of which there are millions
//   src/drivers.gen.ts           the table of lazily imported drivers
//   src/core/gear.gen.ts         the WebAssembly that cuts large files by content
//   src/core/sha256.gen.ts       the one that hashes small things
//   src/version.gen.ts           the version that package.json names
// With --check nothing is written; the exit status is 1 when a file is stale.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { driverTable } from './generate/drivers.mjs'
import { optionTables } from './generate/options.mjs'
import { readSchemas } from './generate/schemas.mjs'
import { shapes } from './generate/shapes.mjs'
import { modelTypes } from './generate/types.mjs'
import { validators } from './generate/validators.mjs'
import { wasmModule } from './generate/wasm.mjs'

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')

/** Every generated file by its path, relative to the root. */
export function generate(root = ROOT) {
  const schemas = readSchemas(path.join(root, 'schemas'))
  const isConfig = (file) => ['config', 'evaluation', 'watch-file'].includes(file) || file.startsWith('drivers/')
  // Most moves have no gates, and load nothing of them.
  const isLate = (file) => file === 'rules'
  // Read by those who watch, or make a policy.
  const isWatched = (file) => ['watch-evidence', 'reference-profile', 'rollout-policy'].includes(file)
  // What people write is read with reasons by src/core/route-read.ts; a test holds the two to each other.
  const isTyped = (file) => file === 'route-file'
  const isLogged = (file) => file.startsWith('prediction')
  // Of a repair only the log's entries are read by what reads every log.
  const isRepair = (file) => file === 'receipt' || (file.startsWith('remediation') && file !== 'remediation-entry')
  // Lines between us and programs: read leniently by src/core/hook.ts and src/core/remediation.ts; a test holds them to each other.
  const isSpoken = (file) => file.startsWith('programs/')
  const apart = [isConfig, isTyped, isLate, isWatched, isLogged, isRepair, isSpoken]
  const isApart = (file) => apart.some((is) => is(file))
  const isStored = (file) => !isApart(file) && !file.startsWith('output/') && file !== 'common'
  return {
    'src/core/model.gen.ts': modelTypes(schemas),
    'src/core/validators.gen.ts': shapes(schemas, isStored, './model.gen.ts'),
    'src/core/rules-validator.gen.ts': shapes(schemas, isLate, './model.gen.ts'),
    'src/core/watch-validator.gen.ts': shapes(schemas, isWatched, './model.gen.ts'),
    'src/core/remediation-validators.gen.ts': shapes(schemas, isRepair, './model.gen.ts'),
    'src/config/validators.gen.ts':
      validators(schemas, isConfig, '../core/model.gen.ts') + optionTables(schemas, isConfig),
    'src/predictions/validators.gen.ts': validators(schemas, isLogged, '../core/model.gen.ts'),
    'src/drivers.gen.ts': driverTable(path.join(root, 'src'), ['components', 'registries', 'metrics']),
    'src/core/gear.gen.ts': wasmModule('gear'),
    'src/core/sha256.gen.ts': wasmModule('sha256'),
    'src/version.gen.ts': versionModule(path.join(root, 'package.json')),
  }
}

/** Not an import of package.json: the declarations of the library would need that too. */
const versionModule = (file) =>
  `// Generated from package.json by scripts/generate.mjs.\nexport const VERSION = '${JSON.parse(readFileSync(file, 'utf8')).version}'\n`

/** The generated files whose content on disk is not what would be written now. */
export function staleFiles(root = ROOT) {
  return Object.entries(generate(root)).filter(([file, text]) => readOrEmpty(path.join(root, file)) !== text)
}

function readOrEmpty(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const stale = staleFiles()
  if (process.argv.includes('--check')) {
    for (const [file] of stale) console.error(`${file} is stale: npm run gen`)
    process.exitCode = stale.length > 0 ? 1 : 0
  } else {
    for (const [file, text] of stale) {
      mkdirSync(path.dirname(path.join(ROOT, file)), { recursive: true })
      writeFileSync(path.join(ROOT, file), text)
      console.log(`wrote ${file}`)
    }
  }
}
