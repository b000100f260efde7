import type { RankFeature } from '../feature.ts'
import { percentiles } from '../standing.ts'

/** How good a product is by itself: popularity, rating and whatever else the catalogue knows. */
export const quality: RankFeature = {
  name: 'quality',
  about: 'how popular and well rated the product is',
  columns: () => ['quality:prior', 'quality:standing'],
  directions: () => [0, 0],
  compute({ index, union }, out, stride, wanted) {
    const all = index.quality()
    const values = new Float32Array(union.docs.length)
    for (let i = 0; i < values.length; i++) values[i] = all[union.docs[i]!]!
    const standing = wanted?.[1] === 0 ? undefined : percentiles(values)
    for (let i = 0; i < values.length; i++) {
      out[i * stride] = values[i]!
      if (standing !== undefined) out[i * stride + 1] = standing[i]!
    }
  },
}
