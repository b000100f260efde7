import { requireArgument } from '../../core/errors.ts'
import { createRandom } from '../../core/random/random.ts'

/** A variant of a trial and its weight among them. */
export interface Variant {
  readonly name: string
  /** > 0 for a variant that anyone is given to. */
  readonly weight: number
}

/**
 * The variant of a session in a trial: a hash of both decides, so that it is the same each time, on
 * every machine, and trials are independent of each other. Throws ERR_ARGUMENT without variants.
 */
export function assignVariant(
  trial: string,
  sessionId: string,
  variants: readonly Variant[],
): string {
  const total = variants.reduce((sum, { weight }) => sum + Math.max(0, weight), 0)
  requireArgument(total > 0, `trial ${trial} has no variant with a weight above 0`)
  let left = createRandom(JSON.stringify([trial, sessionId])).next() * total
  let last = ''
  for (const { name, weight } of variants) {
    if (!(weight > 0)) continue
    last = name
    left -= weight
    if (left < 0) return name
  }
  return last
}
