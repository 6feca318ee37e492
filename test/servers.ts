/** The real servers that `test/servers.mjs` starts, as its environment says; null where nobody started them. */
export interface Servers {
  /** Keeps its word on conditions. */
  readonly s3: string
  /** Ignores them. */
  readonly lying: string
  readonly bucket: string
  /** Good for both. */
  readonly key: { readonly id: string; readonly secret: string }
  /** "127.0.0.1:5000", without TLS. */
  readonly oci: string
}

const {
  AISHIP_TEST_S3_ENDPOINT: s3,
  AISHIP_TEST_S3_LYING_ENDPOINT: lying,
  AISHIP_TEST_S3_ACCESS_KEY: id,
  AISHIP_TEST_S3_SECRET_KEY: secret,
  AISHIP_TEST_OCI_REGISTRY: oci,
} = process.env

export const servers: Servers | null =
  s3 && lying && id && secret && oci ? { s3, lying, bucket: 'aiship-test', key: { id, secret }, oci } : null

if (servers === null)
  process.stderr.write('skipped what needs real servers: eval "$(node test/servers.mjs DIR)" starts them\n')
