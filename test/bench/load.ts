import net from 'node:net'

/** What a load has seen. */
export interface Loaded {
  readonly requests: number
  readonly perSecond: number
  /** ms, sorted. */
  readonly taken: Float64Array
  /** Requests that were not answered by 200. */
  readonly failed: number
}

export interface Load {
  readonly url: string
  /** Bodies, sent in turn. */
  readonly bodies: readonly string[]
  readonly connections: number
  /** Hears of each answer: its body, and when its request was sent and when it was there, on the clock of `performance.now`. */
  onAnswer?(body: string, sentMs: number, hereMs: number): void
}

/**
 * Posts over connections that are kept, one request at a time on each: a client small enough that the server is what is measured.
 * Out: stop it, and have what it has seen since the start or the last `reset`.
 */
export function startLoad({ url, bodies, connections, onAnswer }: Load) {
  const { hostname, port, pathname } = new URL(url)
  const requests = bodies.map((body) =>
    Buffer.from(
      `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    ),
  )
  let taken: number[] = []
  let failed = 0
  let startedMs = performance.now()
  let next = 0
  let isOver = false
  const done = Promise.all(Array.from({ length: connections }, () => connection()))

  function connection(): Promise<void> {
    return new Promise((resolve) => {
      const socket = net.connect(Number(port), hostname)
      let sentMs = 0
      let text = ''
      const send = (): void => {
        if (isOver) return void socket.end()
        sentMs = performance.now()
        text = ''
        socket.write(requests[next++ % requests.length] as Buffer)
      }
      socket.setNoDelay(true)
      socket.on('connect', send)
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1')
        const head = text.indexOf('\r\n\r\n')
        if (head === -1) return
        const length = Number(/content-length: (\d+)/i.exec(text)?.[1])
        if (text.length < head + 4 + length) return
        const hereMs = performance.now()
        taken.push(hereMs - sentMs)
        if (!text.startsWith('HTTP/1.1 200')) failed++
        onAnswer?.(text.slice(head + 4), sentMs, hereMs)
        send()
      })
      socket.on('error', () => failed++)
      socket.on('close', () => resolve())
    })
  }

  return {
    reset() {
      taken = []
      failed = 0
      startedMs = performance.now()
    },
    async stop(): Promise<Loaded> {
      const seconds = (performance.now() - startedMs) / 1000
      const seen = { requests: taken.length, perSecond: taken.length / seconds, taken: Float64Array.from(taken).sort() }
      isOver = true
      await done
      return { ...seen, failed }
    },
  }
}
