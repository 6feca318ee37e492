// Builds dist/: main.js (the program), index.js (the library), worker.js, the parts that are loaded when they are needed, and types/.
//   node scripts/build.mjs            everything
//   node scripts/build.mjs --fast     without types: for tests
// Everything is in place at every moment, also for those who run aiship meanwhile: parts and bytecode are named by their
// content, and each file is renamed into place, the entry last.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as bundle } from 'esbuild'
import { licensesOf } from './build/licenses.mjs'

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const DIST = path.join(ROOT, 'dist')
const STAMP = path.join(DIST, 'stamp')

async function build({ types }) {
  const stamp = sourceStamp()
  mkdirSync(DIST, { recursive: true })
  const entries = ['main', 'index', 'worker'].filter((name) => existsSync(path.join(ROOT, `src/${name}.ts`)))
  const { files, inputs } = await bundleAll(entries, stamp.slice(0, 8))
  files.set('THIRD-PARTY-LICENSES.txt', licensesOf(ROOT, inputs))
  for (const [file, text] of files) if (!entries.includes(path.parse(file).name)) put(file, text)
  for (const name of entries)
    put(`${name}.js`, name === 'main' ? asScript(files.get('main.js')) : files.get(`${name}.js`))
  if (entries.includes('main'))
    execFileSync(process.execPath, [path.join(ROOT, 'scripts/build/warm.cjs')], { stdio: 'inherit' })
  if (types && entries.includes('index')) declare()
  const keep = (file) => files.has(file) || file === 'types' || file.endsWith('.cache') || file.startsWith('.new-')
  for (const file of readdirSync(DIST)) if (!keep(file)) rmSync(path.join(DIST, file), { recursive: true })
  writeFileSync(STAMP, stamp)
}

/**
 * A CommonJS file for each entry, with all that it imports statically, and one for each module that is imported dynamically. Code that
 * several need stands in each: one file that is read whole starts faster than twenty that are shared.
 */
async function bundleAll(entries, mark) {
  const files = new Map()
  const inputs = new Set()
  const parts = new Map()
  const partOf = (source) => {
    const known = parts.get(source)
    if (known !== undefined) return known
    const base = path.basename(source).replace(/\..*$/, '')
    const taken = [...parts.values()].filter((name) => name.startsWith(`${base}-`)).length
    const name = `${base}-${taken === 0 ? '' : `${taken}-`}${mark}.js`
    parts.set(source, name)
    return name
  }
  const bundleOne = async (source, file) => {
    // bin/aiship.js compiles main.js itself and lends it its own require().
    const prefix = file === 'main.js' ? '../dist/' : './'
    const result = await bundle({
      ...OPTIONS,
      entryPoints: [source],
      plugins: [cutDynamic((found) => prefix + partOf(found))],
    })
    if (result.warnings.length > 0) throw new Error('the bundler warned: see above')
    for (const input of Object.keys(result.metafile.inputs)) inputs.add(input)
    files.set(file, withoutCopies(result.outputFiles[0].text))
  }
  for (const name of entries) await bundleOne(path.join(ROOT, `src/${name}.ts`), `${name}.js`)
  // The map grows while its modules are bundled: a part may import others.
  for (const [source, file] of parts) await bundleOne(source, file)
  return { files, inputs }
}

const OPTIONS = {
  ...{ absWorkingDir: ROOT, outdir: DIST, write: false, metafile: true, external: dependencies() },
  ...{
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    charset: 'ascii',
    supported: { 'dynamic-import': false },
  },
  ...{ minifyWhitespace: true, minifySyntax: true, legalComments: 'none', logLevel: 'warning' },
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
}

/**
 * esbuild gives a built-in module a default export by copying all its names, at every start and for each file that imports it: 2 ms. As much
 * is what node:crypto takes to load, and most commands hash too little to need it: it is loaded by its first use.
 */
const withoutCopies = (code) =>
  code
    .replace(/__toESM\(require\(("node:[a-z_/]+")\)\)/g, '__builtin(require($1))')
    .replace('var __create', 'var __builtin=module=>Object.create(module,{default:{value:module}}),__create')
    .replace(/=require\("node:crypto"\)/g, '=new Proxy({},{get:(_,name)=>require("node:crypto")[name]})')

/** Leaves what is imported dynamically to a file of its own. */
const cutDynamic = (place) => ({
  name: 'cut-dynamic',
  setup(plugin) {
    plugin.onResolve({ filter: /./ }, async ({ kind, path: wanted, resolveDir, pluginData }) => {
      if (kind !== 'dynamic-import' || pluginData === 'resolving' || wanted.startsWith('node:')) return undefined
      const found = await plugin.resolve(wanted, { kind, resolveDir, pluginData: 'resolving' })
      return found.errors.length > 0 || found.external ? found : { path: place(found.path), external: true }
    })
  },
})

function dependencies() {
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
    readFileSync(path.join(ROOT, 'package.json'), 'utf8'),
  )
  return Object.keys({ ...dependencies, ...optionalDependencies })
}

/** For bin/aiship.js, which compiles it as a script, with the bytecode of exactly this text. */
function asScript(code) {
  // V8 reads Latin-1 fastest, and what is beyond ASCII (in a regular expression, say) may be written as an escape anywhere.
  const ascii = code.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const text = `(function(require,module,exports,__dirname){${ascii}return module.exports})\n`
  return `//${createHash('sha256').update(text).digest('hex').slice(0, 16)}\n${text}`
}

function put(file, text) {
  const target = path.join(DIST, file)
  if (existsSync(target) && readFileSync(target, 'utf8') === text) return
  const fresh = path.join(DIST, `.new-${process.pid}-${file}`)
  writeFileSync(fresh, text, { mode: 0o644 })
  renameSync(fresh, target)
}

function declare() {
  const fresh = path.join(DIST, `.new-${process.pid}-types`)
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, '-p', path.join(ROOT, 'scripts/build/tsconfig.json'), '--outDir', fresh], {
    stdio: 'inherit',
  })
  rmSync(path.join(DIST, 'types'), { recursive: true, force: true })
  renameSync(fresh, path.join(DIST, 'types'))
}

/** Changes when a source does. */
function sourceStamp() {
  const hash = createHash('sha256').update(process.version)
  const add = (file) => hash.update(file).update(readFileSync(path.join(ROOT, file)))
  for (const folder of ['src', 'scripts/build']) {
    for (const name of readdirSync(path.join(ROOT, folder), { recursive: true }).sort()) {
      if (statSync(path.join(ROOT, folder, name)).isFile()) add(path.join(folder, name))
    }
  }
  for (const file of ['scripts/build.mjs', 'bin/aiship.js', 'package.json', 'package-lock.json']) add(file)
  return hash.digest('hex')
}

/** Before tests, some of which run the program as people do: builds what changed. What can't be built must not pass for built. */
export async function setup() {
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sourceStamp()) return
  try {
    await build({ types: false })
  } catch (error) {
    rmSync(path.join(DIST, 'main.js'), { force: true })
    console.error(`dist/ could not be built, so tests that run the program will fail: ${error.message.split('\n')[0]}`)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build({ types: !process.argv.includes('--fast') })
