/**
 * E[D | D ≥ s] of a negative binomial demand with mean m and size r (variance m + m²/r; r = ∞ is
 * the Poisson): (m − Σ_{k<s} k p(k)) / (1 − Σ_{k<s} p(k)), p by its recursion from k = 0.
 * The expected demand of a day on which at least s units were wanted. Source: Conrad 1976, Nahmias
 * 1994 for censored demand; the recursion is that of the Panjer class (a, b, 0).
 */
export function meanAtLeast(sold: number, mean: number, size: number): number {
  if (!(sold > 0)) return mean
  if (!(mean > 0)) return sold
  const s = Math.ceil(sold)
  const dispersion = Number.isFinite(size) ? 1 + mean / size : 1
  // Far above what was expected, the sum is lost in rounding; the tail is about geometric there.
  const tail = sold + Math.max(0, dispersion - 1) + Math.min(1, mean / s)
  if (s > 100_000) return Math.max(mean, tail)
  const q = Number.isFinite(size) ? mean / (size + mean) : 0
  let p = Number.isFinite(size) ? (size / (size + mean)) ** size : Math.exp(-mean)
  let below = 0
  let sum = 0
  for (let k = 0; k < s; k++) {
    below += p
    sum += k * p
    p *= Number.isFinite(size) ? ((size + k) / (k + 1)) * q : mean / (k + 1)
  }
  const above = 1 - below
  if (!(above > 1e-9)) return Math.max(mean, tail)
  return Math.max(sold, (mean - sum) / above)
}
