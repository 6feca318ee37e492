// With pino, as in any service: one line of JSON for each prediction.
import { readFileSync } from 'node:fs'
import pino from 'pino'

const [, , file, checkout] = process.argv
const { bundle, pointer } = JSON.parse(readFileSync(`${checkout}/.aiship-release.json`, 'utf8'))
const timestamp = () => `,"ts":"${new Date().toISOString()}"`
const predictions = pino({ base: { bundle, pointer }, timestamp }, pino.destination({ dest: file, sync: true }))

predictions.info({
  request_id: 'node-pino-1',
  label: 'block',
  score: 0.81,
  segment: { region: 'eu-west' },
  latency_ms: 41.2,
})
