import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeOf, makePlace, type Place, textOf } from './place.ts'

let place: Place
beforeAll(async () => {
  place = await makePlace()
})
afterAll(() => place.end())

const TRACE = '5B8EFFF798038103D269B633813FC60C'
const text = (value: string) => ({ stringValue: value })
const attributes = (all: Readonly<Record<string, unknown>>) =>
  Object.entries(all).map(([key, value]) => ({ key, value }))

/** What is stored of some lines, without what every record has. */
async function stored(profile: string, lines: readonly unknown[]): Promise<readonly Record<string, unknown>[]> {
  const fresh = await makePlace()
  try {
    fresh.file('in.jsonl', textOf(lines.map((one) => JSON.stringify(one).replaceAll('BUNDLE', fresh.bundle))))
    const data = await fresh.ingest('in.jsonl', { profile })
    expect(data.refused).toEqual([])
    const rows = await fresh.rows('SELECT * FROM predictions ORDER BY ts, request_id')
    return rows.map((row) =>
      Object.fromEntries(Object.entries(row).filter(([key, value]) => value !== null && key !== 'bundle')),
    )
  } finally {
    fresh.end()
  }
}

const resource = {
  attributes: attributes({
    'service.name': text('support'),
    'aiship.bundle.digest': text('BUNDLE'),
    'cloud.region': text('eu-west'),
  }),
}
const span = (more: Readonly<Record<string, unknown>>, all: Readonly<Record<string, unknown>>) => ({
  ...{
    traceId: TRACE,
    startTimeUnixNano: '1774173600123456789',
    endTimeUnixNano: '1774173601935456789',
    kind: 3,
    status: {},
  },
  ...{ ...more, attributes: attributes(all) },
})
const export_ = (spans: readonly unknown[]) => ({ resourceSpans: [{ resource, scopeSpans: [{ scope: {}, spans }] }] })

test('OTLP spans: a chat, its tool call, and what is not about AI', async () => {
  const chat = {
    ...{
      'gen_ai.operation.name': text('chat'),
      'gen_ai.response.id': text('chatcmpl-9x'),
      'gen_ai.response.model': text('gpt-x'),
    },
    ...{ 'gen_ai.usage.input_tokens': { intValue: '812' }, 'gen_ai.usage.output_tokens': { intValue: 120 } },
    ...{
      'gen_ai.response.finish_reasons': { arrayValue: { values: [text('stop')] } },
      'gen_ai.conversation.id': text('conv'),
    },
    ...{ 'gen_ai.input.messages': text('[{"role":"user"}]'), 'aiship.segment.device': text('ios') },
  }
  const tool = { 'gen_ai.operation.name': text('execute_tool'), 'error.type': text('timeout') }
  const rows = await stored('otlp', [
    export_([
      span({ spanId: '00F067AA0BA902B7', parentSpanId: '' }, chat),
      span(
        {
          spanId: '00f067aa0ba902b8',
          parentSpanId: '00f067aa0ba902b7',
          startTimeUnixNano: '1774173601000000000',
          status: { code: 2 },
        },
        tool,
      ),
      span({ spanId: '00f067aa0ba902b9', parentSpanId: '00f067aa0ba902b7' }, { 'db.system': text('postgresql') }),
    ]),
  ])
  expect(rows).toHaveLength(2)
  expect(rows[0]).toMatchObject({
    ...{
      ts: '2026-03-22T10:00:00.123456Z',
      request_id: 'chatcmpl-9x',
      event: 'prediction',
      op: 'chat',
      service: 'support',
    },
    ...{
      trace_id: TRACE.toLowerCase(),
      span_id: '00f067aa0ba902b7',
      session_id: 'conv',
      finish_reason: 'stop',
      status: 'ok',
    },
    ...{
      model_served: 'gpt-x',
      usage: { input_tokens: 812, output_tokens: 120 },
      segment: { region: 'eu-west', device: 'ios' },
    },
    latency_ms: 1812,
  })
  expect(rows[0]?.input_hash).toMatch(/^sha256:/)
  expect(rows[0]).not.toHaveProperty('input')
  expect(rows[1]).toMatchObject({
    ...{
      event: 'step',
      op: 'execute_tool',
      parent_span_id: '00f067aa0ba902b7',
      status: 'error',
      error_type: 'timeout',
    },
    request_id: `${TRACE}:00f067aa0ba902b8`,
  })
})

test('OTLP logs: an evaluation', async () => {
  const all = {
    'gen_ai.evaluation.name': text('faithfulness'),
    'gen_ai.evaluation.score.value': { doubleValue: 0.4 },
    'gen_ai.response.id': text('chatcmpl-9x'),
  }
  const record = {
    timeUnixNano: '0',
    observedTimeUnixNano: '1774173600000000000',
    eventName: 'gen_ai.evaluation.result',
    attributes: attributes(all),
  }
  const rows = await stored('otlp', [{ resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }] }])
  expect(rows).toMatchObject([
    {
      event: 'evaluation',
      request_id: 'chatcmpl-9x',
      outcome_name: 'faithfulness',
      outcome_value: '0.4',
      ts: '2026-03-22T10:00:00.000Z',
    },
  ])
})

