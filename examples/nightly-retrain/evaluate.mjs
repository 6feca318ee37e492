// One JSON object: the accuracy over customers that training never saw, and of each whether the model was right, so that two models are
// compared customer by customer.
import { readFileSync } from 'node:fs'
import { score } from './serve/score.mjs'

const [, ...lines] = readFileSync(new URL('data/held-out.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
const items = lines.map((line, i) => {
  const [months, tickets, price, left] = line.split(',').map(Number)
  return { id: i + 1, value: Number(score({ months, tickets, price }) > 0.5 === (left === 1)) }
})
const accuracy = items.filter(({ value }) => value === 1).length / items.length
console.log(JSON.stringify({ metrics: { accuracy }, items }))
