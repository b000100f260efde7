import { requireArgument } from '../../core/errors.ts'
import { createRandom, type Random } from '../../core/random/random.ts'

/** Which past error each sample path follows in each bucket. */
export interface PathPlan {
  readonly samples: number
  readonly horizon: number
  /** Points of the past: columns of the errors. */
  readonly points: number
  /** horizon × (points + 1): where the paths that follow a point begin in `paths`. */
  readonly start: Int32Array
  /** horizon × samples: the paths, by the point they follow. */
  readonly paths: Int32Array
}

/**
 * Lets sample paths run through windows of past errors: each starts at a point of one window, every
 * point as often, and goes on point by point, around the end of the window to its beginning. Paths so
 * keep what hung together in the past, over nodes (all follow the same point) and over time (a window
 * that was too low throughout gives paths that are). A Schaake shuffle (Clark et al. 2004) on circular
 * blocks (Politis & Romano 1992). `windows` are lists of columns; same seed, same plan. Throws
 * ERR_ARGUMENT without a point.
 */
export function planPaths(
  windows: readonly ArrayLike<number>[],
  horizon: number,
  samples: number,
  seed: string | number,
): PathPlan {
  const starts = windows.flatMap((window, w) =>
    Array.from({ length: window.length }, (_, at) => ({ w, at })),
  )
  requireArgument(starts.length > 0 && samples >= 1, 'planPaths: there is no past error to follow')
  const points = 1 + windows.reduce((most, of) => Math.max(most, ...Array.from(of)), 0)
  const chosen = drawEvenly(starts.length, samples, createRandom(seed))
  const start = new Int32Array(horizon * (points + 1))
  const paths = new Int32Array(horizon * samples)
  for (let h = 0; h < horizon; h++) {
    const point = Int32Array.from(chosen, (k) => {
      const { w, at } = starts[k]!
      return windows[w]![(at + h) % windows[w]!.length]!
    })
    const from = h * (points + 1)
    for (const p of point) start[from + p + 1]! += 1
    for (let p = 0; p < points; p++) start[from + p + 1]! += start[from + p]!
    const next = start.slice(from, from + points)
    point.forEach((p, s) => {
      paths[h * samples + next[p]!++] = s
    })
  }
  return { samples, horizon, points, start, paths }
}

/** `count` things drawn `samples` times, each as often as any other, in a random order. */
function drawEvenly(count: number, samples: number, random: Random): Int32Array {
  const order = shuffled(count, random)
  const drawn = Int32Array.from({ length: samples }, (_, s) => order[s % count]!)
  for (let s = samples - 1; s > 0; s--) swap(drawn, s, random.int(s + 1))
  return drawn
}

function shuffled(count: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, k) => k)
  for (let k = count - 1; k > 0; k--) swap(order, k, random.int(k + 1))
  return order
}

function swap(values: Int32Array, a: number, b: number): void {
  const kept = values[a]!
  values[a] = values[b]!
  values[b] = kept
}

/**
 * Ranks (0 … samples − 1, horizon × samples) of the paths of one node from its past errors
 * (`plan.points` from `from` on; NaN counts as zero): the larger the error that a path follows in a
 * bucket, the higher its rank in it. Ties between points, as of zeros, are broken at random, and so
 * are those of paths that follow the same point. O(points log points + horizon · samples).
 */
export function pathRanks(
  plan: PathPlan,
  errors: Float64Array,
  from: number,
  random: Random,
  into: Int32Array,
): void {
  const { samples, horizon, points, start, paths } = plan
  const keys = errors.slice(from, from + points).map((e) => (Number.isFinite(e) ? e : 0))
  const noise = Float64Array.from(keys, () => random.next())
  const order = Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]! || noise[a]! - noise[b]!)
  for (let h = 0; h < horizon; h++) {
    const first = h * (points + 1)
    let rank = 0
    for (const p of order) {
      const begin = start[first + p]!
      const count = start[first + p + 1]! - begin
      const turn = count > 1 ? Math.floor(noise[p]! * count) : 0
      for (let k = 0; k < count; k++) {
        const path = paths[h * samples + begin + ((k + turn) % count)]!
        into[h * samples + path] = rank++
      }
    }
  }
}
