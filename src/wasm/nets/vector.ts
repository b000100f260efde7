// Vectors of four float32 and the functions the nets need of them.


// @ts-ignore: decorator
@inline
export function address(element: i32): usize {
  return <usize>(<u32>element) << 2
}

/** Fused where the machine can: a · b + c. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  return f32x4.relaxed_madd(a, b, c)
}

/** Stores the first `count` lanes, four at most. */
// @ts-ignore: decorator
@inline
export function storeSome(to: usize, value: v128, count: i32): void {
  if (count >= 4) {
    v128.store(to, value)
    return
  }
  if (count >= 1) v128.store_lane<f32>(to, value, 0)
  if (count >= 2) v128.store_lane<f32>(to, value, 1, 4)
  if (count >= 3) v128.store_lane<f32>(to, value, 2, 8)
}

/** Sum of the lanes, in a fixed order. */
// @ts-ignore: decorator
@inline
export function laneSum(v: v128): f32 {
  const first = f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1)
  return first + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
}

/** The lanes below `count`, zero in the others. */
// @ts-ignore: decorator
@inline
export function keepSome(v: v128, count: i32): v128 {
  return v128.and(v, i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3)))
}

/** e^x: 2^n times a polynomial on ±log(2)/2 (Cephes expf); about 1e-7 relative. */
export function exponential(x: v128): v128 {
  const bounded = f32x4.max(f32x4.min(x, f32x4.splat(88.02)), f32x4.splat(-87.3))
  const n = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(1.44269504)))
  let r = multiplyAdd(n, f32x4.splat(-0.693359375), bounded)
  r = multiplyAdd(n, f32x4.splat(2.12194440e-4), r)
  let p = multiplyAdd(f32x4.splat(1.9875691500e-4), r, f32x4.splat(1.3981999507e-3))
  p = multiplyAdd(p, r, f32x4.splat(8.3334519073e-3))
  p = multiplyAdd(p, r, f32x4.splat(4.1665795894e-2))
  p = multiplyAdd(p, r, f32x4.splat(1.6666665459e-1))
  p = multiplyAdd(p, r, f32x4.splat(5.0000001201e-1))
  p = f32x4.add(multiplyAdd(p, f32x4.mul(r, r), r), f32x4.splat(1))
  const exponent = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23)
  return f32x4.mul(p, exponent)
}

/** log(1 + u) for 0 ≤ u ≤ 1: Cephes logf, corrected for the rounding of 1 + u. */
export function logarithmOnePlus(u: v128): v128 {
  const one = f32x4.splat(1)
  const w = f32x4.add(u, one)
  // w in [1, 2]: above √2 halve it and add log 2.
  const upper = f32x4.gt(w, f32x4.splat(1.41421356))
  const x = f32x4.sub(v128.bitselect(f32x4.mul(w, f32x4.splat(0.5)), w, upper), one)
  const z = f32x4.mul(x, x)
  let p = multiplyAdd(f32x4.splat(7.0376836292e-2), x, f32x4.splat(-1.1514610310e-1))
  p = multiplyAdd(p, x, f32x4.splat(1.1676998740e-1))
  p = multiplyAdd(p, x, f32x4.splat(-1.2420140846e-1))
  p = multiplyAdd(p, x, f32x4.splat(1.4249322787e-1))
  p = multiplyAdd(p, x, f32x4.splat(-1.6668057665e-1))
  p = multiplyAdd(p, x, f32x4.splat(2.0000714765e-1))
  p = multiplyAdd(p, x, f32x4.splat(-2.4999993993e-1))
  p = multiplyAdd(p, x, f32x4.splat(3.3333331174e-1))
  p = f32x4.mul(f32x4.mul(p, x), z)
  const log = f32x4.add(f32x4.add(multiplyAdd(z, f32x4.splat(-0.5), p), x),
    v128.and(upper, f32x4.splat(0.69314718)))
  const rounded = f32x4.sub(w, one)
  const exact = f32x4.eq(rounded, f32x4.splat(0))
  return v128.bitselect(u, f32x4.mul(log, f32x4.div(u, f32x4.max(rounded, f32x4.splat(1e-30)))), exact)
}

// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exponential(f32x4.neg(x))))
}

/** tanh: Cephes' odd polynomial below 0.625, else 1 − 2/(e^2|x| + 1) with the sign of x. */
export function hyperbolicTangent(x: v128): v128 {
  const sign = v128.and(x, i32x4.splat(0x80000000))
  const a = f32x4.abs(x)
  const z = f32x4.mul(x, x)
  let p = multiplyAdd(f32x4.splat(-5.70498872745e-3), z, f32x4.splat(2.06390887954e-2))
  p = multiplyAdd(p, z, f32x4.splat(-5.37397155531e-2))
  p = multiplyAdd(p, z, f32x4.splat(1.33314422036e-1))
  p = multiplyAdd(p, z, f32x4.splat(-3.33332819422e-1))
  const small = multiplyAdd(f32x4.mul(p, z), x, x)
  const e = exponential(f32x4.add(a, a))
  const large = f32x4.sub(
    f32x4.splat(1),
    f32x4.div(f32x4.splat(2), f32x4.add(e, f32x4.splat(1))),
  )
  return v128.bitselect(small, v128.or(large, sign), f32x4.lt(a, f32x4.splat(0.625)))
}

/** log(1 + e^x) = max(x, 0) + log(1 + e^−|x|). */
export function softplus(x: v128): v128 {
  const tail = logarithmOnePlus(exponential(f32x4.neg(f32x4.abs(x))))
  return f32x4.add(f32x4.max(x, f32x4.splat(0)), tail)
}

/** Φ(x) by the error function of Abramowitz and Stegun 7.1.26; about 1e-7 absolute. */
export function normalCumulative(x: v128): v128 {
  const z = f32x4.mul(f32x4.abs(x), f32x4.splat(0.70710678))
  const t = f32x4.div(f32x4.splat(1), multiplyAdd(z, f32x4.splat(0.3275911), f32x4.splat(1)))
  let p = multiplyAdd(f32x4.splat(1.061405429), t, f32x4.splat(-1.453152027))
  p = multiplyAdd(p, t, f32x4.splat(1.421413741))
  p = multiplyAdd(p, t, f32x4.splat(-0.284496736))
  p = multiplyAdd(p, t, f32x4.splat(0.254829592))
  const e = exponential(f32x4.neg(f32x4.mul(z, z)))
  const half = f32x4.mul(f32x4.mul(f32x4.mul(p, t), e), f32x4.splat(0.5))
  return v128.bitselect(half, f32x4.sub(f32x4.splat(1), half), f32x4.lt(x, f32x4.splat(0)))
}
