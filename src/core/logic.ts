import { LogicEngine } from 'json-logic-engine'
import { AishipError } from './errors.ts'
import { whenProblem } from './route-when.ts'
import { compareSemver } from './semver.ts'

/** Whether a rule matches a context. May throw whatever the rule's operators throw: the caller takes that for no match. */
export type Test = (context: object) => boolean

/**
 * The `when`s of one route as functions, by the engine that flagd's JavaScript evaluator uses, in the way in which it uses it: the engine writes code
 * for each rule. (It can also go through a rule anew each time, and then says otherwise of values that are missing or of another type.) Code is
 * written only for what `whenProblem` finds nothing wrong with; what else stands in a registry can't be evaluated.
 * Errors: CONFIG_INVALID where this process may make no code of text.
 */
export function makeTests(rules: readonly object[]): readonly Test[] {
  const engine = new LogicEngine()
  engine.addMethod('starts_with', { method: onStrings((text, part) => text.startsWith(part)), deterministic: true })
  engine.addMethod('ends_with', { method: onStrings((text, part) => text.endsWith(part)), deterministic: true })
  engine.addMethod('sem_ver', {
    method: (args: unknown) =>
      Array.isArray(args) && args.length === 3 ? compareSemver(args[0], args[1], args[2]) : null,
    deterministic: true,
  })
  return rules.map((rule) => {
    const problem = whenProblem(rule)
    if (problem !== null) return refusing(`the condition ${problem}`)
    // A copy: the engine keeps parts of it, and nobody else may change them.
    const run = codeFor(engine, structuredClone(rule))
    return (context) => Boolean(engine.truthy(run(context)))
  })
}

function codeFor(engine: LogicEngine, rule: object): (context: object) => unknown {
  try {
    return engine.build(rule) as (context: object) => unknown
  } catch (error) {
    if (error instanceof EvalError)
      throw new AishipError(
        'CONFIG_INVALID',
        'this process may make no code of text, which conditions of a route need',
        {
          hint: 'start Node without --disallow-code-generation-from-strings',
        },
      )
    return refusing('the engine cannot read the condition')
  }
}

const refusing = (why: string) => (): never => {
  throw new Error(why)
}

const onStrings =
  (test: (text: string, part: string) => boolean) =>
  (args: unknown): boolean | null => {
    if (!Array.isArray(args) || args.length !== 2) return null
    const [text, part]: readonly unknown[] = args
    return typeof text === 'string' && typeof part === 'string' ? test(text, part) : null
  }