test('OpenInference spans', async () => {
  const all = {
    ...{ 'openinference.span.kind': text('LLM'), 'llm.model_name': text('gpt-x'), 'input.value': text('hello') },
    ...{ 'llm.token_count.prompt': { intValue: 5 }, 'session.id': text('s1') },
  }
  const rows = await stored('openinference', [export_([span({ spanId: 'a'.repeat(16) }, all)])])
  expect(rows).toMatchObject([
    { op: 'chat', event: 'prediction', model_served: 'gpt-x', usage: { input_tokens: 5 }, session_id: 's1' },
  ])
})

test('Langfuse observations', async () => {
  const base = {
    traceId: '7f1c3e9a-0000-4000-8000-0000000000aa',
    startTime: '2026-03-22T10:00:00.000Z',
    metadata: { aiship_bundle: 'BUNDLE' },
  }
  const rows = await stored('langfuse', [
    {
      ...{
        ...base,
        id: 'o1',
        type: 'GENERATION',
        model: 'gpt-x',
        endTime: '2026-03-22T10:00:01.500Z',
        environment: 'prod',
      },
      ...{ usageDetails: { input: 3, output: 4 }, costDetails: { total: 0.01 }, level: 'DEFAULT', input: { q: 1 } },
    },
    {
      ...base,
      id: 'o2',
      parentObservationId: 'o1',
      type: 'TOOL',
      startTime: '2026-03-22T10:00:00.700Z',
      level: 'ERROR',
      statusMessage: 'no such order',
    },
  ])
  expect(rows).toMatchObject([
    {
      ...{
        event: 'prediction',
        request_id: base.traceId,
        latency_ms: 1500,
        status: 'ok',
        segment: { environment: 'prod' },
      },
      ...{ trace_id: '7f1c3e9a0000400080000000000000aa', usage: { input_tokens: 3, output_tokens: 4, cost_usd: 0.01 } },
    },
    { event: 'step', op: 'execute_tool', status: 'error', error_type: 'no such order' },
  ])
  expect(rows[1]?.parent_span_id).toBe(rows[0]?.span_id)
})

test('KServe: a request and its answer are one prediction; one without an answer is counted', async () => {
  const event = (id: string, kind: string, time: string, data: unknown) => ({
    ...{ specversion: '1.0', id, source: 'http://kserve', type: `org.kubeflow.serving.inference.${kind}`, time, data },
    ...{ inferenceservicename: 'scorer', namespace: 'ml', endpoint: 'canary', aishipbundle: 'BUNDLE' },
  })
  const lines = [
    event('r1', 'request', '2026-03-22T10:00:00.000Z', { instances: [[1, 2]] }),
    event('r2', 'request', '2026-03-22T10:00:00.000Z', { instances: [[3, 4]] }),
    event('r1', 'response', '2026-03-22T10:00:00.041Z', { predictions: [0.81] }),
  ]
  const rows = await stored('kserve', lines)
  expect(rows).toMatchObject([
    {
      request_id: 'r1',
      ts: '2026-03-22T10:00:00.000Z',
      latency_ms: 41,
      service: 'scorer',
      arm: 'candidate',
      label: '0.81',
      segment: { namespace: 'ml' },
    },
  ])
  expect(rows[0]).toHaveProperty('input_hash')
  place.file('kserve.jsonl', textOf(lines.map((one) => JSON.stringify(one).replaceAll('BUNDLE', place.bundle))))
  expect((await place.ingest('kserve.jsonl', { profile: 'kserve' })).unpaired).toBe(1)
})

test('SageMaker captures, of which the command names the bundle', async () => {
  const capture = (data: string, encoding: string) => ({
    observedContentType: 'application/json',
    mode: 'INPUT',
    data,
    encoding,
  })
  const lines = ['e1', 'e2'].map((eventId, i) => ({
    captureData: {
      endpointInput: capture(
        i === 0 ? '{"a":1}' : Buffer.from('{"a":1}').toString('base64'),
        i === 0 ? 'JSON' : 'BASE64',
      ),
      endpointOutput: capture('0.8', 'CSV'),
    },
    eventMetadata: { eventId, inferenceTime: '2026-03-22T10:00:00Z' },
    eventVersion: '0',
  }))
  place.file('capture.jsonl.gz', gzipSync(textOf(lines.map((one) => JSON.stringify(one)))))
  expect(await place.ingest('capture.jsonl.gz', { profile: 'sagemaker', bundle: 'v1' })).toMatchObject({ records: 2 })
  const rows = await place.rows("SELECT DISTINCT input_hash, bundle FROM predictions WHERE request_id IN ('e1', 'e2')")
  expect(rows).toMatchObject([{ bundle: place.bundle }])
})

