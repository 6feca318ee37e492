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
import { asModule, asScript, pack } from './build/pack.mjs'

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const DIST = path.join(ROOT, 'dist')
const STAMP = path.join(DIST, 'stamp')

// What a person types at three in the morning: in the file that is loaded anyway.
const HOT =
  /^src\/cli\/commands\/(resolve|promote|rollback|undo|hold|unhold|log)\.ts$|^src\/store\/folder\.ts$|^node_modules\/chalk\//

async function build({ types }) {
  const stamp = sourceStamp()
  mkdirSync(DIST, { recursive: true })
  const entries = ['main', 'index', 'worker'].filter((name) => existsSync(path.join(ROOT, `src/${name}.ts`)))
  const files = new Map()
  const inputs = new Set()
  for (const name of entries) {
    const { chunks, used } = await split(name)
    for (const file of used) inputs.add(file)
    const options =
      name === 'main'
        ? { isHot: (source) => HOT.test(source ?? ''), frame: asScript }
        : { isHot: () => false, frame: asModule }
    for (const [file, text] of pack(chunks, `${name}.js`, options)) files.set(file, text)
  }
  files.set('THIRD-PARTY-LICENSES.txt', licensesOf(ROOT, inputs))
  for (const [file, text] of files) if (!entries.includes(path.parse(file).name)) put(file, text)
  for (const name of entries) put(`${name}.js`, withDigest(files.get(`${name}.js`)))
  if (entries.includes('main'))
    execFileSync(process.execPath, [path.join(ROOT, 'scripts/build/warm.cjs')], { stdio: 'inherit' })
  if (types && entries.includes('index')) declare()
  const keep = (file) => files.has(file) || file === 'types' || file.endsWith('.cache') || file.startsWith('.new-')
  for (const file of readdirSync(DIST)) if (!keep(file)) rmSync(path.join(DIST, file), { recursive: true })
  writeFileSync(STAMP, stamp)
}

/** The ES chunks of one entry, cut where the sources import dynamically. */
async function split(name) {
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
    readFileSync(path.join(ROOT, 'package.json'), 'utf8'),
  )
  const result = await bundle({
    ...{ absWorkingDir: ROOT, entryPoints: [`src/${name}.ts`], outdir: DIST, write: false, metafile: true },
    ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20', charset: 'ascii' },
    ...{ minifyWhitespace: true, minifySyntax: true, legalComments: 'none', logLevel: 'warning' },
    external: Object.keys({ ...dependencies, ...optionalDependencies }),
    // CommonJS has these under other names, and every part lies in dist/ itself.
    define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  })
  if (result.warnings.length > 0) throw new Error('the bundler warned: see above')
  const chunks = new Map()
  for (const file of result.outputFiles) {
    const out = result.metafile.outputs[path.relative(ROOT, file.path)]
    const imports = out.imports.filter(({ kind, external }) => kind === 'import-statement' && !external)
    chunks.set(path.basename(file.path), {
      ...{ text: file.text, source: out.entryPoint, exports: out.exports },
      imports: imports.map((chunk) => path.basename(chunk.path)),
    })
  }
  return { chunks, used: Object.keys(result.metafile.inputs) }
}

function withDigest(text) {
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
