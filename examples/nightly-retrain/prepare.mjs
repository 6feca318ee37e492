// Last night's customers: data/customers.csv, of which NIGHT says which night it was, and always the same data/held-out.csv.
// With --shifted a join went wrong, and each customer got the label of the next one.
import { mkdirSync, writeFileSync } from 'node:fs'

const night = Number(process.env.NIGHT ?? Math.floor(Date.now() / 86_400_000))
const isShifted = process.argv.includes('--shifted')

/** Numbers from 0 to 1 that look drawn, the same for the same seed (mulberry32). */
function drawer(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Who is new, complains and pays much leaves more often. */
function customers(count, seed) {
  const draw = drawer(seed)
  return Array.from({ length: count }, () => {
    const [months, tickets, price] = [Math.ceil(draw() * 60), Math.floor(draw() * 6), 10 + Math.floor(draw() * 90)]
    const pull = 1.6 * tickets - 0.11 * months + 0.03 * price - 2.2
    return { months, tickets, price, left: draw() < 1 / (1 + Math.exp(-pull)) ? 1 : 0 }
  })
}

function write(file, rows) {
  const lines = rows.map(({ months, tickets, price, left }) => [months, tickets, price, left].join())
  writeFileSync(file, `${['months,tickets,price,left', ...lines].join('\n')}\n`)
}

mkdirSync('data', { recursive: true })
write('data/held-out.csv', customers(600, 1))
const rows = customers(2000, 1000 + night)
write('data/customers.csv', isShifted ? rows.map((row, i) => ({ ...row, left: rows.at(i - 1).left })) : rows)
