import { describeUnion, explainRanking, type RankFeature, type RankModel } from '../ranker/door.ts'
import type { FeatureContext } from '../ranker/feature.ts'
import type { Contribution, RankingModel } from './types.ts'

/** A trained model and the features it looks at, as the engine asks for them. */
export function createRanking(model: RankModel, features: readonly RankFeature[]): RankingModel {
  return {
    score: (context) => Float32Array.from(model.score(describeUnion(features, context))),
    explain: (context, places) => explain(model, features, context, places),
  }
}

function explain(
  model: RankModel,
  features: readonly RankFeature[],
  context: FeatureContext,
  places: readonly number[],
): readonly (readonly Contribution[])[] {
  const table = describeUnion(features, context)
  // Contributions cost a hundred times what a score does: only the rows that are looked at.
  const some = {
    names: table.names,
    rows: places.length,
    columns: table.columns.map((column) => Float32Array.from(places, (place) => column[place]!)),
  }
  return explainRanking(model, some, features).map(({ base, shares }) => [
    ...shares.map(({ feature, about, points, columns }) => ({
      feature,
      about,
      value: columns[0]?.value ?? Number.NaN,
      contribution: points,
    })),
    {
      feature: 'average',
      about: 'the score of an average product',
      value: Number.NaN,
      contribution: base,
    },
  ])
}
