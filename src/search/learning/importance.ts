import type { RankFeature, RankModel, RankTable } from '../ranker/door.ts'

/** How much a feature moves scores. */
export interface FeatureImportance {
  readonly feature: string
  readonly about: string
  /** Its share of all movement; the shares sum to 1. */
  readonly gain: number
}

/** Rows that are looked at: contributions are dear, and a sample tells enough. */
const SAMPLE = 400

/**
 * What a model looks at: mean absolute contribution of each feature's columns together over a sample
 * of rows, as shares of their sum; largest first.
 */
export function importanceOf(
  model: RankModel,
  table: RankTable,
  features: readonly RankFeature[],
): FeatureImportance[] {
  const every = Math.max(1, Math.ceil(table.rows / SAMPLE))
  const places = Array.from({ length: Math.ceil(table.rows / every) }, (_, i) => i * every)
  const sample = {
    names: table.names,
    rows: places.length,
    columns: table.columns.map((column) => Float32Array.from(places, (place) => column[place]!)),
  }
  const contributions = model.contributions(sample)
  const width = model.names.length + 1
  const featureOf = model.names.map((name) => name.split(':')[0]!)
  const sums = new Map(features.map(({ name }) => [name, 0]))
  for (let row = 0; row < places.length; row++) {
    const own = new Map<string, number>()
    featureOf.forEach((feature, c) => {
      own.set(feature, (own.get(feature) ?? 0) + contributions[row * width + c]!)
    })
    for (const [feature, value] of own)
      sums.set(feature, (sums.get(feature) ?? 0) + Math.abs(value))
  }
  const total = [...sums.values()].reduce((a, b) => a + b, 0)
  if (total === 0) return []
  const abouts = new Map(features.map(({ name, about }) => [name, about]))
  return [...sums]
    .map(([feature, sum]) => ({
      feature,
      about: abouts.get(feature) ?? feature,
      gain: sum / total,
    }))
    .sort((a, b) => b.gain - a.gain || (a.feature < b.feature ? -1 : 1))
}
