/**
 * A Lagrangian relaxation of "served exactly once" that the volume algorithm may ask: `evaluate`
 * returns the bound that multipliers give and leaves in `served` how often each row is served and
 * in `chosen` what was chosen.
 */
export interface VolumeSource {
  readonly served: Float64Array
  readonly chosen: Uint8Array
  evaluate(multipliers: Float64Array): number
}

/** Where the volume algorithm stands. */
export interface Volume<Source extends VolumeSource> {
  readonly source: Source
  /** Multipliers of the best bound, and those tried now. */
  readonly best: Float64Array
  readonly trial: Float64Array
  /** Weighted mean of 1 − served over past evaluations: the direction. */
  readonly direction: Float64Array
  /** The same mean of the chosen sites: about the solution of the linear program. */
  readonly opened: Float64Array
  bound: number
  step: number
  failures: number
  rounds: number
}

/** Starts from the multipliers of `from`, the best of which is evaluated at once. */
export function startVolume<Source extends VolumeSource>(
  source: Source,
  from: Float64Array,
): Volume<Source> {
  const bound = source.evaluate(from)
  const direction = source.served.map((count) => 1 - count)
  const opened = Float64Array.from(source.chosen)
  const memory = { best: from.slice(), trial: from.slice(), direction, opened }
  return { source, ...memory, bound, step: 0.5, failures: 0, rounds: 0 }
}

/** Rounds without a better bound after which steps become shorter. */
const PATIENCE = 15

/**
 * One round of the volume algorithm (Barahona and Anbil 2000): a step along the mean of past
 * subgradients, of a length that would lift the bound to `value`; returns whether the bound rose.
 */
export function volumeRound(volume: Volume<VolumeSource>, value: number): boolean {
  const { source, best, trial, direction, opened } = volume
  const size = direction.reduce((sum, d) => sum + d * d, 0)
  if (size < 1e-12) {
    // No direction lifts the bound: the multipliers are the best there are.
    volume.step = 0
    return false
  }
  const goal = Math.max(value, volume.bound + 1e-6 * Math.abs(volume.bound))
  const length = (volume.step * (goal - volume.bound)) / size
  for (let i = 0; i < trial.length; i++) trial[i] = Math.max(0, best[i]! + length * direction[i]!)
  const bound = source.evaluate(trial)
  const { served, chosen } = source
  const share = mixingShare(direction, served, volume.step)
  let along = 0
  for (let i = 0; i < trial.length; i++) {
    const slope = 1 - served[i]!
    along += slope * direction[i]!
    direction[i] = share * slope + (1 - share) * direction[i]!
  }
  for (let j = 0; j < opened.length; j++) {
    opened[j] = share * chosen[j]! + (1 - share) * opened[j]!
  }
  volume.rounds++
  return settle(volume, bound, along)
}

/** Keeps better multipliers, and sets the length of the next step. */
function settle(volume: Volume<VolumeSource>, bound: number, along: number): boolean {
  const rose = bound > volume.bound
  if (rose) {
    const least = 1e-5 * Math.abs(volume.bound)
    volume.failures = bound - volume.bound > least ? 0 : volume.failures + 1
    volume.bound = bound
    volume.best.set(volume.trial)
    if (along >= 0) volume.step = Math.min(2, volume.step * 1.1)
  } else volume.failures++
  if (volume.failures >= PATIENCE) {
    volume.step *= 0.66
    volume.failures = 0
  }
  return rose
}

/** Share of the newest subgradient that makes the mean shortest, within a tenth of bounds. */
function mixingShare(direction: Float64Array, served: Float64Array, step: number): number {
  const most = step > 0.1 ? 0.2 : 0.05
  let across = 0
  let apart = 0
  for (let i = 0; i < direction.length; i++) {
    const change = 1 - served[i]! - direction[i]!
    across -= direction[i]! * change
    apart += change * change
  }
  if (apart === 0) return most
  return Math.min(most, Math.max(most / 10, across / apart))
}
