interface Side {
  count: number
  /** Of log(1 + CPU ms), and the mean of its square. */
  mean: number
  square: number
}

/** What statements take whose tables were just read, beside those whose tables were not. */
export interface Warmth {
  readonly cold: Readonly<Side>
  learn(isWarm: boolean, logCpu: number): void
  /**
   * Part of the work that warm ones save, 0 … 1: what is left of the difference of the means when two
   * of its deviations are taken off. Undefined until enough was seen both ways.
   */
  saving(): number | undefined
}

const LEAST_SEEN = 3
const LEAST_WEIGHT = 0.05
const DEVIATIONS = 2

export function createWarmth(): Warmth {
  const side = (): Side => ({ count: 0, mean: 0, square: 0 })
  const [cold, warm] = [side(), side()]
  const error = ({ count, mean, square }: Side) =>
    Math.max(0, square - mean * mean) / Math.min(count - 1, 1 / LEAST_WEIGHT)
  return {
    cold,
    learn(isWarm, log) {
      const one = isWarm ? warm : cold
      const weight = Math.max(LEAST_WEIGHT, 1 / ++one.count)
      one.mean += weight * (log - one.mean)
      one.square += weight * (log * log - one.square)
    },
    saving() {
      if (cold.count < LEAST_SEEN || warm.count < LEAST_SEEN) return undefined
      const sure = cold.mean - warm.mean - DEVIATIONS * Math.sqrt(error(cold) + error(warm))
      return Math.max(0, -Math.expm1(-sure))
    },
  }
}
