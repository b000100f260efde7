import { StorewrightError } from '../../core/errors.ts'
import type { trees } from '../../learn/index.ts'
import { type LinearRanker, linearScores } from './linear.ts'
import type { RankTable } from './table.ts'

/** A part of a ranking model and what it counts. */
export type RankPart =
  | { readonly kind: 'trees'; readonly model: trees.TreeModel; readonly weight: number }
  | { readonly kind: 'linear'; readonly model: LinearRanker; readonly weight: number }

/** What orders documents: a sum of boosted trees and of weighted sums of columns. */
export interface RankModel {
  /** Columns it was trained on. */
  readonly names: readonly string[]
  readonly parts: readonly RankPart[]
  /**
   * A score a row, higher is better. Columns are found by name, others are passed over. Throws
   * ERR_ARGUMENT when a column is missing.
   */
  score(table: RankTable): Float64Array
  /**
   * What each column adds to the score: rows × (names + 1), row-major, the last the score of an
   * average document. Each row sums to its score (TreeSHAP for the trees).
   */
  contributions(table: RankTable): Float64Array
}

/** The model of some parts over named columns. */
export function createRankModel(names: readonly string[], parts: readonly RankPart[]): RankModel {
  return {
    names,
    parts,
    score(table) {
      const own = selectColumns(names, table)
      const scores = new Float64Array(own.rows)
      if (own.rows > 0)
        for (const part of parts) addScaled(scores, scoresOf(part, own), part.weight)
      return scores
    },
    contributions(table) {
      const own = selectColumns(names, table)
      const sums = new Float64Array(own.rows * (names.length + 1))
      for (const { kind, model, weight } of own.rows > 0 ? parts : []) {
        if (kind === 'trees') addScaled(sums, model.contributions(treeFeatures(own)), weight)
        else addLinear(sums, model, own, weight)
      }
      return sums
    },
  }
}

function scoresOf({ kind, model }: RankPart, table: RankTable): Float64Array {
  return kind === 'trees' ? model.predict(treeFeatures(table)) : linearScores(model, table)
}

/** The columns as trees take them. */
export function treeFeatures(
  table: RankTable,
  directions?: readonly (-1 | 0 | 1)[],
): readonly trees.TreeFeature[] {
  return table.names.map((name, c) => ({
    name,
    kind: 'number' as const,
    values: table.columns[c]!,
    ...(directions === undefined ? {} : { monotone: directions[c]! }),
  }))
}

/** The columns of `names`, in that order. */
function selectColumns(names: readonly string[], table: RankTable): RankTable {
  const isSame =
    names.length === table.names.length && names.every((name, c) => name === table.names[c])
  if (isSame) return table
  const places = placesOf(names, table.names)
  return {
    names,
    rows: table.rows,
    columns: Array.from(places, (place) => table.columns[place]!),
  }
}

/** Where each of a model's columns stands among those there are. Throws ERR_ARGUMENT on a missing one. */
export function placesOf(names: readonly string[], there: readonly string[]): Int32Array {
  const places = new Map(there.map((name, c) => [name, c]))
  const missing = names.filter((name) => !places.has(name))
  if (missing.length > 0) throw missingColumns(missing, names.length)
  return Int32Array.from(names, (name) => places.get(name)!)
}

function missingColumns(missing: readonly string[], all: number): StorewrightError {
  const some = missing.slice(0, 5).join(', ')
  const more = missing.length > 5 ? ` and ${missing.length - 5} more` : ''
  return new StorewrightError(
    'ERR_ARGUMENT',
    `the ranking model was trained on ${all} features, of which ${some}${more} are missing here`,
    {
      next: 'Train the model again on this catalogue and these arms, or switch back to what it was trained with.',
    },
  )
}

function addScaled(sums: Float64Array, values: Float64Array, weight: number): void {
  for (let i = 0; i < sums.length; i++) sums[i]! += weight * values[i]!
}

function addLinear(
  sums: Float64Array,
  model: LinearRanker,
  table: RankTable,
  weight: number,
): void {
  const width = table.columns.length + 1
  model.slopes.forEach((slope, c) => {
    if (slope === 0) return
    const column = table.columns[c]!
    for (let row = 0; row < table.rows; row++) {
      const value = column[row]!
      if (!Number.isNaN(value)) sums[row * width + c]! += weight * slope * (value - model.means[c]!)
    }
  })
}
