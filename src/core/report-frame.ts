import { digestOf, hexOf } from './digest.ts'
import { type Html, html } from './html.ts'
import { REPORT_STYLE } from './report-style.ts'

/** A page that needs nothing else: no script, no font, no request; its policy allows its own style, by hash, and nothing besides. */
export function framed(title: string, body: Html): string {
  const styleHash = Buffer.from(hexOf(digestOf(REPORT_STYLE)), 'hex').toString('base64')
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer"><title>${title}</title><style>${{ html: REPORT_STYLE }}</style></head>
<body><main>
${body}
</main></body></html>
`
  return page.html
}
