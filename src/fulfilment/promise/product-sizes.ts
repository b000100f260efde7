import { requireArgument } from '../../core/errors.ts'
import { unitsOf } from '../../core/routes/door.ts'

/**
 * Weight and volume of products, two words each side by side in a cache line: bits of the float kg
 * of a unit, and its volume in units of 0.0001 m³ (at least 1).
 */
export interface ProductSizes {
  readonly words: Int32Array
  readonly kg: Float32Array
}

/** Packs kg and m³ a unit, by product, into shared memory. Throws ERR_ARGUMENT on a negative or missing size. */
export function packSizes(kg: ArrayLike<number>, m3: ArrayLike<number>): ProductSizes {
  requireArgument(
    kg.length === m3.length,
    `${kg.length} weights and ${m3.length} volumes of products`,
  )
  const words = new Int32Array(new SharedArrayBuffer(8 * kg.length))
  const floats = new Float32Array(words.buffer)
  for (let product = 0; product < kg.length; product++) {
    const weight = kg[product]!
    requireArgument(
      weight >= 0 && weight < Infinity,
      `product ${product} has a weight of ${weight} kg`,
    )
    floats[2 * product] = weight
    words[2 * product + 1] = unitsOf(m3[product]!)
  }
  return { words, kg: floats }
}
