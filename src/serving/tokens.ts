import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** Who is let in. */
export interface Guard {
  /** The token that a request has: `Authorization: Bearer …`, else `X-API-Key`. Out: a ticket for its stream of events; null: no token of ours. */
  admit(authorization: string | undefined, apiKey: string | undefined): string | null
  /** True for a ticket that `admit` gave out, now or before a restart. */
  admitsTicket(ticket: string): boolean
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * Compares digests, each one with each token, so that the time it takes says nothing. A page can't send a header with its request for events: it gets
 * a ticket in the address, which opens nothing else and goes with its token.
 */
export function openGuard(tokens: readonly string[]): Guard {
  const known = tokens.map((token) => {
    const ticket = createHmac('sha256', token).update('aiship/events').digest('hex').slice(0, 32)
    return { hash: sha256(token), ticket, ticketHash: sha256(ticket) }
  })
  return {
    admit(authorization, apiKey) {
      const [, bearer] = /^Bearer +([^ ]+)$/i.exec(authorization ?? '') ?? []
      const given = bearer ?? apiKey
      if (given === undefined) return null
      const hash = sha256(given)
      let found: string | null = null
      for (const one of known) if (timingSafeEqual(one.hash, hash)) found = one.ticket
      return found
    },
    admitsTicket(ticket) {
      const hash = sha256(ticket)
      let isFound = false
      for (const one of known) if (timingSafeEqual(one.ticketHash, hash)) isFound = true
      return isFound
    },
  }
}
