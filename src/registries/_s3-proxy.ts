import type { Agent, AgentOptions } from 'node:http'
import { HttpsProxyAgent } from 'https-proxy-agent'

/** Connections to a TLS server through a proxy. */
export const throughProxy = (proxy: URL, options: AgentOptions): Agent => new HttpsProxyAgent(proxy, options)
