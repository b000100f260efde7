import type { Basis, Model } from 'highs'
import { requireArgument, StorewrightError } from '../../errors.ts'
import { infeasible, unbounded } from './explain.ts'
import {
  type Columns,
  checkBounds,
  checkColumns,
  checkEntries,
  checkFinite,
  type LinearModel,
  type RowFamily,
  type Rows,
  type SparseEntries,
} from './linear-model.ts'
import type { SolveOptions, SolveOutcome } from './outcome.ts'
import { solve } from './solve.ts'

/** Which variables and slacks are basic: opaque, from `basis()`, for `setBasis` of a like model. */
export type SimplexBasis = Basis

/**
 * A model inside the solver: change it, solve it, change it again. LPs go on from the basis where
 * the last solve ended; MIPs from `start`. Every method throws ERR_SOLVER after `dispose()`, and
 * checks what it is given as `checkModel` does.
 */
export class SolverModel implements Disposable {
  readonly #native: Model
  readonly #maximize: boolean
  readonly #families: RowFamily[]
  #whole: boolean
  #duals = false
  #disposed = false

  /** Use `loadSolver().load(model)`. */
  constructor(native: Model, model: LinearModel) {
    this.#native = native
    this.#maximize = model.sense === 'maximize'
    this.#families = [...(model.families ?? [])]
    this.#whole = model.columns.integer?.some((flag) => flag !== 0) === true
  }

  get columns(): number {
    return this.#model().getDimensions().numCols
  }

  get rows(): number {
    return this.#model().getDimensions().numRows
  }

