import type { RankFeature } from '../feature.ts'

/** What the index says of words, raw and beside the best document at hand. */
export const textMeasures: RankFeature = {
  name: 'text',
  about: 'how well the words of the query match each field and all of them together',
  columns: ({ textMeasures: names }) => {
    const own = tellApart(names)
    return [...own.map((name) => `text:${name}`), ...own.map((name) => `text:${name}-of-best`)]
  },
  compute({ index, query, union }, out, stride, wanted) {
    const width = index.textMeasures.length
    const { docs } = union
    const read =
      wanted && Uint8Array.from({ length: width }, (_, m) => wanted[m]! | wanted[width + m]!)
    const measures = index.measure(query, docs, read)
    for (let m = 0; m < width; m++) {
      if (read?.[m] === 0) continue
      let best = 0
      for (let i = 0, at = m; i < docs.length; i++, at += width) {
        const value = measures[at]!
        out[i * stride + m] = value
        if (value > best) best = value
      }
      // As sharesOfBest says it.
      for (let i = 0, at = m; i < docs.length; i++, at += width) {
        const value = measures[at]!
        out[i * stride + width + m] = best > 0 ? value / best : Number.isNaN(value) ? Number.NaN : 0
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
