// Cells of the recurrent nets, four units at a time, and the softmax of attention.

import {
  address,
  exponential,
  hyperbolicTangent,
  keepSome,
  laneSum,
  multiplyAdd,
  sigmoid,
  storeSome,
} from './vector'

// @ts-ignore: decorator
@inline
function loadOrZero(from: i32, i: i32): v128 {
  return from < 0 ? f32x4.splat(0) : v128.load(address(from + i))
}

/** y (1 − y): the slope of the sigmoid from its result. */
// @ts-ignore: decorator
@inline
function sigmoidSlope(y: v128): v128 {
  return f32x4.mul(y, f32x4.sub(f32x4.splat(1), y))
}

/** 1 − y²: the slope of tanh from its result. */
// @ts-ignore: decorator
@inline
function tanhSlope(y: v128): v128 {
  return f32x4.sub(f32x4.splat(1), f32x4.mul(y, y))
}

// A vector at the end of a row reaches into the gate behind it: all four gates are read before any is
// written, and only the lanes of the row are written.

export function lstmCell(
  gates: i32,
  gateStride: i32,
  cellBefore: i32,
  cell: i32,
  h: i32,
  stride: i32,
  samples: i32,
  units: i32,
): void {
  for (let s = 0; s < samples; s++) {
    for (let u = 0; u < units; u += 4) {
      const g = gates + s * gateStride + u
      const at = s * stride + u
      const left = units - u
      const input = sigmoid(v128.load(address(g)))
      const output = sigmoid(v128.load(address(g + units)))
      const forget = sigmoid(v128.load(address(g + 2 * units)))
      const candidate = hyperbolicTangent(v128.load(address(g + 3 * units)))
      const now = multiplyAdd(forget, loadOrZero(cellBefore, at), f32x4.mul(input, candidate))
      storeSome(address(g), input, left)
      storeSome(address(g + units), output, left)
      storeSome(address(g + 2 * units), forget, left)
      storeSome(address(g + 3 * units), candidate, left)
      storeSome(address(cell + at), now, left)
      storeSome(address(h + at), f32x4.mul(output, hyperbolicTangent(now)), left)
    }
  }
}

export function lstmCellBack(
  gates: i32,
  gateStride: i32,
  cellBefore: i32,
  cell: i32,
  dh: i32,
  stride: i32,
  dCell: i32,
  samples: i32,
  units: i32,
): void {
  for (let s = 0; s < samples; s++) {
    for (let u = 0; u < units; u += 4) {
      const g = gates + s * gateStride + u
      const at = s * stride + u
      const left = units - u
      const input = v128.load(address(g))
      const output = v128.load(address(g + units))
      const forget = v128.load(address(g + 2 * units))
      const candidate = v128.load(address(g + 3 * units))
      const squashed = hyperbolicTangent(v128.load(address(cell + at)))
      const gradient = v128.load(address(dh + at))
      const carry = address(dCell + s * units + u)
      const direct = f32x4.mul(f32x4.mul(gradient, output), tanhSlope(squashed))
      const inner = f32x4.add(v128.load(carry), direct)
      const dInput = f32x4.mul(f32x4.mul(inner, candidate), sigmoidSlope(input))
      const dOutput = f32x4.mul(f32x4.mul(gradient, squashed), sigmoidSlope(output))
      const dForget = f32x4.mul(f32x4.mul(inner, loadOrZero(cellBefore, at)), sigmoidSlope(forget))
      const dCandidate = f32x4.mul(f32x4.mul(inner, input), tanhSlope(candidate))
      storeSome(address(g), dInput, left)
      storeSome(address(g + units), dOutput, left)
      storeSome(address(g + 2 * units), dForget, left)
      storeSome(address(g + 3 * units), dCandidate, left)
      storeSome(carry, f32x4.mul(inner, forget), left)
    }
  }
}

export function gruCell(
  gates: i32,
  gateStride: i32,
  recurrent: i32,
  hBefore: i32,
  h: i32,
  stride: i32,
  samples: i32,
  units: i32,
): void {
  for (let s = 0; s < samples; s++) {
    for (let u = 0; u < units; u += 4) {
      const g = gates + s * gateStride + u
      const r = recurrent + s * gateStride + u
      const at = s * stride + u
      const left = units - u
      const update = sigmoid(f32x4.add(v128.load(address(g)), v128.load(address(r))))
      const reset = sigmoid(
        f32x4.add(v128.load(address(g + units)), v128.load(address(r + units))),
      )
      const past = v128.load(address(r + 2 * units))
      const candidate = hyperbolicTangent(multiplyAdd(reset, past, v128.load(address(g + 2 * units))))
      const change = f32x4.sub(loadOrZero(hBefore, at), candidate)
      storeSome(address(g), update, left)
      storeSome(address(g + units), reset, left)
      storeSome(address(g + 2 * units), candidate, left)
      storeSome(address(h + at), multiplyAdd(update, change, candidate), left)
    }
  }
}