test("a profile of one's own", async () => {
  const own = {
    name: 'mine',
    version: 1,
    knownBy: ['when'],
    fields: {
      ts: [{ at: 'when', as: 'unix-s' }],
      request_id: [{ at: 'call.id' }],
      bundle: [{ at: 'release', as: 'digest' }],
      label: [{ at: 'answer' }],
    },
  }
  const profile = place.file('mine.json', JSON.stringify(own))
  place.file(
    'mine.jsonl',
    textOf([JSON.stringify({ when: 1774173600, call: { id: 'm1' }, release: place.bundle, answer: false })]),
  )
  expect(await place.ingest('mine.jsonl', { profile })).toMatchObject({ records: 1 })
  expect(await place.rows("SELECT ts, label FROM predictions WHERE request_id = 'm1'")).toEqual([
    { ts: '2026-03-22T10:00:00.000Z', label: 'false' },
  ])
  place.file('mine.json', JSON.stringify({ ...own, feilds: {} }))
  expect(await codeOf(place.ingest('mine.jsonl', { profile }))).toBe('USAGE')
  expect(await codeOf(place.ingest('mine.jsonl', { profile: 'otpl' }))).toBe('USAGE')
})

describe('OTLP: the bundle that a flag evaluation says', () => {
  const bare = { attributes: attributes({ 'service.name': text('support') }) }
  const spans = (...all: readonly unknown[]) => ({ resourceSpans: [{ resource: bare, scopeSpans: [{ spans: all }] }] })
  const logs = (...all: readonly unknown[]) => ({
    resourceLogs: [{ resource: bare, scopeLogs: [{ logRecords: all }] }],
  })
  const chat = (
    id: string,
    more: Readonly<Record<string, unknown>> = {},
    own: Readonly<Record<string, unknown>> = {},
  ) =>
    span(
      { spanId: `00f067aa0ba9020${id}`, ...more },
      { 'gen_ai.operation.name': text('chat'), 'gen_ai.response.id': text(id), ...own },
    )
  const flag = (all: Readonly<Record<string, unknown>>) => attributes({ 'feature_flag.key': text('prod'), ...all })
  const value = { kvlistValue: { values: attributes({ bundle: text('BUNDLE'), arm: text('candidate') }) } }
  const whole = flag({
    ...{ 'feature_flag.result.value': value, 'feature_flag.result.variant': text('candidate') },
    ...{ 'feature_flag.result.reason': text('split'), 'feature_flag.context.id': text('user-8') },
  })
  const said = { request_id: '1', pointer: 'prod', arm: 'candidate', reason: 'SPLIT', targeting_key: 'user-8' }
  const event = { eventName: 'feature_flag.evaluation', timeUnixNano: '1774173600000000000' }

  test('as an event of the span, with the bundle and the arm', async () => {
    const dark = {
      name: 'feature_flag.evaluation',
      attributes: attributes({ 'feature_flag.key': text('dark'), 'feature_flag.result.variant': text('on') }),
    }
    const events = [{ name: 'feature_flag.evaluation', attributes: whole }, dark]
    expect(await stored('otlp', [spans(chat('1', { events }))])).toMatchObject([said])
  })

  test('as a log record of the same trace, that came before or stands in the same line', async () => {
    const upper = { ...event, traceId: TRACE.toLowerCase(), attributes: whole }
    expect(await stored('otlp', [logs(upper), spans(chat('1'))])).toMatchObject([said])
    const both = { ...spans(chat('1')), ...logs(upper) }
    expect(await stored('otlp', [both])).toMatchObject([said])
  })

  test('as attributes of the span, where the variant is the digest, or the value is JSON', async () => {
    const variant = { 'feature_flag.key': text('prod'), 'feature_flag.result.variant': text('BUNDLE') }
    const json = { ...variant, 'feature_flag.result.value': text('{"bundle":"BUNDLE","arm":"stable"}') }
    const rows = await stored('otlp', [spans(chat('1', {}, variant)), spans(chat('2', {}, json))])
    expect(rows).toMatchObject([
      { request_id: '1', pointer: 'prod' },
      { request_id: '2', arm: 'stable' },
    ])
    expect(rows[0]).not.toHaveProperty('arm')
  })

  test('only of its own trace, and never against what the record says itself', async () => {
    const OTHER = `sha256:${'d'.repeat(64)}`
    const away = { ...event, traceId: 'f'.repeat(32), attributes: whole }
    place.file(
      'flags.jsonl',
      textOf([logs(away), spans(chat('3'))].map((one) => JSON.stringify(one))).replaceAll('BUNDLE', place.bundle),
    )
    expect(await place.ingest('flags.jsonl', { profile: 'otlp' })).toMatchObject({
      records: 0,
      refused: [{ reason: 'bundle is missing' }],
    })
    const own = chat('4', {}, { 'aiship.bundle.digest': text(OTHER) })
    const [row] = await stored('otlp', [logs({ ...event, traceId: TRACE, attributes: whole }), spans(own)])
    expect(row).not.toHaveProperty('pointer')
  })
})