  /** Solves and says how it ended; infeasible and unbounded are statuses, not errors. */
  solve(options: SolveOptions = {}): SolveOutcome {
    const outcome = solve(this.#changed(), this.#whole, this.#maximize, options)
    this.#duals = outcome.status === 'optimal' && (!this.#whole || options.relaxed === true)
    return outcome
  }

  /**
   * Solves and returns a solution, or throws: ERR_INFEASIBLE naming the rows that block each other,
   * ERR_UNBOUNDED, ERR_LIMIT where a limit was reached before a solution was found.
   */
  solveOrThrow(options: SolveOptions = {}): SolveOutcome {
    const outcome = this.solve(options)
    if (outcome.values.length > 0 || this.columns === 0) return outcome
    if (outcome.status === 'infeasible') throw infeasible(this.#model(), this.#families)
    if (outcome.status === 'infeasible-or-unbounded') throw this.#settle(options)
    if (outcome.status === 'unbounded') throw unbounded(this.#model())
    throw new StorewrightError('ERR_LIMIT', 'The limit was reached before a solution was found.', {
      next: 'Allow more time or nodes, or start from a known solution.',
    })
  }

  /** Shadow prices: change of the objective per unit of each row's active bound. After an LP only. */
  duals(): Float64Array {
    return this.#withDuals().getSolution().rowDual
  }

  /** Change of the objective per unit of each column's active bound. After an LP only. */
  reducedCosts(): Float64Array {
    return this.#withDuals().getSolution().colDual
  }

  /** Where the last LP ended, for a warm solve of this model later or of a like one. */
  basis(): SimplexBasis {
    return this.#model().getBasis()
  }

  /** Starts the next LP from `basis`; none: from scratch. */
  setBasis(basis?: SimplexBasis): void {
    if (basis === undefined) this.#changed().clearSolver()
    else this.#changed().setBasis(basis)
  }

  /** Starts the next MIP from a solution: one value a column. One that is infeasible is ignored. */
  start(values: Float64Array): void {
    checkFinite(values, 'start of column')
    this.#changed().setSolution({ colValue: values })
  }

  /** The same with some columns only (`indices` rising); the solver completes the rest if it can. */
  startPartly(indices: Int32Array, values: Float64Array): void {
    checkFinite(values, 'start of column')
    this.#changed().setSolution({ indices, values })
  }

  /** Adds columns; `entries` packs their coefficients by column. Returns the number of the first. */
  addColumns(columns: Columns, entries: SparseEntries): number {
    checkColumns(columns)
    const count = columns.cost.length
    const { columns: first, rows: numRows } = this
    checkEntries(entries, count, numRows)
    if (count === 0) return first
    const matrix = { ...entries, format: 'csc' as const, numRows, numCols: count }
    this.#changed().addCols({ ...columns, matrix })
    if (columns.integer !== undefined) this.#setInteger(first, columns.integer)
    return first
  }

  /** Adds rows; `entries` packs their coefficients by row. Returns the number of the first. */
  addRows(rows: Rows, entries: SparseEntries, family = 'added row'): number {
    checkBounds(rows.lower, rows.upper, 'row')
    const count = rows.lower.length
    const { columns: numCols, rows: first } = this
    checkEntries(entries, count, numCols)
    if (count === 0) return first
    const matrix = { ...entries, format: 'csr' as const, numRows: count, numCols }
    this.#changed().addRows({ lower: rows.lower, upper: rows.upper, matrix })
    this.#nameRows(first, count, family)
    return first
  }

  /** Replaces the costs of the columns `indices` (rising). */
  setCosts(indices: Int32Array, costs: Float64Array): void {
    checkFinite(costs, 'cost of column')
    if (indices.length > 0) this.#changed().changeColsCost({ kind: 'set', indices }, costs)
  }

  /** Replaces the bounds of the columns `indices` (rising). */
  setColumnBounds(indices: Int32Array, lower: Float64Array, upper: Float64Array): void {
    checkBounds(lower, upper, 'column')
    if (indices.length > 0) this.#changed().changeColsBounds({ kind: 'set', indices }, lower, upper)
  }

  /** Replaces the bounds of the rows `indices` (rising). */
  setRowBounds(indices: Int32Array, lower: Float64Array, upper: Float64Array): void {
    checkBounds(lower, upper, 'row')
    if (indices.length > 0) this.#changed().changeRowsBounds({ kind: 'set', indices }, lower, upper)
  }

  /** Replaces one coefficient. */
  setCoefficient(row: number, column: number, value: number): void {
    checkFinite(Float64Array.of(value), 'coefficient')
    this.#changed().changeCoefficient(row, column, value)
  }

  /** Says of consecutive columns from `first` whether they must be whole (1) or not (0). */
  setInteger(first: number, flags: Uint8Array): void {
    if (flags.length > 0) this.#setInteger(first, flags)
  }

  /** Frees the solver's memory; safe to call twice. */
  dispose(): void {
    this.#disposed = true
    this.#native.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  #setInteger(first: number, flags: Uint8Array): void {
    const to = first + flags.length - 1
    const types = Int32Array.from(flags, (flag) => (flag === 0 ? 0 : 1))
    this.#changed().changeColsIntegrality({ kind: 'range', from: first, to }, types)
    // A column that stops being whole leaves this true, which costs the caller `relaxed` to see duals.
    if (types.some((type) => type === 1)) this.#whole = true
  }

  #nameRows(first: number, count: number, family: string): void {
    const named = this.#families.reduce((sum, one) => sum + one.rows, 0)
    if (first > named) this.#families.push({ name: 'row', rows: first - named })
    this.#families.push({ name: family, rows: count })
  }

  /** Solves once more without presolve, which tells infeasible from unbounded, and says which. */
  #settle(options: SolveOptions): StorewrightError {
    const { status } = this.solve({ ...options, presolve: false })
    return status === 'infeasible'
      ? infeasible(this.#model(), this.#families)
      : unbounded(this.#model())
  }

  #withDuals(): Model {
    requireArgument(
      this.#duals,
      'there are shadow prices only after an LP was solved to optimality',
    )
    return this.#model()
  }

  #changed(): Model {
    this.#duals = false
    return this.#model()
  }

  #model(): Model {
    if (!this.#disposed) return this.#native
    throw new StorewrightError('ERR_SOLVER', 'The model has been disposed of.', {
      next: 'Load it again, and dispose of it after its last use.',
    })
  }
}
