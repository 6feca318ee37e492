import type { ServerResponse } from 'node:http'
import { refetchEvent } from '../core/ofrep.ts'

/** Clients that listen for changes. */
export interface Streams {
  readonly size: number
  /** Answers a request by events, from now on. In: `lastId`, the last one that the client has seen; null for a new one. */
  open(outgoing: ServerResponse, headers: Readonly<Record<string, string>>, lastId: string | null): void
  changed(): void
  end(): void
}

const BEAT_MS = 15_000
/** A client that leaves this much unread reads no more. */
const MAX_UNREAD = 64 * 1024

/** In: `version`, of what may change. */
export function openStreams(version: () => string): Streams {
  const open = new Set<ServerResponse>()
  const send = (outgoing: ServerResponse, text: string): void => {
    if (outgoing.writableLength > MAX_UNREAD) outgoing.destroy()
    else outgoing.write(text)
  }
  const sendAll = (text: string): void => {
    for (const outgoing of open) send(outgoing, text)
  }
  // So that whoever is between takes no stream for dead, and dead ones are found.
  const beat = setInterval(() => sendAll(':\n\n'), BEAT_MS)
  beat.unref()
  return {
    get size() {
      return open.size
    },
    open(outgoing, headers, lastId) {
      outgoing.writeHead(200, {
        ...headers,
        ...{ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
      })
      open.add(outgoing)
      outgoing.on('close', () => open.delete(outgoing))
      // Written to between its end and the word of it.
      outgoing.on('error', () => undefined)
      // What has changed between the client's answer and now, or while it was not connected, it would never hear of.
      const now = version()
      send(outgoing, lastId === now ? 'retry: 1000\n\n' : `retry: 1000\n${refetchEvent(now)}`)
    },
    changed: () => sendAll(refetchEvent(version())),
    end() {
      clearInterval(beat)
      for (const outgoing of open) outgoing.end()
    },
  }
}
