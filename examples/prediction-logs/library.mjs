// With the library: it reads what the checkout serves, hashes the input, and never fails a request.
import { createPredictionLog } from 'aiship'

const predictions = createPredictionLog({ to: process.argv[2], release: process.argv[3] })

const input = { amount: 120, country: 'DE' }
predictions.log({
  request_id: 'node-library-1',
  ...{ entity: 'order:1', input, label: 'block', score: 0.81, action: 'block', latency_ms: 41.2 },
  segment: { region: 'eu-west', device: 'ios' },
})
