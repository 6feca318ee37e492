import type { Finding, LogRecord } from '../core/ports.ts'
import { entryFile, entrySeq, logFolder, MAX_RECORD_BYTES } from '../store/layout.ts'
import { follows, type LostTip, lostFinding, lostTip } from '../store/lost-tip.ts'
import type { Parts } from './_s3-parts.ts'

interface Tip {
  readonly seq: number
  readonly etag: string
}

/** Logs of which the hint holds an entry that is gone. With `repair` it is put back, and those before it as far as this machine has them. */
export async function* checkTips(parts: Parts, repair: boolean): AsyncGenerator<Finding> {
  const { client, key } = parts
  const start = key('/logs/')
  const newest = new Map<string, Tip>()
  const hints = new Map<string, string>()
  for await (const item of client.list(start)) {
    if (!('key' in item)) continue
    const end = item.key.lastIndexOf('/')
    const [log, name] = [item.key.slice(start.length, end), item.key.slice(end + 1)]
    const seq = entrySeq(name)
    if (seq !== null) newest.set(log, { seq, etag: item.etag })
    else if (name === 'hint') hints.set(log, item.etag)
  }
  const read = async (log: string, name: string): Promise<Uint8Array | null> => {
    const { status, bytes } = await client.get(`${start}${log}/${name}`, { maxBytes: MAX_RECORD_BYTES })
    return status === 404 ? null : bytes
  }
  for (const [log, etag] of hints) {
    const tip = newest.get(log)
    if (tip?.etag === etag && etag !== '') continue
    const hint = await read(log, 'hint')
    const bytes = tip === undefined ? null : await read(log, entryFile(tip.seq))
    const before: LogRecord | null = tip === undefined || bytes === null ? null : { seq: tip.seq, bytes }
    const lost = hint === null || (tip !== undefined && before === null) ? null : lostTip(log, before, hint)
    // What came since the listing is not lost.
    if (lost === null || (await read(log, entryFile(lost.last.seq))) !== null) continue
    yield lostFinding(lost, repair && (await putBack(parts, lost)))
  }
}

/** Out: whether all of them are there now. */
async function putBack({ client, key, copy }: Parts, { log, newest, last }: LostTip): Promise<boolean> {
  let before = newest
  for (let seq = (newest?.seq ?? 0) + 1; seq <= last.seq; seq++) {
    const next = seq === last.seq ? last : await copy.logs.read(log, seq)
    if (next === null || !follows(next, before)) return false
    await client.put(key(`${logFolder('', log)}/${entryFile(seq)}`), next.bytes, { ifNoneMatch: true })
    before = next
  }
  return true
}
