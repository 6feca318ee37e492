/** One kind of secret. */
export interface TokenRule {
  readonly id: string
  /** As in "line 3 has a GitHub token". */
  readonly what: string
  /** A regular expression without groups: the secret itself. */
  readonly secret: string
  /** Says no to what only looks like one. `after` is the character behind the match. */
  readonly check?: (secret: string, after: string) => boolean
}

/** Kinds that are looked for together, in one pass over the text. */
export interface TokenFamily {
  readonly rules: readonly TokenRule[]
  /** Global; group N is the secret of rule N - 1. */
  readonly pattern: RegExp
}

/** The longest text that a pattern can match. */
export const MAX_TOKEN = 8 * 1024

const hasUpperLowerDigit = (text: string): boolean => /[A-Z]/.test(text) && /[a-z]/.test(text) && /[0-9]/.test(text)

const PLACEHOLDER = /example|sample|placeholder|change.?me|your|xxxx|0000|1234567|dummy|fake|redacted|secret.?here/i

/** Bits a character, by how often each occurs. */
function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}

/** `config.apiKeys.prod2`: a value that is read from elsewhere. */
const MEMBER = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/

/** True for what a generator wrote, false for identifiers, sentences and numbers. */
function looksRandom(text: string): boolean {
  if (PLACEHOLDER.test(text) || MEMBER.test(text) || !/[0-9]/.test(text) || !/[A-Za-z]/.test(text)) return false
  const bits = entropy(text)
  if (/^[0-9a-f]+$/i.test(text)) return text.length >= 32 && bits >= 3
  if (hasUpperLowerDigit(text)) return bits >= 3.5
  return text.length >= 20 && !/[-_./]/.test(text) && bits >= 3.6
}

const rule = (id: string, what: string, secret: string, check?: TokenRule['check']): TokenRule =>
  check === undefined ? { id, what, secret } : { id, what, secret, check }

/** Tokens that say what they are by how they begin. */
const WORDS: readonly TokenRule[] = [
  rule('aws-key', 'an AWS access key', 'A(?:KIA|SIA|BIA|CCA)[A-Z2-7]{16}', (text) => !text.endsWith('EXAMPLE')),
  rule('github-token', 'a GitHub token', 'gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{50,255}'),
  rule('gitlab-token', 'a GitLab token', 'gl(?:pat|rt|dt|ptt|oas|cbt)-[A-Za-z0-9_-]{20,255}'),
  rule('slack-token', 'a Slack token', 'xox[abeprs]-[A-Za-z0-9-]{10,250}|xapp-[0-9]-[A-Za-z0-9-]{20,250}', (text) =>
    /[0-9]{4}/.test(text.slice(5)),
  ),
  rule(
    'google-key',
    'a Google key',
    'AIza[A-Za-z0-9_-]{35}|GOCSPX-[A-Za-z0-9_-]{28}|ya29\\.[A-Za-z0-9_-]{30,1000}',
    hasUpperLowerDigit,
  ),
  rule('anthropic-key', 'an Anthropic key', 'sk-ant-[A-Za-z0-9_-]{20,255}', hasUpperLowerDigit),
  rule('openai-key', 'an OpenAI key', 'sk-[A-Za-z0-9_-]{20,255}', hasUpperLowerDigit),
  rule('huggingface-token', 'a Hugging Face token', '(?:hf|api_org)_[A-Za-z0-9]{30,64}', (text) =>
    /[a-z].*[A-Z]|[A-Z].*[a-z]/.test(text.slice(text.lastIndexOf('_'))),
  ),
  rule('stripe-key', 'a Stripe key', '[sr]k_(?:live|test)_[A-Za-z0-9]{16,255}'),
  rule('npm-token', 'an npm token', 'npm_[A-Za-z0-9]{36}', hasUpperLowerDigit),
  rule('pypi-token', 'a PyPI token', 'pypi-[A-Za-z0-9_-]{60,1000}', hasUpperLowerDigit),
  rule('sendgrid-key', 'a SendGrid key', 'SG\\.[A-Za-z0-9_-]{20,24}\\.[A-Za-z0-9_-]{39,50}'),
  rule(
    'service-token',
    'an access token',
    'dop_v1_[a-f0-9]{64}|dapi[a-f0-9]{32}|r8_[A-Za-z0-9]{37}|gsk_[A-Za-z0-9]{52}|AGE-SECRET-KEY-1[0-9A-Z]{58}',
  ),
  rule('jwt', 'a JSON web token', 'eyJ[A-Za-z0-9_-]{10,1500}\\.eyJ[A-Za-z0-9_-]{10,4000}\\.[A-Za-z0-9_-]{20,1000}'),
]

