// JSON lines in, JSON lines out.
import { score } from './score.mjs'

let rest = ''
for await (const chunk of process.stdin.setEncoding('utf8')) {
  const lines = (rest + chunk).split('\n')
  rest = lines.pop()
  lines.forEach(answer)
}
answer(rest)

function answer(line) {
  if (line.trim() !== '') console.log(JSON.stringify({ leaves: Number(score(JSON.parse(line)).toFixed(4)) }))
}
