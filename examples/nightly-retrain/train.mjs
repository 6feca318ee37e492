// Logistic regression over three columns: model.json, the same bytes for the same data.
import { readFileSync, writeFileSync } from 'node:fs'

const { rounds, rate } = JSON.parse(readFileSync('params.json', 'utf8'))
const [, ...lines] = readFileSync('data/customers.csv', 'utf8').trim().split('\n')
const rows = lines.map((line) => line.split(',').map(Number))

/** One, and each column at about one. */
const scaled = ([months, tickets, price]) => [1, months / 30, tickets / 3, price / 50]

let weights = [0, 0, 0, 0]
for (let round = 0; round < rounds; round++)
  for (const row of rows) {
    const inputs = scaled(row)
    const odds = inputs.reduce((sum, input, i) => sum + input * weights[i], 0)
    const error = row[3] - 1 / (1 + Math.exp(-odds))
    weights = weights.map((weight, i) => weight + rate * error * inputs[i])
  }
writeFileSync('model.json', `${JSON.stringify({ weights: weights.map((one) => Number(one.toFixed(6))) })}\n`)
