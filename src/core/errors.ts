/**
 * Every way a command can fail. A code is a key of this table, so a code without an exit status does not compile.
 * Scripts depend on both: codes are only ever added.
 */
export const EXIT = {
  INTERNAL: 1,
  SOURCE_CHANGED: 1,
  USAGE: 2,
  CONFIG_INVALID: 2,
  CONFIG_MISSING: 2,
  COMPONENT_INVALID: 2,
  COMMAND_FAILED: 2,
  TELL_FAILED: 2,
  PLACEHOLDER: 2,
  NAME_UNSAFE: 2,
  ARCHIVE_INVALID: 2,
  CONFIRMATION_NEEDED: 2,
  FORMAT_NEWER: 2,
  ROUTE_INVALID: 2,
  POLICY_INVALID: 2,
  EVIDENCE_INVALID: 2,
  CONTEXT_INVALID: 2,
  ENGINE_MISSING: 2,
  LISTEN_FAILED: 2,
  HOOK_FAILED: 2,
  NOT_FOUND: 3,
  POINTER_UNKNOWN: 3,
  REF_AMBIGUOUS: 3,
  REGISTRY_MISSING: 3,
  NOTHING_TO_ROLL_BACK: 3,
  NOTHING_TO_UNDO: 3,
  NO_ROLLOUT: 3,
  FILE_MISSING: 3,
  NOT_AUTHENTICATED: 4,
  NOT_PERMITTED: 4,
  CLOCK_SKEWED: 4,
  POINTER_MOVED: 5,
  LABEL_TAKEN: 5,
  ROLLED_BACK_BY_ANOTHER: 5,
  OVERTAKEN: 5,
  FOLLOWED_ALREADY: 5,
  RUNNING_ALREADY: 5,
  HELD: 6,
  MARKED_BAD: 6,
  SECRET_FOUND: 6,
  NEVER_SERVED: 6,
  POLICY_UNKNOWN: 6,
  POLICY_CHANGED: 6,
  CONTRACT_BROKEN: 6,
  CONTRACT_UNKNOWN: 6,
  GATE_FAILED: 6,
  GATE_UNKNOWN: 6,
  PERSON_NEEDED: 6,
  ROLLOUT_RUNNING: 6,
  TARGET_NOT_EMPTY: 6,
  HEALTH_FAILED: 6,
  NOT_APPROVED: 6,
  OUT_OF_ORDER: 6,
  BREAKER_OPEN: 6,
  VERIFY_FAILED: 6,
  SERVED_AGAIN: 6,
  ITEMS_OPEN: 6,
  CORRUPT: 7,
  OBJECT_MISSING: 7,
  CHAIN_BROKEN: 7,
  LOG_WENT_BACK: 7,
  FINDINGS: 7,
  REGISTRY_UNREACHABLE: 8,
  SOURCE_FAILED: 8,
  DISK_FULL: 8,
  READ_ONLY: 8,
  LINK_UNSUPPORTED: 8,
  CONDITION_UNSUPPORTED: 8,
  OUTPUT_LOST: 8,
  OUTCOME_UNKNOWN: 9,
  DIFFERENT: 10,
  GC_SWEEPING: 11,
  INTERRUPTED: 130,
  TERMINATED: 143,
} as const

export type ErrorCode = keyof typeof EXIT

export interface ErrorParts {
  /** One more sentence: what happened, who did it, or how to choose between the next commands. */
  readonly hint?: string | undefined
  /** Commands that can be typed as they stand; the last one is the action to take. */
  readonly next?: readonly string[] | undefined
  /** Machine-readable facts, snake_case keys. */
  readonly details?: Readonly<Record<string, unknown>> | undefined
  readonly cause?: unknown
}

/** The one error that aiship throws on purpose. `message` says what is wrong with the value in it, lower case, no full stop. */
export class AishipError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly next: readonly string[]
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, parts: ErrorParts = {}) {
    super(message, parts.cause === undefined ? undefined : { cause: parts.cause })
    this.name = 'AishipError'
    this.code = code
    this.hint = parts.hint
    this.next = parts.next ?? []
    this.details = parts.details ?? {}
  }

  get exit(): number {
    return EXIT[this.code]
  }

  /** By name and code: the files of dist/ that are loaded late have a class of their own. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return (
      value instanceof Error &&
      value.name === 'AishipError' &&
      'code' in value &&
      Object.hasOwn(EXIT, String(value.code))
    )
  }
}

/** True for a system error (`ENOENT`, `EEXIST`, ...) with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}
