import { requireArgument } from '../../core/errors.ts'
import { PARTS, type Part } from './parts.ts'

/** What the means of a forecast are made of: parts that sum to them. */
export interface Contributions {
  readonly ids: readonly string[]
  /** First bucket. */
  readonly origin: number
  /** Buckets. */
  readonly horizon: number
  /** Units, series × horizon; a part that is absent adds nothing. */
  readonly parts: Readonly<Partial<Record<Part, Float64Array>>>
}

/** One member of a combination. */
export interface WeightedContributions {
  readonly contributions: Contributions
  /** Weight of the member for each series, aligned with its ids. */
  readonly weights: ArrayLike<number>
}

/**
 * The contributions of a weighted sum of forecasts: Σₘ wₘ · partₘ for each part, and what is missing
 * to `mean` (units, series × horizon: the combined and corrected forecast) as `calibration`. Members
 * must have the same ids, origin and horizon in the same order; throws ERR_ARGUMENT otherwise.
 */
export function combineContributions(
  members: readonly WeightedContributions[],
  mean: Float64Array,
): Contributions {
  const first = members[0]?.contributions
  requireArgument(first !== undefined, 'combineContributions: there are no members')
  const { ids, origin, horizon } = first
  const parts: Partial<Record<Part, Float64Array>> = {}
  for (const { contributions, weights } of members) {
    requireSame(first, contributions)
    requireArgument(weights.length === ids.length, 'combineContributions: one weight a series')
    for (const part of PARTS) {
      const units = contributions.parts[part]
      if (units === undefined) continue
      parts[part] ??= new Float64Array(ids.length * horizon)
      addWeighted(parts[part], units, weights, horizon)
    }
  }
  return closedWith({ ids, origin, horizon, parts }, mean, 'calibration')
}

function requireSame(a: Contributions, b: Contributions): void {
  const same =
    a.origin === b.origin && a.horizon === b.horizon && a.ids.every((id, i) => id === b.ids[i])
  requireArgument(
    same && a.ids.length === b.ids.length,
    'combineContributions: members differ in series, origin or horizon',
  )
}

function addWeighted(
  sum: Float64Array,
  units: Float64Array,
  weights: ArrayLike<number>,
  horizon: number,
): void {
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!
    if (weight === 0) continue
    for (let at = i * horizon; at < (i + 1) * horizon; at++) {
      // Where a member says nothing finite the forecast leaves it out; so do its parts.
      if (Number.isFinite(units[at]!)) sum[at]! += weight * units[at]!
    }
  }
}

/**
 * The same contributions with what is missing to `mean` (units, series × horizon) added to `part`, so
 * that they sum to it. Differences that are rounding alone are left out.
 */
export function closedWith(
  contributions: Contributions,
  mean: Float64Array,
  part: Part,
): Contributions {
  const { ids, horizon, parts } = contributions
  requireArgument(mean.length === ids.length * horizon, 'closedWith: one mean a series and bucket')
  const missing = mean.slice()
  for (const units of Object.values(parts)) {
    for (let at = 0; at < missing.length; at++) missing[at]! -= units[at]!
  }
  for (let at = 0; at < missing.length; at++) {
    if (Math.abs(missing[at]!) <= ROUNDING * (1 + Math.abs(mean[at]!))) missing[at] = 0
  }
  if (missing.every((units) => units === 0)) return contributions
  const before = parts[part]
  if (before !== undefined) for (let at = 0; at < missing.length; at++) missing[at]! += before[at]!
  return { ...contributions, parts: { ...parts, [part]: missing } }
}

/** Relative size below which a difference is the rounding of doubles. */
const ROUNDING = 1e-12
