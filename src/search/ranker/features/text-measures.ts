import type { RankFeature } from '../feature.ts'
import { sharesOfBest } from '../standing.ts'

/** What the index says of words, raw and beside the best document at hand. */
export const textMeasures: RankFeature = {
  name: 'text',
  about: 'how well the words of the query match each field and all of them together',
  columns: ({ textMeasures: names }) => {
    const own = tellApart(names)
    return [...own.map((name) => `text:${name}`), ...own.map((name) => `text:${name}-of-best`)]
  },
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

/** Names that come again get a number: a catalogue may have a field called as a measure is. */
function tellApart(names: readonly string[]): readonly string[] {
  const seen = new Map<string, number>()
  return names.map((name) => {
    const times = (seen.get(name) ?? 0) + 1
    seen.set(name, times)
    return times === 1 ? name : `${name}#${times}`
  })
}
