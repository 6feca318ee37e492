// Turns a raw e-mail (RFC 5322 with MIME, as loosely as spam is written) into what a mail server would hand the
// filter: a subject and readable text. Attachments are dropped. Charsets other than UTF-8 are read as Latin-1, so that
// the result does not depend on which character tables this Node was built with.

/** Raw message -> {subject, body}. Never throws: a broken part is kept as it stands. */
export function parseMail(raw) {
  // The corpus keeps the mbox line ("From someone Thu Aug 22 ...") in front of the headers.
  const { headers, body } = splitHeaders(raw.replace(/^From .*\n/, '').replace(/\r\n/g, '\n'))
  return { subject: decodeWords(headers.subject ?? ''), body: textOf(headers, body, 0).trim() }
}

function splitHeaders(text) {
  const end = text.indexOf('\n\n')
  const head = end < 0 ? text : text.slice(0, end)
  const headers = Object.create(null)
  for (const line of head.replace(/\n[ \t]+/g, ' ').split('\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    if (colon > 0 && !(name in headers)) headers[name] = line.slice(colon + 1).trim()
  }
  return { headers, body: end < 0 ? '' : text.slice(end + 2) }
}

function textOf(headers, body, depth) {
  const type = (headers['content-type'] ?? 'text/plain').toLowerCase()
  const boundary = /boundary=\s*"?([^";]+)/i.exec(headers['content-type'] ?? '')?.[1]
  if (type.startsWith('multipart/') && boundary && depth < 5) {
    const parts = body.split(`--${boundary}`).slice(1)
    return parts
      .filter((part) => !part.startsWith('--'))
      .map((part) => splitHeaders(part.replace(/^\s*\n/, '\n').slice(1)))
      .map((part) => textOf(part.headers, part.body, depth + 1))
      .join('\n')
  }
  if (!type.startsWith('text/') && !type.startsWith('message/')) return ''
  const encoding = (headers['content-transfer-encoding'] ?? '').toLowerCase()
  const utf8 = type.includes('utf-8')
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString(utf8 ? 'utf8' : 'latin1')
  if (encoding === 'quoted-printable') return decodeQuoted(body.replace(/=\n/g, ''), utf8)
  return body
}

function decodeQuoted(text, utf8) {
  return text.replace(/(=[0-9a-f]{2})+/gi, (run) =>
    Buffer.from(run.replaceAll('=', ''), 'hex').toString(utf8 ? 'utf8' : 'latin1'),
  )
}

// Subjects such as =?iso-8859-1?Q?Gr=FC=DFe?=
function decodeWords(subject) {
  return subject.replace(/=\?([^?]+)\?([bq])\?([^?]*)\?=/gi, (_, charset, how, text) => {
    const utf8 = /utf-?8/i.test(charset)
    if (how.toLowerCase() === 'q') return decodeQuoted(text.replaceAll('_', ' '), utf8)
    return Buffer.from(text, 'base64').toString(utf8 ? 'utf8' : 'latin1')
  })
}
