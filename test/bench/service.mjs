// A service that a follow tells of releases: answers every request with what `model` of its folder says, and reads it again on SIGHUP.
//   node service.mjs DIR/current PID-FILE      the first line of its standard error is its address
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'

const [current, pidFile] = process.argv.slice(2)
const read = () => readFileSync(`${current}/model`, 'utf8')
let served = read()
process.on('SIGHUP', () => {
  served = read()
})
const server = createServer((request, response) => {
  request.resume()
  response.end(served)
}).listen(0, '127.0.0.1', () => {
  writeFileSync(pidFile, String(process.pid))
  served = read()
  process.stderr.write(`http://127.0.0.1:${server.address().port}/\n`)
})
