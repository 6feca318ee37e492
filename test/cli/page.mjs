// What a page does that asks `aiship serve`: bundled by serve-browser.test.ts, and run in a browser.
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider'
import { OpenFeature, ProviderEvents } from '@openfeature/web-sdk'

const { url, token } = Object.fromEntries(new URLSearchParams(location.search))
const client = OpenFeature.getClient()
window.said = []
const say = () => {
  const { value, variant, reason } = client.getObjectDetails('prod', { bundle: '', arm: '' })
  window.said.push({ value, variant, reason })
}
window.setCountry = (country) => OpenFeature.setContext({ targetingKey: 'user-8', country })
await window.setCountry('US')
// Its default is to decide by what it stored in the browser at an earlier visit.
const options = { baseUrl: url, headers: [['X-API-Key', token]], cacheMode: 'network-first' }
await OpenFeature.setProviderAndWait(new OFREPWebProvider(options))
say()
client.addHandler(ProviderEvents.ConfigurationChanged, say)
client.addHandler(ProviderEvents.ContextChanged, say)
