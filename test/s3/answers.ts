import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Writable } from 'node:stream'

/** What the server answers, as it comes. */
export interface Reply {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: AsyncIterable<Buffer> | Iterable<Buffer>
}

export interface Answer extends Reply {
  readonly body: readonly [Buffer]
}

export const drained = (stream: Writable): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done).off('close', done)
      resolve()
    }
    stream.on('drain', done).on('close', done)
  })

export async function readAll(stream: Reply['body']): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export const answerOf = async ({ status, headers, body }: Reply): Promise<Answer> => ({
  ...{ status, headers },
  body: [await readAll(body)],
})

/** Hands an answer on as it comes. */
export async function pass(
  { status, headers, body }: Reply,
  response: ServerResponse,
  change = (chunk: Buffer) => chunk,
) {
  response.writeHead(status, headers)
  for await (const chunk of body) {
    // Leaving the loop ends what is read.
    if (response.destroyed) return
    if (!response.write(change(chunk))) await drained(response)
  }
  response.end()
}

/** Those of the connection, not of the answer. */
const HOP = new Set(['connection', 'keep-alive', 'transfer-encoding'])

export const replyOf = (message: IncomingMessage): Reply => ({
  status: message.statusCode ?? 502,
  headers: Object.fromEntries(Object.entries(message.headers).filter(([name]) => !HOP.has(name))),
  body: message,
})

const MOST_QUESTIONS = 1000
const MOST_ANSWERS = 3
const LARGEST = 2 ** 20

/** The last few answers to each question, where they are small. */
export class Memory {
  readonly #answers = new Map<string, readonly Answer[]>()

  of(question: string): readonly Answer[] {
    return this.#answers.get(question) ?? []
  }

  async keep(question: string, reply: Reply): Promise<Reply> {
    // What does not say how long it is, a listing mostly, is read to its end.
    if (Number(reply.headers['content-length'] ?? 0) > LARGEST) return reply
    const answer = await answerOf(reply)
    const others = this.of(question).filter((other) => !other.body[0].equals(answer.body[0]))
    this.#answers.delete(question)
    this.#answers.set(question, [...others, answer].slice(-MOST_ANSWERS))
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= MOST_QUESTIONS) break
      this.#answers.delete(oldest)
    }
    return answer
  }
}
