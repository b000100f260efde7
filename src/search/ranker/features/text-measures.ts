import type { RankFeature } from '../feature.ts'
import { sharesOfBest } from '../standing.ts'

/** What the index says of words, raw and beside the best document at hand. */
export const textMeasures: RankFeature = {
  name: 'text',
  about: 'how well the words of the query match each field and all of them together',
  columns: ({ textMeasures: names }) => [
    ...names.map((name) => `text:${name}`),
    ...names.map((name) => `text:${name}-of-best`),
  ],
  compute({ index, query, union }, out, stride) {
    const width = index.textMeasures.length
    const { docs } = union
    const measures = index.measure(query, docs)
    const column = new Float32Array(docs.length)
    for (let m = 0; m < width; m++) {
      for (let i = 0; i < docs.length; i++) column[i] = measures[i * width + m]!
      const shares = sharesOfBest(column)
      for (let i = 0; i < docs.length; i++) {
        out[i * stride + m] = column[i]!
        out[i * stride + width + m] = shares[i]!
      }
    }
  },
}
