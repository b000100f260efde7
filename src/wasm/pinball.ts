// AssemblyScript, compiled by scripts/build-wasm.mjs. The plain path is meanPinballLoss in
// src/core/quantiles.ts; src/core/kernels/pinball.test.ts holds the two together.

/**
 * Sum over points and levels of max(τ(y − q), (τ − 1)(y − q)), two levels at a time.
 * actuals: points × f64; quantiles: points × levels × f64; levels: levels × f64 (byte addresses).
 */
export function pinballSum(
  actuals: usize,
  quantiles: usize,
  levels: usize,
  points: i32,
  levelCount: i32,
): f64 {
  const ones = f64x2.splat(1)
  const pairs = levelCount & ~1
  let sums = f64x2.splat(0)
  let rest: f64 = 0
  let q = quantiles
  for (let i = 0; i < points; i++) {
    const actual = load<f64>(actuals + (<usize>i << 3))
    const y = f64x2.splat(actual)
    for (let l = 0; l < pairs; l += 2) {
      const tau = v128.load(levels + (<usize>l << 3))
      const error = f64x2.sub(y, v128.load(q + (<usize>l << 3)))
      const above = f64x2.mul(tau, error)
      const below = f64x2.mul(f64x2.sub(tau, ones), error)
      sums = f64x2.add(sums, f64x2.max(above, below))
    }
    if (pairs < levelCount) {
      const tau = load<f64>(levels + (<usize>pairs << 3))
      const error = actual - load<f64>(q + (<usize>pairs << 3))
      rest += max(tau * error, (tau - 1) * error)
    }
    q += <usize>levelCount << 3
  }
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1) + rest
}

/** Makes sure the memory holds `bytes` beyond the static data; returns the first free address. */
export function reserve(bytes: i32): usize {
  const base = (__heap_base + 15) & ~15
  const pages = <i32>((base + <usize>bytes + 65535) >>> 16)
  const missing = pages - memory.size()
  if (missing > 0 && memory.grow(missing) < 0) return 0
  return base
}
