import { AishipError } from '../../core/errors.ts'
import type { ServeData } from '../../core/model.gen.ts'
import { serve } from '../../ops/serve.ts'
import { VERSION } from '../../version.gen.ts'
import { defineCommand, duration, flag, list, RUNS_ON, text, type Words, whole } from '../command.ts'

const PORT = 8016
const CONNECTIONS = 4096

export const command = defineCommand({
  name: 'serve',
  summary: `Answer over HTTP which bundle serves a request: OpenFeature (OFREP) with events, resolve, health, metrics.\nRuns ${RUNS_ON}.`,
  args: [['[pointer...]', 'only these pointers (default: every one of the app)']],
  options: [
    ['--port <n>', `where to listen (default ${PORT}); 0 picks a free one. The URL is the first line on stderr`],
    ['--host <address>', 'at which address (default 127.0.0.1)'],
    ['--token-file <file>', 'tokens, one a line, of which a request must have one; also AISHIP_SERVE_TOKEN'],
    ['--allow-anonymous', 'needed to listen at an address that others reach without a token'],
    ['--cors-origin <origin...>', 'pages of this origin may ask; * for all'],
    ['--interval <time>', 'how often to look (default 5s at a bucket, 2s at a folder, of which changes are noticed)'],
    ['--max-connections <n>', `more are turned away (default ${CONNECTIONS})`],
  ],
  examples: [
    'aiship serve --port 8016',
    `curl -d '{"context":{"targetingKey":"user-8"}}' http://127.0.0.1:8016/ofrep/v1/evaluate/flags/prod`,
    'aiship serve prod --host 0.0.0.0 --token-file /run/secrets/aiship --cors-origin https://shop.example',
  ],
  registry: 'none',
  endless: true,
  input: (words) => ({
    pointers: words.args,
    ...{ host: text(words, 'host') ?? '127.0.0.1', port: portOf(words) },
    ...{ tokenFile: text(words, 'tokenFile'), allowAnonymous: flag(words, 'allowAnonymous') },
    origins: list(words, 'corsOrigin').map(originOf),
    maxConnections: whole(words, 'maxConnections', 1) ?? CONNECTIONS,
    everyMs: duration(words, 'interval') ?? null,
    build: VERSION,
  }),
  run: serve,
  view: ({ data }) => view(data),
})

function portOf(words: Words): number {
  const port = whole(words, 'port', 0) ?? PORT
  if (port <= 65_535) return port
  throw new AishipError('USAGE', `--port takes a number from 0 to 65535, not ${port}`)
}

function originOf(origin: string): string {
  if (origin === '*' || /^https?:\/\/[^/?#\s]+$/.test(origin)) return origin
  throw new AishipError(
    'USAGE',
    `--cors-origin takes an origin such as https://shop.example, not ${JSON.stringify(origin)}`,
  )
}

const view = ({ requests }: ServeData): string => `stopped; ${requests} request${requests === 1 ? '' : 's'} answered`
