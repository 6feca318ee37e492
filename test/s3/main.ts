import { type S3Options, startS3 } from './server.ts'

/** The double as a process of its own: `main.mjs [OPTIONS]`, in JSON. Prints one line of JSON: where it is. Ends with its standard input. */
const options: S3Options = JSON.parse(process.argv[2] ?? '{}')
const { endpoint } = await startS3(options)
process.stdout.write(`${JSON.stringify({ endpoint })}\n`)
process.stdin.resume().once('end', () => process.exit(0))
