import type { RankFeature } from './feature.ts'
import type { RankModel } from './model.ts'
import type { RankTable } from './table.ts'

/** What one feature adds to a document's score. */
export interface FeatureShare {
  /** Name of the feature: its columns begin with it. */
  readonly feature: string
  /** What it says, for people. */
  readonly about: string
  /** Points of the score; the shares and the base sum to it. */
  readonly points: number
  /** Its columns, those that add most first. */
  readonly columns: readonly {
    readonly name: string
    /** Value of the column, null where it is missing. */
    readonly value: number | null
    readonly points: number
  }[]
}

/** Why a document has its score. */
export interface RankExplanation {
  readonly score: number
  /** The score of an average document of the training. */
  readonly base: number
  /** Every feature's share, the largest first by size. */
  readonly shares: readonly FeatureShare[]
  /** The three that count most, in a sentence. */
  readonly words: string
}

/**
 * Explains the score of each row of a table (TreeSHAP and weights): shares and base sum to the
 * score. Throws ERR_ARGUMENT when a column of the model is missing.
 */
export function explainRanking(
  model: RankModel,
  table: RankTable,
  features: readonly RankFeature[],
): readonly RankExplanation[] {
  const contributions = model.contributions(table)
  const width = model.names.length + 1
  const abouts = new Map(features.map(({ name, about }) => [name, about]))
  const places = new Map(table.names.map((name, c) => [name, c]))
  return Array.from({ length: table.rows }, (_, row) => {
    const points = contributions.subarray(row * width, (row + 1) * width)
    const numberOf = (name: string) => table.columns[places.get(name)!]![row]!
    return explainRow(model.names, points, numberOf, abouts)
  })
}

function explainRow(
  names: readonly string[],
  points: Float64Array,
  numberOf: (name: string) => number,
  abouts: ReadonlyMap<string, string>,
): RankExplanation {
  const byFeature = new Map<string, { name: string; value: number | null; points: number }[]>()
  names.forEach((name, c) => {
    const feature = name.split(':')[0]!
    const columns = byFeature.get(feature) ?? []
    const value = numberOf(name)
    columns.push({ name, value: Number.isNaN(value) ? null : value, points: points[c]! })
    byFeature.set(feature, columns)
  })
  const shares = [...byFeature].map(([feature, columns]): FeatureShare => {
    const total = columns.reduce((sum, column) => sum + column.points, 0)
    return {
      feature,
      about: abouts.get(feature) ?? feature,
      points: total,
      columns: columns.sort((a, b) => Math.abs(b.points) - Math.abs(a.points)),
    }
  })
  shares.sort((a, b) => Math.abs(b.points) - Math.abs(a.points))
  const base = points.at(-1)!
  const score = points.reduce((a, b) => a + b, 0)
  return { score, base, shares, words: inWords(shares) }
}

function inWords(shares: readonly FeatureShare[]): string {
  const told = shares.filter(({ points }) => Math.abs(points) > 1e-9).slice(0, 3)
  if (told.length === 0) return 'Nothing tells this product apart from an average one.'
  const sentences = told.map(({ about, points }) => {
    const sign = points >= 0 ? '+' : '−'
    return `${sign}${Math.abs(points).toFixed(2)} for ${about}`
  })
  return `${sentences.join('; ')}.`
}
