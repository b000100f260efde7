import type { EtsSpec, EtsState } from './ets-kernel.ts'

const SEASONS_USED = 5
const POINTS_USED = 20

/** Points at the beginning from which the initial states are found. */
export function startLength(season: number, n: number): number {
  return Math.min(n, season > 1 ? Math.max(SEASONS_USED * season, POINTS_USED) : POINTS_USED)
}

const counts = new Float64Array(366)

/**
 * Initial states from y[0 … n0): a least-squares line through the points freed of their phase means,
 * and the phases’ mean distances (or ratios) from that line, in the manner of Hyndman et al. 2008,
 * section 2.6.1. `seasonLength` 1 for models without season.
 */
export function startEts(
  s: EtsState,
  spec: EtsSpec,
  seasonLength: number,
  y: Float64Array,
  n0: number,
): void {
  const m = spec.season === 'N' ? 1 : seasonLength
  s.seasonLength = m
  const neutral = spec.season === 'M' ? 1 : 0
  s.season.fill(neutral, 0, m)
  let { intercept, slope } = line(y, n0, s.season, m, false)
  if (m > 1) {
    // Two rounds: a line disturbed by the season, its phases, then the line freed of them.
    for (let round = 0; round < 2; round++) {
      phaseMeans(s.season, m, spec.season === 'M', y, n0, intercept, slope)
      const next = line(y, n0, s.season, m, spec.season === 'M')
      intercept = next.intercept
      slope = next.slope
    }
  }
  const hasTrend = spec.trend !== 'N'
  s.level = hasTrend ? intercept - slope : intercept + (slope * (n0 - 1)) / 2
  s.trend = hasTrend ? slope : 0
  if (spec.error === 'M' && s.level <= 0) {
    s.level = Math.max(1e-6, intercept + (slope * (n0 - 1)) / 2)
    s.trend = 0
  }
}

function line(
  y: Float64Array,
  n: number,
  season: Float64Array,
  m: number,
  ratio: boolean,
): { intercept: number; slope: number } {
  let count = 0
  let st = 0
  let sy = 0
  let stt = 0
  let sty = 0
  for (let t = 0; t < n; t++) {
    const v = ratio ? y[t]! / season[t % m]! : y[t]! - season[t % m]!
    if (Number.isNaN(v)) continue
    count++
    st += t
    sy += v
    stt += t * t
    sty += t * v
  }
  const det = count * stt - st * st
  if (count === 0) return { intercept: 0, slope: 0 }
  const slope = det > 0 && count > 3 ? (count * sty - st * sy) / det : 0
  return { intercept: (sy - slope * st) / count, slope }
}

function phaseMeans(
  season: Float64Array,
  m: number,
  ratio: boolean,
  y: Float64Array,
  n: number,
  intercept: number,
  slope: number,
): void {
  counts.fill(0, 0, m)
  season.fill(0, 0, m)
  for (let t = 0; t < n; t++) {
    const base = intercept + slope * t
    const v = ratio ? y[t]! / (Math.abs(base) > 1e-9 ? base : 1e-9) : y[t]! - base
    if (Number.isNaN(v)) continue
    season[t % m]! += v
    counts[t % m]! += 1
  }
  const neutral = ratio ? 1 : 0
  let sum = 0
  for (let p = 0; p < m; p++) {
    season[p] = counts[p]! > 0 ? season[p]! / counts[p]! : neutral
    sum += season[p]!
  }
  for (let p = 0; p < m; p++) {
    season[p] = ratio ? Math.max(1e-3, (season[p]! * m) / (sum || 1)) : season[p]! - sum / m
  }
}
