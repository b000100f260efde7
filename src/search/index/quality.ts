import type { Field } from '../catalogue/product.ts'

/** Bins of a number: sixteen to a doubling, from 2^−32 to 2^32; what is not above 0 is in the first. */
const BINS = 1024
const PER_DOUBLING = 16
/** A rating speaks of few buyers, popularity of all. */
const RATING_SHARE = 0.5
const UNKNOWN = 0.5

/**
 * Quality by document in [0, 1]: the share of products whose popularity (half as much: rating) is
 * lower, counted in bins, a mean over the fields that a product has; 0.5 where it has none. Counts are
 * kept as products come and go, so that the order of changes does not matter.
 */
export class Quality {
  private readonly parts: readonly { readonly name: string; readonly share: number }[]
  private readonly counts: readonly Float64Array[]

  constructor(fields: readonly Field[]) {
    const graded = fields.filter((f) => f.role === 'popularity' || f.role === 'rating')
    this.parts = graded.map(({ name, role }) => ({
      name,
      share: role === 'rating' ? RATING_SHARE : 1,
    }))
    this.counts = graded.map(() => new Float64Array(BINS))
  }

  /** Counts a document's numbers in (sign 1) or out (−1). */
  count(numberOf: (field: string) => number, sign: 1 | -1): void {
    this.parts.forEach(({ name }, i) => {
      const value = numberOf(name)
      if (!Number.isNaN(value)) this.counts[i]![binOf(value)]! += sign
    })
  }

  /** Quality of the documents whose numbers stand in `columns`. */
  compute(columns: (field: string) => Float64Array, documents: number): Float32Array {
    const quality = new Float32Array(documents).fill(UNKNOWN)
    const shares = this.counts.map(sharesBelow)
    const values = this.parts.map(({ name }) => columns(name))
    for (let d = 0; d < documents; d++) {
      let [sum, weight] = [0, 0]
      for (let i = 0; i < values.length; i++) {
        const value = values[i]![d]!
        if (Number.isNaN(value)) continue
        sum += this.parts[i]!.share * shares[i]![binOf(value)]!
        weight += this.parts[i]!.share
      }
      if (weight > 0) quality[d] = sum / weight
    }
    return quality
  }
}

/** Share of all that lie in lower bins, and half of those in the same one. */
function sharesBelow(counts: Float64Array): Float64Array {
  const total = counts.reduce((a, b) => a + b, 0)
  let below = 0
  return counts.map((count) => {
    const share = total > 0 ? (below + count / 2) / total : UNKNOWN
    below += count
    return share
  })
}

function binOf(value: number): number {
  if (!(value > 0)) return 0
  const bin = 1 + Math.floor((Math.log2(value) + 32) * PER_DOUBLING)
  return Math.max(1, Math.min(BINS - 1, bin))
}
