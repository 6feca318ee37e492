import { AishipError } from '../core/errors.ts'
import type { Row, Session } from '../core/predictions.ts'
import { type Asked, bindSql, type Expression, quoted } from './_predictions-sql.ts'

/** What would say something else each time it is asked. */
const UNSTEADY =
  /^(?:random|setseed|uuid(?:v[47])?|gen_random_uuid|now|today|(?:get_)?current_\w+|transaction_timestamp|localtime(?:stamp)?|txid_current|nextval|currval)$/i

/**
 * Refuses what is not one expression over a record: a second statement, a subquery, what depends on when it is asked, a name that there is not. Errors:
 * SOURCE_FAILED, naming the key of the guard.
 */
export async function checkExpression(session: Session, asked: Asked, one: Expression): Promise<void> {
  const refuse = (why: string): AishipError => new AishipError('SOURCE_FAILED', `${one.name} can't be used: ${why}`)
  const query = async (sql: string): Promise<Row | undefined> => {
    try {
      return (await session.query(sql))[0]
    } catch (error) {
      throw error instanceof AishipError && error.code === 'USAGE' ? refuse(error.message) : error
    }
  }
  const row = await query(`SELECT json_serialize_sql(${quoted(`SELECT (\n${one.sql}\n)`)})::VARCHAR AS tree`)
  const tree = JSON.parse(String(row?.tree))
  if (tree.error === true) throw refuse(String(tree.error_message))
  const problem = problemOf(tree.statements)
  if (problem !== null) throw refuse(problem)
  await query(bindSql(asked, one))
}

type Node = Readonly<Record<string, unknown>>

/** Why what the engine's parser made of `SELECT (…)` is more than one expression. */
function problemOf(statements: readonly { readonly node: Node }[]): string | null {
  const [first, second] = statements
  if (first === undefined || second !== undefined) return 'it must be one expression'
  const { select_list: selected, from_table: from, type, ...rest } = first.node
  const isPlain =
    type === 'SELECT_NODE' &&
    Array.isArray(selected) &&
    selected.length === 1 &&
    (from as Node | null)?.type === 'EMPTY' &&
    ['where_clause', 'having', 'qualify', 'sample'].every((key) => (rest[key] ?? null) === null) &&
    ['group_expressions', 'modifiers'].every((key) => (rest[key] as readonly unknown[]).length === 0)
  return isPlain ? problemIn(selected[0]) : 'it must be one expression'
}

function problemIn(part: unknown): string | null {
  if (typeof part !== 'object' || part === null) return null
  const { class: kind, function_name: name, column_names: columns } = part as Node
  if (kind === 'SUBQUERY') return 'a subquery is not allowed'
  if (kind === 'WINDOW') return 'a window function is not allowed'
  if (kind === 'PARAMETER') return 'a parameter is not allowed'
  const words = [name, ...(Array.isArray(columns) && columns.length === 1 ? columns : [])]
  const unsteady = words.find((word) => typeof word === 'string' && UNSTEADY.test(word))
  if (unsteady !== undefined) return `${unsteady} says something else each time it is asked`
  return (
    Object.values(part)
      .map(problemIn)
      .find((problem) => problem !== null) ?? null
  )
}