export function gruCellBack(
  gates: i32,
  gateStride: i32,
  recurrent: i32,
  hBefore: i32,
  dh: i32,
  dhBefore: i32,
  stride: i32,
  samples: i32,
  units: i32,
): void {
  const one = f32x4.splat(1)
  for (let s = 0; s < samples; s++) {
    for (let u = 0; u < units; u += 4) {
      const g = gates + s * gateStride + u
      const r = recurrent + s * gateStride + u
      const at = s * stride + u
      const left = units - u
      const update = v128.load(address(g))
      const reset = v128.load(address(g + units))
      const candidate = v128.load(address(g + 2 * units))
      const past = v128.load(address(r + 2 * units))
      const gradient = v128.load(address(dh + at))
      const fresh = f32x4.mul(gradient, f32x4.sub(one, update))
      const inner = f32x4.mul(fresh, tanhSlope(candidate))
      const change = f32x4.sub(loadOrZero(hBefore, at), candidate)
      const dUpdate = f32x4.mul(f32x4.mul(gradient, change), sigmoidSlope(update))
      const dReset = f32x4.mul(f32x4.mul(inner, past), sigmoidSlope(reset))
      if (dhBefore >= 0) {
        const to = address(dhBefore + at)
        storeSome(to, multiplyAdd(gradient, update, v128.load(to)), left)
      }
      storeSome(address(g), dUpdate, left)
      storeSome(address(g + units), dReset, left)
      storeSome(address(g + 2 * units), inner, left)
      storeSome(address(r), dUpdate, left)
      storeSome(address(r + units), dReset, left)
      storeSome(address(r + 2 * units), f32x4.mul(inner, reset), left)
    }
  }
}

/** −1e30 where the mask is zero or the row has ended, factor · score elsewhere. */
// @ts-ignore: decorator
@inline
function allowedScore(score: v128, mask: v128, factor: v128, left: i32): v128 {
  const allowed = keepSome(f32x4.ne(mask, f32x4.splat(0)), left)
  return v128.bitselect(f32x4.mul(factor, score), f32x4.splat(-1e30), allowed)
}

export function maskedSoftmax(scores: i32, mask: i32, rows: i32, width: i32, factor: f32): void {
  const by = f32x4.splat(factor)
  for (let r = 0; r < rows; r++) {
    const row = address(scores + r * width)
    const masks = address(mask + r * width)
    let tops = f32x4.splat(-1e30)
    for (let i = 0; i < width; i += 4) {
      const at = <usize>i << 2
      const score = allowedScore(v128.load(row + at), v128.load(masks + at), by, width - i)
      tops = f32x4.max(tops, score)
    }
    const first = max(f32x4.extract_lane(tops, 0), f32x4.extract_lane(tops, 1))
    const top = max(first, max(f32x4.extract_lane(tops, 2), f32x4.extract_lane(tops, 3)))
    const none = top <= <f32>-1e30
    let sums = f32x4.splat(0)
    for (let i = 0; i < width; i += 4) {
      const at = <usize>i << 2
      const score = allowedScore(v128.load(row + at), v128.load(masks + at), by, width - i)
      const allowed = f32x4.gt(score, f32x4.splat(-1e30))
      const e = v128.and(exponential(f32x4.sub(score, f32x4.splat(top))), allowed)
      sums = f32x4.add(sums, e)
      storeSome(row + at, e, width - i)
    }
    const share = f32x4.splat(none ? <f32>0 : <f32>1 / laneSum(sums))
    for (let i = 0; i < width; i += 4) {
      const at = <usize>i << 2
      storeSome(row + at, f32x4.mul(share, v128.load(row + at)), width - i)
    }
  }
}

export function softmaxBack(p: i32, dp: i32, rows: i32, width: i32, factor: f32): void {
  for (let r = 0; r < rows; r++) {
    const row = address(p + r * width)
    const gradient = address(dp + r * width)
    let sums = f32x4.splat(0)
    for (let i = 0; i < width; i += 4) {
      const at = <usize>i << 2
      const both = f32x4.mul(v128.load(row + at), v128.load(gradient + at))
      sums = f32x4.add(sums, keepSome(both, width - i))
    }
    const sum = f32x4.splat(laneSum(sums))
    for (let i = 0; i < width; i += 4) {
      const at = <usize>i << 2
      const centred = f32x4.sub(v128.load(gradient + at), sum)
      const scaled = f32x4.mul(f32x4.splat(factor), v128.load(row + at))
      storeSome(gradient + at, f32x4.mul(scaled, centred), width - i)
    }
  }
}
