// Rows of length 1, and the loss of finding one's own among others.

import { address, keepSome, laneSum, logarithmOnePlus, multiplyAdd, storeSome } from './vector'

export function unitRows(x: i32, y: i32, factors: i32, rows: i32, width: i32): void {
  for (let r = 0; r < rows; r++) {
    const at = r * width
    let squares = f32x4.splat(0)
    for (let i = 0; i < width; i += 4) {
      const value = keepSome(v128.load(address(x + at + i)), width - i)
      squares = multiplyAdd(value, value, squares)
    }
    const factor: f32 = <f32>1 / sqrt<f32>(laneSum(squares) + <f32>1e-6)
    store<f32>(address(factors + r), factor)
    for (let i = 0; i < width; i += 4) {
      const value = f32x4.mul(f32x4.splat(factor), v128.load(address(x + at + i)))
      storeSome(address(y + at + i), value, width - i)
    }
  }
}

export function unitRowsBack(
  y: i32,
  factors: i32,
  dy: i32,
  dx: i32,
  rows: i32,
  width: i32,
): void {
  for (let r = 0; r < rows; r++) {
    const at = r * width
    let sums = f32x4.splat(0)
    for (let i = 0; i < width; i += 4) {
      const both = f32x4.mul(v128.load(address(y + at + i)), v128.load(address(dy + at + i)))
      sums = f32x4.add(sums, keepSome(both, width - i))
    }
    const along = f32x4.splat(-laneSum(sums))
    const factor = f32x4.splat(load<f32>(address(factors + r)))
    for (let i = 0; i < width; i += 4) {
      const to = address(dx + at + i)
      const across = multiplyAdd(
        along,
        v128.load(address(y + at + i)),
        v128.load(address(dy + at + i)),
      )
      storeSome(to, multiplyAdd(factor, across, v128.load(to)), width - i)
    }
  }
}

/**
 * log x = e log 2 + log m of a normal x = 2^e m. Not the library's: its table lies where operands do.
 */
function logarithm(x: f32): f64 {
  const bits = reinterpret<i32>(x)
  const exponent = (bits >> 23) - 127
  const m = reinterpret<f32>((bits & 0x7fffff) | 0x3f800000)
  const rest = f32x4.extract_lane(logarithmOnePlus(f32x4.splat(m - 1)), 0)
  return <f64>exponent * 0.6931471805599453 + <f64>rest
}

export function ownShareLoss(
  shares: i32,
  weight: i32,
  rows: i32,
  width: i32,
  factor: f64,
): f64 {
  let total: f64 = 0
  for (let r = 0; r < rows; r++) {
    const w = load<f32>(address(weight + r))
    if (w == 0) continue
    total -= <f64>w * logarithm(max<f32>(1e-30, load<f32>(address(shares + r * width + r))))
  }
  return factor * total
}

export function ownShareBack(
  shares: i32,
  weight: i32,
  dScores: i32,
  rows: i32,
  width: i32,
  factor: f64,
): void {
  for (let r = 0; r < rows; r++) {
    const own = <f32>(factor * <f64>load<f32>(address(weight + r)))
    const w = f32x4.splat(own)
    const at = r * width
    for (let j = 0; j < width; j += 4) {
      const value = f32x4.mul(w, v128.load(address(shares + at + j)))
      storeSome(address(dScores + at + j), value, width - j)
    }
    const diagonal = address(dScores + at + r)
    store<f32>(diagonal, load<f32>(diagonal) - own)
  }
}
