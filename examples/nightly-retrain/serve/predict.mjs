// JSON lines in, JSON lines out.
import { createInterface } from 'node:readline'
import { score } from './score.mjs'

for await (const line of createInterface({ input: process.stdin }))
  if (line.trim() !== '') console.log(JSON.stringify({ leaves: Number(score(JSON.parse(line)).toFixed(4)) }))
