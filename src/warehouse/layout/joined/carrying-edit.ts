import type { Database } from '../../../core/sql/database.ts'
import type { KnownStatement } from '../../types.ts'
import { type Ast, textOf, walk } from '../read/ast.ts'
import { type Computed, type Edit, editOf } from '../served/edits.ts'
import { type ImpliedFilter, onCarried, type RanksWriter, textsOfConstant } from './imply.ts'
import type { RankedTexts } from './ranks.ts'

/**
 * Has a reference to a table read the rows of `select` that fulfil the filters on what they carry, as far
 * as these say anything. Undefined where it cannot be told how that is written, and where no filter is
 * left though one `isNeeded`.
 */
export async function carryingEdit(
  db: Database,
  statement: KnownStatement,
  scan: Ast,
  select: string,
  filters: readonly ImpliedFilter[],
  ranked: ReadonlyMap<string, RankedTexts>,
  isNeeded: boolean,
): Promise<Edit | undefined> {
  const writers: RanksWriter[] = []
  const conditions = filters
    .filter(({ link }) => link.scan === scan && isAsWritten(link.condition, statement))
    .map((filter) => onCarried(filter, '', ranked, writers))
    .filter((condition) => condition !== undefined)
  if (isNeeded && conditions.length === 0) return undefined
  return editOf(db, statement, scan, select, conditions, writers.map(ofSlots))
}

const TEXT = "'(?:[^']|'')*'"
const TEXTS = new RegExp(`^\\s*${TEXT}(?:\\s*,\\s*${TEXT})*\\s*$`)

/** The texts of a constant as it is written: of a text, or of the inside of a list. */
function textsIn(written: string): readonly string[] | undefined {
  if (!TEXTS.test(written)) return undefined
  const found = written.match(new RegExp(TEXT, 'g'))!
  return found.map((one) => one.slice(1, -1).replaceAll("''", "'"))
}

function ofSlots(write: RanksWriter): Computed {
  return (textOf) =>
    write(({ slot }) => (typeof slot === 'number' ? textsIn(textOf(slot)) : undefined))
}

/** Whether DuckDB reads the texts in a condition as they are written. */
function isAsWritten(condition: Ast, { sql, spans }: KnownStatement): boolean {
  let isSame = true
  walk(condition, (node) => {
    const { slot } = node
    if (textOf(node, 'class') !== 'CONSTANT' || typeof slot !== 'number') return true
    const texts = textsIn(sql.slice(spans[2 * slot]!, spans[2 * slot + 1]!))
    const [value] = textsOfConstant(node) ?? []
    isSame &&= texts === undefined || value === undefined || texts.includes(value)
    return true
  })
  return isSame
}
