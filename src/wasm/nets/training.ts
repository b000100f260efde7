// The head, its loss, and the step of the optimizer.

import { address, laneSum, multiplyAdd, sigmoid, softplus, storeSome } from './vector'

export function quantileHead(x: i32, q: i32, rows: i32, levels: i32, anchor: i32): void {
  // First all increments, four at a time, then the sums along each row.
  const count = rows * levels
  for (let i = 0; i < count; i += 4) {
    storeSome(address(q + i), softplus(v128.load(address(x + i))), count - i)
  }
  for (let r = 0; r < rows; r++) {
    const at = r * levels
    const middle = load<f32>(address(x + at + anchor))
    store<f32>(address(q + at + anchor), middle)
    let value = middle
    for (let l = anchor + 1; l < levels; l++) {
      value += load<f32>(address(q + at + l))
      store<f32>(address(q + at + l), value)
    }
    value = middle
    for (let l = anchor - 1; l >= 0; l--) {
      value -= load<f32>(address(q + at + l))
      store<f32>(address(q + at + l), value)
    }
  }
}

export function quantileHeadBack(
  x: i32,
  dq: i32,
  dx: i32,
  rows: i32,
  levels: i32,
  anchor: i32,
): void {
  // What lies outwards moves with every step that leads there: dq becomes these sums, then meets the
  // slopes four at a time.
  for (let r = 0; r < rows; r++) {
    const at = r * levels
    let above: f32 = 0
    for (let l = levels - 1; l > anchor; l--) {
      above += load<f32>(address(dq + at + l))
      store<f32>(address(dq + at + l), above)
    }
    let below: f32 = 0
    for (let l = 0; l < anchor; l++) {
      below += load<f32>(address(dq + at + l))
      store<f32>(address(dq + at + l), -below)
    }
    const middle = address(dx + at + anchor)
    const all = above + below + load<f32>(address(dq + at + anchor))
    store<f32>(middle, load<f32>(middle) + all)
    // The anchor has no slope of its own.
    store<f32>(address(dq + at + anchor), 0)
  }
  const count = rows * levels
  for (let i = 0; i < count; i += 4) {
    const slopes = sigmoid(v128.load(address(x + i)))
    const to = address(dx + i)
    storeSome(to, multiplyAdd(v128.load(address(dq + i)), slopes, v128.load(to)), count - i)
  }
}

export function pinballLoss(
  q: i32,
  target: i32,
  weight: i32,
  levels: i32,
  rows: i32,
  count: i32,
  factor: f64,
  _unused: i32,
): f64 {
  let total: f64 = 0
  for (let r = 0; r < rows; r++) {
    const w = load<f32>(address(weight + r))
    if (w == 0) continue
    const y = load<f32>(address(target + r))
    let sum: f32 = 0
    for (let l = 0; l < count; l++) {
      const tau = load<f32>(address(levels + l))
      const error = y - load<f32>(address(q + r * count + l))
      sum += max(tau * error, (tau - 1) * error)
    }
    total += <f64>(w * sum)
  }
  return factor * total
}

export function pinballBack(
  q: i32,
  target: i32,
  weight: i32,
  levels: i32,
  rows: i32,
  count: i32,
  factor: f64,
  dq: i32,
): void {
  for (let r = 0; r < rows; r++) {
    const given = load<f32>(address(weight + r))
    if (given == 0) continue
    const w = <f32>(factor * <f64>given)
    const y = load<f32>(address(target + r))
    for (let l = 0; l < count; l++) {
      const tau = load<f32>(address(levels + l))
      const error = y - load<f32>(address(q + r * count + l))
      const to = address(dq + r * count + l)
      store<f32>(to, load<f32>(to) + (error > 0 ? -w * tau : w * (1 - tau)))
    }
  }
}

export function zero(x: i32, count: i32): void {
  memory.fill(address(x), 0, address(count))
}

/** In blocks of 4,096, so that what is small is not lost in what is large. */
const BLOCK = 4096

export function sum(x: i32, count: i32): f64 {
  let total: f64 = 0
  for (let start = 0; start < count; start += BLOCK) {
    const end = min(count, start + BLOCK)
    let sums = f32x4.splat(0)
    let i = start
    for (; i + 4 <= end; i += 4) sums = f32x4.add(sums, v128.load(address(x + i)))
    total += <f64>laneSum(sums)
    for (; i < end; i++) total += <f64>load<f32>(address(x + i))
  }
  return total
}

export function sumSquares(x: i32, count: i32): f64 {
  let total: f64 = 0
  for (let start = 0; start < count; start += BLOCK) {
    const end = min(count, start + BLOCK)
    let sums = f32x4.splat(0)
    let i = start
    for (; i + 4 <= end; i += 4) {
      const value = v128.load(address(x + i))
      sums = multiplyAdd(value, value, sums)
    }
    total += <f64>laneSum(sums)
    for (; i < end; i++) total += <f64>load<f32>(address(x + i)) * <f64>load<f32>(address(x + i))
  }
  return total
}

export function sumParts(from: i32, stride: i32, parts: i32, to: i32, count: i32): void {
  for (let i = 0; i < count; i += 4) {
    let total = v128.load(address(from + i))
    for (let p = 1; p < parts; p++) {
      total = f32x4.add(total, v128.load(address(from + p * stride + i)))
    }
    storeSome(address(to + i), total, count - i)
  }
}

export function adam(
  parameter: i32,
  moment1: i32,
  moment2: i32,
  gradient: i32,
  count: i32,
  gradientFactor: f32,
  rate: f32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
  decay: f32,
  correction1: f32,
  correction2: f32,
): void {
  for (let i = 0; i < count; i += 4) {
    const left = count - i
    const p = v128.load(address(parameter + i))
    const g = f32x4.mul(f32x4.splat(gradientFactor), v128.load(address(gradient + i)))
    const before1 = f32x4.mul(f32x4.splat(beta1), v128.load(address(moment1 + i)))
    const before2 = f32x4.mul(f32x4.splat(beta2), v128.load(address(moment2 + i)))
    const m = multiplyAdd(f32x4.splat(1 - beta1), g, before1)
    const v = multiplyAdd(f32x4.mul(f32x4.splat(1 - beta2), g), g, before2)
    const root = f32x4.sqrt(f32x4.mul(v, f32x4.splat(correction2)))
    const step = f32x4.div(
      f32x4.mul(m, f32x4.splat(correction1)),
      f32x4.add(root, f32x4.splat(epsilon)),
    )
    const move = multiplyAdd(f32x4.splat(decay), p, step)
    storeSome(address(moment1 + i), m, left)
    storeSome(address(moment2 + i), v, left)
    storeSome(address(parameter + i), f32x4.sub(p, f32x4.mul(f32x4.splat(rate), move)), left)
  }
}
