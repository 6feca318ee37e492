// Sums up vitest's JSON reports. A test that is skipped is a promise that nobody checked, so it fails the run, with its name.
//   node scripts/report.mjs REPORT...
import { existsSync, readFileSync } from 'node:fs'

let passed = 0
let failed = 0
for (const file of process.argv.slice(2)) {
  if (!existsSync(file)) {
    console.log('a run ended before it had a report')
    failed += 1
    continue
  }
  for (const suite of JSON.parse(readFileSync(file, 'utf8')).testResults) {
    for (const { status, fullName } of suite.assertionResults) {
      if (status === 'passed') passed += 1
      else {
        failed += 1
        console.log(`${status}: ${suite.name}: ${fullName}`)
      }
    }
    if (suite.status !== 'passed' && suite.assertionResults.every(({ status }) => status === 'passed')) {
      failed += 1
      console.log(`failed: ${suite.name}: ${suite.message}`)
    }
  }
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
