import fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Desk, release, startDesk } from '../registries/desk.ts'
import { type S3Server, startS3 } from '../s3/server.ts'
import { line, textOf } from './place.ts'

let server: S3Server
let home: Desk
let host: Desk
beforeAll(async () => {
  server = await startS3({})
  home = startDesk(server)
  await release(home)
  host = startDesk(server)
  fs.copyFileSync(join(home.dir, 'aiship.yaml'), join(host.dir, 'aiship.yaml'))
})
afterAll(async () => {
  home.end()
  host.end()
  await server.close()
})

test('a bucket takes segments from one machine and gives them to another', async () => {
  const { bundle } = await home.done('resolve', 'prod')
  const log = (from: number) => textOf(Array.from({ length: 100 }, (_, i) => line(String(bundle), `r${from + i}`)))
  fs.writeFileSync(join(home.dir, 'a.jsonl'), log(0))
  fs.writeFileSync(join(host.dir, 'b.jsonl'), log(50))
  expect(await home.done('predictions', 'ingest', 'a.jsonl')).toMatchObject({ records: 100, dark: { records: 0 } })
  expect(await host.done('predictions', 'ingest', 'b.jsonl')).toMatchObject({ records: 50, duplicates: 50 })
  expect(await home.done('predictions', 'ingest', 'a.jsonl')).toMatchObject({ records: 0, duplicates: 0, segments: 0 })
  for (const desk of [home, host])
    expect(await desk.done('predictions', 'sql', 'SELECT count(*) AS n FROM predictions')).toMatchObject({
      ...{ rows: [{ n: 150 }], segments: 2, missing: [] },
    })
})
