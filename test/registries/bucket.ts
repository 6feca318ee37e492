import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canonicalBytes } from '../../src/core/digest.ts'
import type { Event, Opened, RemotePlace } from '../../src/core/ports.ts'
import { driver } from '../../src/registries/s3.ts'
import { FORMAT } from '../../src/store/format.ts'
import { ask } from '../s3/client.ts'
import { BUCKET, OWNER, type S3Server } from '../s3/server.ts'

const dirs: string[] = []

function freshDir(): string {
  const dir = fs.mkdtempSync(join(tmpdir(), 'aiship-bucket-'))
  dirs.push(dir)
  return dir
}

export function removeDirs(): void {
  for (const dir of dirs.splice(0)) fs.rmSync(dir, { recursive: true, force: true })
}

export interface BucketOptions extends Partial<RemotePlace> {
  readonly prefix?: string
  readonly endpoint?: string
  readonly key?: { readonly id: string; readonly secret: string }
  readonly events?: Event[]
}

type Where = Pick<S3Server, 'endpoint' | 'region'>

/** Where a registry in the double's bucket is opened, by a machine of its own unless `cache` says which. */
function placeIn(server: Where, options: BucketOptions = {}): RemotePlace {
  const { prefix = randomUUID(), endpoint = server.endpoint, key = OWNER, events = [], ...place } = options
  return {
    url: `s3://${BUCKET}/${prefix}?endpoint=${encodeURIComponent(endpoint)}&region=${server.region}`,
    cache: join(freshDir(), 'cache'),
    env: { AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret },
    create: true,
    looks: true,
    signal: new AbortController().signal,
    now: () => new Date(),
    uuid: randomUUID,
    emit: (event) => void events.push(event),
    ...place,
  }
}

/**
 * The same registry as if somebody had made it before: format.json is put there. For servers that are slow when many create one key, where
 * each registry that is made would begin with a race of 32.
 */
export async function openMade(server: Where, options: BucketOptions = {}): Promise<Opened> {
  const { prefix = randomUUID(), endpoint = server.endpoint, key = OWNER } = options
  const body = canonicalBytes({ ...FORMAT, id: randomUUID() })
  const { status } = await ask({ ...key, endpoint }, { method: 'PUT', path: `/${BUCKET}/${prefix}/format.json`, body })
  if (status !== 200) throw new Error(`format.json: ${status}`)
  return openBucket(server, { ...options, prefix })
}

export const openBucket = (server: Where, options: BucketOptions = {}): Promise<Opened> =>
  driver.open(placeIn(server, options))
