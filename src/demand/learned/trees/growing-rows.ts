import { type FeatureName, type FeatureTable, featureTable } from './features.ts'

/** Rows to learn from. */
export interface LearnedRows {
  readonly table: FeatureTable
  readonly target: Float64Array
  /** Mean one. */
  readonly weight: Float64Array
}

/** Rows added one after the other until there is no room; targets and weights beside the features. */
export class GrowingRows {
  readonly table: FeatureTable
  readonly #target: Float64Array
  readonly #weight: Float64Array
  #rows = 0

  constructor(names: readonly FeatureName[], room: number) {
    this.table = featureTable(names, room)
    this.#target = new Float64Array(room)
    this.#weight = new Float64Array(room)
  }

  /** Place of a new row, whose features are to be written; −1 where all are taken. */
  next(target: number, weight: number): number {
    if (this.#rows === this.table.rows) return -1
    this.#target[this.#rows] = target
    this.#weight[this.#rows] = weight
    return this.#rows++
  }

  /** The rows added; weights are brought to mean one. */
  finish(): LearnedRows {
    const rows = this.#rows
    const columns = this.table.columns.map((column) => column.subarray(0, rows))
    const weight = this.#weight.subarray(0, rows)
    const mean = weight.reduce((a, b) => a + b, 0) / Math.max(1, rows)
    if (mean > 0) for (let r = 0; r < rows; r++) weight[r]! /= mean
    return {
      table: { ...this.table, columns, rows },
      target: this.#target.subarray(0, rows),
      weight,
    }
  }
}
