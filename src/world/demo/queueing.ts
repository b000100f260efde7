/** 99th percentile of the work of one request over its mean. */
const WORK_P99 = 3.2
/** Network and framework, ms. */
const FIXED_MS = 4
/** Requests that waited longer are given up, ms. */
const LONGEST_WAIT_MS = 10_000
/** Share that fails whatever the load. */
const FAILED_SHARE = 2e-5
/** Utilisation from which requests are refused. */
const FULL = 0.96

/**
 * Answer time at the 99th percentile (ms) of a server of `cores` that is busy for a share
 * `utilisation` of its time, with `workMs` a request: the work's own percentile and the wait's. The
 * wait in M/M/c is exponential once there is one, P(wait > t) = C exp(−c (1−ρ) t / s), with
 * C ≈ ρ^(√(2(c+1)) − 1) (Sakasegawa, Annals of the Institute of Statistical Mathematics 29, 1977).
 */
export function latencyP99(workMs: number, cores: number, utilisation: number): number {
  const rho = Math.min(0.999, Math.max(0, utilisation))
  const chance = rho ** (Math.sqrt(2 * (cores + 1)) - 1)
  const wait = chance <= 0.01 ? 0 : (Math.log(100 * chance) * workMs) / (cores * (1 - rho))
  return FIXED_MS + WORK_P99 * workMs + Math.min(LONGEST_WAIT_MS, wait)
}

/** Share of requests that fail: next to none, and beyond capacity all that cannot be served. */
export function refusedShare(utilisation: number): number {
  return FAILED_SHARE + Math.max(0, 1 - FULL / Math.max(FULL, utilisation))
}
