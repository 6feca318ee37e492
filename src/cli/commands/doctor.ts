import { EXIT } from '../../core/errors.ts'
import { doctor } from '../../ops/doctor.ts'
import { defineCommand } from '../command.ts'
import { columns } from '../style.ts'

export const command = defineCommand({
  name: 'doctor',
  summary: 'Check this machine, the configuration and the registry, and say what helps.',
  args: [],
  options: [],
  examples: ['aiship doctor'],
  registry: 'none',
  workspace: true,
  input: () => ({}),
  run: doctor,
  exit: ({ checks }) => {
    const failed = checks.filter((check) => check.outcome === 'fail')
    if (failed.length === 0) return 0
    return failed.some((check) => check.id.startsWith('registry')) ? EXIT.REGISTRY_UNREACHABLE : EXIT.CONFIG_INVALID
  },
  view: ({ data }, style) => {
    const sign = { pass: style.green('ok'), fail: style.red('FAIL'), unknown: style.yellow('?') }
    const shown = style.quiet ? data.checks.filter(({ outcome }) => outcome !== 'pass') : data.checks
    return columns(
      shown.map((check) => [
        sign[check.outcome],
        check.id,
        check.next === null ? check.why : `${check.why}; next: ${check.next}`,
      ]),
    )
  },
})
