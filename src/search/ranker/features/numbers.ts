import { type FieldRole, NUMBER_ROLES } from '../../catalogue/product.ts'
import type { SearchIndex } from '../../index/types.ts'
import type { RankFeature } from '../feature.ts'
import { percentiles } from '../standing.ts'

/** Number fields used: sparse ones (attributes of a few products) would only add noise. */
const MOST_FIELDS = 12
const LEAST_SHARE = 0.2

/** Each well-filled number field: its value, and where it stands among the documents at hand. */
export const numbers: RankFeature = {
  name: 'number',
  about: 'price, popularity, rating and other numbers of the product',
  columns: (index) =>
    fieldsOf(index).flatMap((field) => [`number:${field}`, `number:${field}-standing`]),
  compute({ index, union }, out, stride, wanted) {
    fieldsOf(index).forEach((field, f) => {
      if (wanted !== undefined && wanted[2 * f] === 0 && wanted[2 * f + 1] === 0) return
      const all = index.numbers(field)
      const values = new Float64Array(union.docs.length)
      for (let i = 0; i < values.length; i++) values[i] = all[union.docs[i]!]!
      const standing = wanted?.[2 * f + 1] === 0 ? undefined : percentiles(values)
      for (let i = 0; i < values.length; i++) {
        out[i * stride + 2 * f] = values[i]!
        if (standing !== undefined) out[i * stride + 2 * f + 1] = standing[i]!
      }
    })
  },
}

const chosen = new WeakMap<SearchIndex, readonly string[]>()

/** The number fields that enough products have, most filled first; chosen once an index. */
function fieldsOf(index: SearchIndex): readonly string[] {
  const known = chosen.get(index)
  if (known !== undefined) return known
  const numeric = new Set<FieldRole>(NUMBER_ROLES)
  const shares = index.fields
    .filter(({ role }) => numeric.has(role))
    .map(({ name }) => ({ name, share: shareFilled(index, name) }))
  const fields = shares
    .filter(({ share }) => share >= LEAST_SHARE)
    .sort((a, b) => b.share - a.share || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_FIELDS)
    .map(({ name }) => name)
    .sort()
  chosen.set(index, fields)
  return fields
}

function shareFilled(index: SearchIndex, field: string): number {
  const all = index.numbers(field)
  let present = 0
  for (let doc = 0; doc < all.length; doc++) if (!Number.isNaN(all[doc]!)) present++
  return present / Math.max(1, index.size)
}