/** Each with what stands before and behind the secret. */
const IN_PLACE: readonly (readonly [string, TokenRule, string])[] = [
  [
    'hooks\\.slack\\.com/services/',
    rule('slack-webhook', 'a Slack webhook', 'T[A-Z0-9]{8,12}/B[A-Z0-9]{8,12}/[A-Za-z0-9]{20,40}'),
    '',
  ],
  ['AccountKey=', rule('azure-key', 'an Azure storage key', '[A-Za-z0-9+/]{86}=='), ''],
  [
    `(?<=[A-Za-z])://[^\\s/:@"'<>{}$%\\\\]{1,64}:`,
    rule(
      'url-password',
      'a password in a URL',
      `[^\\s/:@"'<>{}$\\\\*]{8,128}`,
      (text) => !PLACEHOLDER.test(text) && !/^pass/i.test(text) && new Set(text).size > 4,
    ),
    '@[A-Za-z0-9]',
  ],
]

const NAMES = 'api[_-]?key|access[_-]?key|auth[_-]?key|account[_-]?key|secret|token|passw(?:or)?d|passphrase'
const ASSIGNED = rule(
  'assigned-secret',
  'a secret in an assignment',
  '[A-Za-z0-9_\\-.+/=~]{16,200}',
  (text, after) => after !== '(' && after !== '[' && looksRandom(text),
)

/**
 * Every pattern is linear: its repetitions are bounded, and the long ones begin where a run of their own characters begins, so that no
 * text makes it look at a character more than a few times.
 */
export const TOKEN_FAMILIES: readonly TokenFamily[] = [
  {
    rules: WORDS,
    pattern: new RegExp(
      `(?<![A-Za-z0-9_-])(?:${WORDS.map(({ secret }) => `(${secret})`).join('|')})(?![A-Za-z0-9])`,
      'g',
    ),
  },
  {
    rules: IN_PLACE.map(([, rule]) => rule),
    pattern: new RegExp(IN_PLACE.map(([before, { secret }, after]) => `${before}(${secret})${after}`).join('|'), 'g'),
  },
  {
    rules: [ASSIGNED],
    pattern: new RegExp(
      `(?:${NAMES})(?:[_-](?:key|id|value|base64))?["'\\\\]{0,2}[ \\t]{0,8}(?::=|=>|[:=])[ \\t]{0,8}["'\`\\\\]{0,2}(${ASSIGNED.secret})`,
      'gi',
    ),
  },
]

export interface NameRule {
  readonly id: string
  readonly what: string
  readonly name: RegExp
  /** Tested on the first 8 KiB, read byte for byte; absent: the name alone is enough. */
  readonly content?: RegExp
}

/** Names of files that exist to hold secrets. Matched on the path, from a slash or its start. */
export const NAME_RULES: readonly NameRule[] = [
  {
    id: 'env-file',
    what: 'an environment file',
    name: /(?:^|\/)\.env(?:rc|\.(?!(?:.*\.)?(?:example|sample|template|dist)$)[^/]+)?$/i,
  },
  { id: 'ssh-key', what: 'an SSH private key', name: /(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/i },
  { id: 'key-store', what: 'a store of private keys', name: /\.(?:p12|pfx|jks|keystore|kdbx|ppk)$/i },
  // A PEM file is found by its text, and may as well hold certificates; DER starts with a SEQUENCE.
  { id: 'key-store', what: 'a private key', name: /\.key$/i, content: /^0[\x80-\x84]/ },
  {
    id: 'credentials-file',
    what: 'a file of credentials',
    name: /(?:^|\/)(?:credentials|application_default_credentials)\.json$/i,
  },
  { id: 'credentials-file', what: 'a file of credentials', name: /(?:^|\/)client_secrets?[^/]*\.json$/i },
  {
    id: 'credentials-file',
    what: 'a file of credentials',
    name: /(?:^|\/)(?:\.aws\/credentials|\.git-credentials|\.pgpass|\.htpasswd|\.dockercfg|\.boto|\.s3cfg|\.streamlit\/secrets\.toml)$/i,
  },
  {
    id: 'credentials-file',
    what: 'npm credentials',
    name: /(?:^|\/)\.npmrc$/i,
    content: /_(?:authToken|auth|password)\s{0,8}=\s{0,8}(?!\$\{)\S/,
  },
  {
    id: 'credentials-file',
    what: 'PyPI credentials',
    name: /(?:^|\/)\.pypirc$/i,
    content: /password\s{0,8}[:=]\s{0,8}\S/i,
  },
  { id: 'credentials-file', what: 'login credentials', name: /(?:^|\/)[._]netrc$/i, content: /password\s{1,8}\S/i },
  {
    id: 'credentials-file',
    what: 'registry credentials',
    name: /(?:^|\/)\.docker\/config\.json$/i,
    content: /"auth"\s{0,8}:/,
  },
  {
    id: 'kubeconfig',
    what: 'cluster credentials',
    name: /(?:^|\/)(?:kubeconfig(?:\.ya?ml)?|\.kube\/config|[^/]*\.kubeconfig)$/i,
  },
]
