/** One series on its own clock while its level is estimated. */
export interface LevelInput {
  /** Units seen or imputed; NaN where nothing is known. */
  readonly units: Float64Array
  /** Units expected of a level of one: season, neighbours, price. */
  readonly exposure: Float64Array
  readonly halfLife: number
  /** Units of the long-run level that the local one is drawn to. */
  readonly prior: number
  /** Level in the long run. */
  readonly mean: number
}

/**
 * Local level at each step: (Σ k units + a) / (Σ k exposure + a / mean) over known steps on both
 * sides, k = 2^(−distance / half-life): the mean of a gamma posterior (a units of prior) with
 * discounted Poisson evidence. Two recursive passes, O(n).
 */
export function localLevels(input: LevelInput, into: Float64Array): void {
  const { units, exposure, halfLife, prior, mean } = input
  const keep = 0.5 ** (1 / halfLife)
  const n = units.length
  const seen = new Float64Array(n)
  const share = new Float64Array(n)
  const pass = (from: number, to: number, by: number) => {
    let u = 0
    let e = 0
    for (let t = from; t !== to; t += by) {
      seen[t]! += u
      share[t]! += e
      const known = !Number.isNaN(units[t]!)
      u = keep * (u + (known ? units[t]! : 0))
      e = keep * (e + (known ? exposure[t]! : 0))
    }
  }
  pass(0, n, 1)
  pass(n - 1, -1, -1)
  for (let t = 0; t < n; t++) {
    const known = !Number.isNaN(units[t]!)
    const u = seen[t]! + (known ? units[t]! : 0)
    const e = share[t]! + (known ? exposure[t]! : 0)
    into[t] = mean > 0 ? (u + prior) / (e + prior / mean) : 0
  }
}
