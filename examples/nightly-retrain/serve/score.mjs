import { readFileSync } from 'node:fs'

const { weights } = JSON.parse(readFileSync(new URL('../model.json', import.meta.url), 'utf8'))

/** How likely a customer leaves. */
export function score({ months, tickets, price }) {
  const odds = [1, months / 30, tickets / 3, price / 50].reduce((sum, input, i) => sum + input * weights[i], 0)
  return 1 / (1 + Math.exp(-odds))
}
