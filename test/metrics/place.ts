import { AishipError } from '../../src/core/errors.ts'
import { checkedSource } from '../../src/core/metric-answer.ts'
import type { MetricDriver, MetricPlace, MetricSource } from '../../src/core/metric-source.ts'
import { printedBy } from '../../src/serving/program.ts'

/** A source as the context opens one, without a registry. */
export function open(
  driver: MetricDriver,
  options: MetricPlace['options'],
  more: { readonly env?: MetricPlace['env']; readonly signal?: AbortSignal; readonly root?: string } = {},
): MetricSource {
  const { env = process.env, signal = new AbortController().signal, root = import.meta.dirname } = more
  const place: MetricPlace = {
    ...{ options, env, signal, root },
    predictions: () => Promise.reject(new AishipError('INTERNAL', 'there is no log here')),
    run: (program, most) => printedBy(program, env, most, signal),
  }
  return checkedSource(driver.open(place), signal)
}
