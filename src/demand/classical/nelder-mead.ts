/** How long a search goes on. */
export interface SearchLimits {
  readonly evaluations: number
  /** Ends when best and worst of the simplex differ by less than this. */
  readonly tolerance: number
}

/**
 * Minimum of `f` over the unit box by Nelder & Mead (1965), points outside projected onto the box.
 * `best` holds the start and receives the result; returns f(best). `steps` are the first edges.
 */
export function nelderMead(
  f: (x: Float64Array) => number,
  best: Float64Array,
  steps: ArrayLike<number>,
  limits: SearchLimits,
): number {
  const d = best.length
  const points = Array.from({ length: d + 1 }, () => Float64Array.from(best))
  for (let i = 0; i < d; i++) {
    const p = points[i + 1]!
    p[i] = p[i]! + steps[i]! <= 1 ? p[i]! + steps[i]! : p[i]! - steps[i]!
  }
  const values = Float64Array.from(points, (p) => f(p))
  const center = new Float64Array(d)
  const trial = new Float64Array(d)
  const second = new Float64Array(d)
  let left = limits.evaluations - (d + 1)
  const evaluate = (worst: Float64Array, factor: number, into: Float64Array) => {
    for (let j = 0; j < d; j++) {
      into[j] = Math.min(1, Math.max(0, center[j]! + factor * (worst[j]! - center[j]!)))
    }
    left--
    return f(into)
  }
  while (left > 0) {
    const { low, high, next } = order(values)
    if (values[high]! - values[low]! <= limits.tolerance) break
    centroid(points, high, center)
    const worst = points[high]!
    const reflected = evaluate(worst, -1, trial)
    if (reflected < values[low]!) {
      const expanded = evaluate(worst, -2, second)
      worst.set(expanded < reflected ? second : trial)
      values[high] = Math.min(expanded, reflected)
    } else if (reflected < values[next]!) {
      worst.set(trial)
      values[high] = reflected
    } else {
      const inside = reflected >= values[high]!
      const contracted = evaluate(worst, inside ? 0.5 : -0.5, second)
      if (contracted < Math.min(reflected, values[high]!)) {
        worst.set(second)
        values[high] = contracted
      } else {
        left -= shrink(points, values, low, f)
      }
    }
  }
  const { low } = order(values)
  best.set(points[low]!)
  return values[low]!
}

function order(values: Float64Array): { low: number; high: number; next: number } {
  let low = 0
  let high = 0
  for (let i = 1; i < values.length; i++) {
    if (values[i]! < values[low]!) low = i
    if (values[i]! >= values[high]!) high = i
  }
  let next = low
  for (let i = 0; i < values.length; i++) {
    if (i !== high && values[i]! >= values[next]!) next = i
  }
  return { low, high, next }
}

function centroid(points: Float64Array[], without: number, into: Float64Array): void {
  into.fill(0)
  for (let i = 0; i < points.length; i++) {
    if (i === without) continue
    for (let j = 0; j < into.length; j++) into[j]! += points[i]![j]! / (points.length - 1)
  }
}

function shrink(
  points: Float64Array[],
  values: Float64Array,
  low: number,
  f: (x: Float64Array) => number,
): number {
  const best = points[low]!
  for (let i = 0; i < points.length; i++) {
    if (i === low) continue
    const p = points[i]!
    for (let j = 0; j < p.length; j++) p[j] = best[j]! + 0.5 * (p[j]! - best[j]!)
    values[i] = f(p)
  }
  return points.length - 1
}
