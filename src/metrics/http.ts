import type { MetricDriver, MetricPlace, Question, Said, Sides, Span } from '../core/metric-source.ts'
import { documentOf, newest, saidIn } from './_document.ts'
import { askJson, failed, urlOf } from './_http.ts'

/** A URL that answers as a program would; with GET, one that has a number somewhere in its JSON. */
export const driver: MetricDriver = {
  open: (place) => ({
    describe: () => `${methodOf(place)} ${urlOf(place).origin}${urlOf(place).pathname}`,
    ask: (question, sides, windows) => ask(place, question, sides, windows),
    close: async () => undefined,
  }),
}

const methodOf = ({ options }: MetricPlace): 'GET' | 'POST' => (options.method === 'GET' ? 'GET' : 'POST')

async function ask(place: MetricPlace, question: Question, sides: Sides, windows: readonly Span[]): Promise<Said> {
  const url = urlOf(place)
  if (methodOf(place) === 'POST') {
    const body = documentOf(question, sides, windows)
    return saidIn(
      await askJson(place, url, { method: 'POST', type: 'application/json', body }),
      question,
      windows,
      url.host,
    )
  }
  if (question.kind !== 'value') throw failed(`a GET answers for one number: ${question.kind} need method: POST`)
  const at = String(place.options.value ?? '/value')
  const value = found(await askJson(place, url, { method: 'GET' }), at)
  if (value === undefined) throw failed(`there is nothing at ${at} in what ${url.host} answers`)
  return newest(value, windows)
}

/** RFC 6901. */
function found(value: unknown, pointer: string): unknown {
  const keys = pointer.split('/').slice(1)
  return keys.reduce<unknown>((inner, key) => {
    const name = key.replaceAll('~1', '/').replaceAll('~0', '~')
    return typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name)
      ? (inner as Readonly<Record<string, unknown>>)[name]
      : undefined
  }, value)
}
