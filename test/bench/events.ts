/** A client that keeps its last bulk answer, and asks again when an event says so: what the OFREP provider for the web does. */
export async function listenForChanges(url: string, body: string) {
  let told = ''
  let etag: string | null = null
  let asked = 0
  let failed = 0
  const stop = new AbortController()

  async function ask(): Promise<string | null> {
    asked++
    const headers: Record<string, string> = etag === null ? {} : { 'if-none-match': etag }
    const answer = await fetch(`${url}/ofrep/v1/evaluate/flags`, { method: 'POST', body, headers })
    const text = await answer.text()
    if (answer.status === 200) told = text
    else if (answer.status !== 304) failed++
    etag = answer.headers.get('etag')
    return answer.status === 200 ? JSON.parse(text).eventStreams[0].endpoint.requestUri : null
  }

  async function listen(path: string): Promise<void> {
    const { body: events } = await fetch(url + path, { signal: stop.signal })
    let text = ''
    for await (const chunk of events as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString()
      const whole = text.split('\n\n')
      text = whole.pop() as string
      if (whole.some((event) => event.includes('refetchEvaluation'))) await ask()
    }
  }

  const listening = listen((await ask()) as string).catch(() => {
    if (!stop.signal.aborted) failed++
  })
  return {
    told: () => told,
    asked: () => asked,
    failed: () => failed,
    async end() {
      stop.abort()
      await listening
    },
  }
}
