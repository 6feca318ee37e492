import { AishipError } from '../core/errors.ts'
import type { S3Client } from './_s3-client.ts'

export const RACERS = 32
const ROUNDS = 3
/** Of rounds whose winner's reply was lost: those say nothing. */
const MOST_LOST = 6

/**
 * Races `If-None-Match: *`: in each round many writers create one key at once, and exactly one may win, whose bytes then stand there. No
 * documentation is believed: stores that ignore the condition, or look before the body has come, answer as if they kept it.
 * In: a client that sends as many requests at once. Out: null if the store keeps its word, else what it did. Errors: those of the client.
 */
export async function raceProbe(
  client: S3Client,
  keyOf: (name: string) => string,
  uuid: () => string,
): Promise<string | null> {
  let lost = 0
  for (let round = 1; round <= ROUNDS; round++) {
    const key = keyOf(`/probe/${uuid()}`)
    try {
      const racers = Array.from({ length: RACERS }, (_, i) => Buffer.from(`${round}-${i}`))
      const puts = await Promise.all(racers.map((bytes) => client.put(key, bytes, { ifNoneMatch: true })))
      const winners = racers.filter((_, i) => puts[i]?.outcome === 'stored')
      const { status, bytes } = await client.get(key, { maxBytes: 64 })
      if (winners.length > 1)
        return `of ${RACERS} writers that created one key at once, ${winners.length} were told that they had`
      if (winners.length === 0) {
        // Whose reply was lost may have won: that is no lie, and no pass either.
        const isLost = puts.some((put) => put.outcome === 'unknown' || (put.outcome === 'exists' && put.ambiguous))
        if (isLost && (status === 404 || racers.some((one) => one.equals(bytes)))) {
          if (++lost > MOST_LOST) throw noAnswer(key)
          round--
          continue
        }
        return `of ${RACERS} writers that created one key at once, none was told that it had`
      }
      if (winners[0] !== undefined && !winners[0].equals(bytes))
        return `the bytes under a key are not those of the writer that was told that it had created it`
    } finally {
      await client.delete([key]).catch(() => undefined)
    }
  }
  return null
}

const noAnswer = (key: string): AishipError =>
  new AishipError(
    'REGISTRY_UNREACHABLE',
    `the bucket did not say who had created ${key}: it can't be told whether it keeps its word`,
    {
      hint: 'replies are lost, or the store fails: see that it is healthy, then try again',
      next: ['aiship doctor'],
    },
  )

/** What to do about a bucket on which pointers would be lost. */
export const lying = (url: string, why: string): AishipError =>
  new AishipError('CONDITION_UNSUPPORTED', `${url} does not keep its word: ${why}`, {
    hint: 'two people could move one pointer at once, and both be told that they had: no registry can be made there; use AWS S3, R2, Ceph or another store whose If-None-Match: * is atomic, or a folder',
    next: ['aiship doctor'],
  })
