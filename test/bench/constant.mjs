// The framework of `aiship serve`, answering a constant: what a service costs that decides nothing.
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'

const ANSWER = JSON.parse(process.argv[2])
const app = new Hono()
app.post('/ofrep/v1/evaluate/flags/:key', (c) => c.json(ANSWER))
const server = createServer(getRequestListener(app.fetch))
server.listen(0, '127.0.0.1', () => process.stderr.write(`http://127.0.0.1:${server.address().port}\n`))
