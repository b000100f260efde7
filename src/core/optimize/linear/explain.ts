import type { Model } from 'highs'
import { StorewrightError } from '../../errors.ts'
import type { RowFamily } from './linear-model.ts'

/** Rows that cannot all hold: `irreducible` if each is needed, else those that give way first. */
export interface Conflict {
  readonly rows: Int32Array
  readonly irreducible: boolean
}

/** HiGHS: take the LP, and reduce until every row is needed (kIisStrategyFromLp | Irreducible). */
const IRREDUCIBLE_FROM_LP = 2 + 4
/** Searching an irreducible set solves an LP a row: beyond this size the elastic solve is asked. */
const LARGEST_FOR_IIS = 20_000
/** Seconds that an explanation may take, each way. */
const EXPLAIN_SECONDS = 5
/** How many rows of a family are named. */
const NAMED = 3

/**
 * The rows that block an infeasible model: an irreducible infeasible subsystem of its LP (Chinneck
 * and Dravnieks 1991) where the model is small, else the rows that an elastic solve (every row may
 * be broken at a price of 1 a unit) has to break.
 */
export function findConflict(model: Model): Conflict {
  model.options.reset()
  model.options.set({ output_flag: false, time_limit: EXPLAIN_SECONDS })
  model.zeroAllClocks()
  if (model.getDimensions().numNonzeros <= LARGEST_FOR_IIS) {
    model.options.set('iis_strategy', IRREDUCIBLE_FROM_LP)
    const { rowIndex } = model.getIis()
    if (rowIndex.length > 0) return { rows: rowIndex.slice().sort(), irreducible: true }
  }
  return { rows: rowsToBreak(model), irreducible: false }
}

function rowsToBreak(model: Model): Int32Array {
  model.zeroAllClocks()
  model.feasibilityRelaxation({
    globalLowerPenalty: -1,
    globalUpperPenalty: -1,
    globalRowPenalty: 1,
  })
  const { rowValue } = model.getSolution()
  const { numRows } = model.getDimensions()
  if (numRows === 0) return new Int32Array(0)
  const { lower, upper } = model.getRows({ kind: 'range', from: 0, to: numRows - 1 })
  const broken: number[] = []
  rowValue.forEach((value, row) => {
    const slack = 1e-6 * (1 + Math.abs(value))
    if (value < lower[row]! - slack || value > upper[row]! + slack) broken.push(row)
  })
  return Int32Array.from(broken)
}

/** ERR_INFEASIBLE with the families whose rows block each other. */
export function infeasible(model: Model, families: readonly RowFamily[]): StorewrightError {
  const { rows, irreducible } = findConflict(model)
  const named = nameRows(rows, families)
  const message =
    rows.length === 0
      ? 'No solution: the bounds of the variables alone contradict the demand that they be whole.'
      : irreducible
        ? `No solution: these cannot all hold together: ${named}.`
        : `No solution: the least that would have to give way is ${named}.`
  return new StorewrightError('ERR_INFEASIBLE', message, {
    next: 'Loosen one of them.',
    ...(rows.length === 0 ? {} : { value: named }),
  })
}

/** ERR_UNBOUNDED naming a column along which the objective improves without end, where one is known. */
export function unbounded(model: Model): StorewrightError {
  const ray = model.getPrimalRay()?.values
  const column = ray?.findIndex((value) => Math.abs(value) > 1e-9) ?? -1
  const where = column < 0 ? '' : ` along column ${column}`
  return new StorewrightError('ERR_UNBOUNDED', `The objective improves without end${where}.`, {
    next: 'A bound or a constraint is missing, or a cost has the wrong sign.',
  })
}

/** 'capacity (site 2, site 5 and 4 more), demand (area 1)'. */
function nameRows(rows: Int32Array, families: readonly RowFamily[]): string {
  const words: string[] = []
  let first = 0
  const rest = { name: 'row', rows: Infinity }
  for (const family of [...families, rest]) {
    const mine = [...rows].filter((row) => row >= first && row < first + family.rows)
    if (mine.length > 0) words.push(`${family.name} (${nameSome(mine, first, family)})`)
    first += family.rows
  }
  return words.join(', ')
}

function nameSome(rows: readonly number[], first: number, family: RowFamily): string {
  const name = family.nameRow ?? String
  const some = rows.slice(0, NAMED).map((row) => name(row - first))
  const more = rows.length - some.length
  return more > 0 ? `${some.join(', ')} and ${more} more` : some.join(', ')
}
