import type { Server } from 'node:http'
import { AishipError, hasCode } from '../core/errors.ts'
import type { ListenOptions } from '../core/http.ts'

/** Begins to listen. Errors: LISTEN_FAILED. */
export function bind(server: Server, { host, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenFailed(error, host, port)))
    server.listen(port, host, () => resolve())
  })
}

function listenFailed(error: Error, host: string, port: number): AishipError {
  const where = `${host}:${port}`
  const known = (message: string, hint: string) => new AishipError('LISTEN_FAILED', message, { hint, cause: error })
  if (hasCode(error, 'EADDRINUSE'))
    return known(`something else listens at ${where}`, 'take another --port; 0 picks one that is free')
  if (hasCode(error, 'EACCES')) return known(`port ${port} is not for this user`, 'take a --port from 1024 on')
  if (hasCode(error, 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN'))
    return known(
      `this machine has no address ${host}`,
      '--host takes an address of this machine: 127.0.0.1, or 0.0.0.0 for all',
    )
  return known(`nothing can listen at ${where}: ${error.message}`, 'see aiship help serve')
}
