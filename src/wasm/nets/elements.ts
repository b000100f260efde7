// Kernels that go element by element, and layer norm.

import {
  address,
  exponential,
  hyperbolicTangent,
  keepSome,
  laneSum,
  multiplyAdd,
  normalCumulative,
  sigmoid,
  softplus,
  storeSome,
} from './vector'

const VARIANCE_FLOOR: f32 = 1e-5

// Numbers of ACTIVATIONS in kernels/types.ts.
const RELU: i32 = 1
const TANH: i32 = 2
const SIGMOID: i32 = 3
const SOFTPLUS: i32 = 4
const GELU: i32 = 5

// @ts-ignore: decorator
@inline
function activated(kind: i32, x: v128): v128 {
  if (kind == RELU) return f32x4.max(x, f32x4.splat(0))
  if (kind == TANH) return hyperbolicTangent(x)
  if (kind == SIGMOID) return sigmoid(x)
  if (kind == SOFTPLUS) return softplus(x)
  if (kind == GELU) return f32x4.mul(x, normalCumulative(x))
  return x
}

/** The slope of the activation from its result, for gelu from its argument. */
// @ts-ignore: decorator
@inline
function slope(kind: i32, x: v128, y: v128): v128 {
  const one = f32x4.splat(1)
  if (kind == RELU) return v128.and(f32x4.gt(y, f32x4.splat(0)), one)
  if (kind == TANH) return f32x4.sub(one, f32x4.mul(y, y))
  if (kind == SIGMOID) return f32x4.mul(y, f32x4.sub(one, y))
  if (kind == SOFTPLUS) return f32x4.sub(one, exponential(f32x4.neg(y)))
  if (kind == GELU) {
    const density = exponential(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5)))
    return multiplyAdd(f32x4.mul(x, density), f32x4.splat(0.39894228), normalCumulative(x))
  }
  return one
}

/** The commonest one without a choice in its loop, four times as fast. */
function rectify(from: usize, to: usize, count: i32): void {
  const zero = f32x4.splat(0)
  let i = 0
  for (; i + 8 <= count; i += 8) {
    v128.store(to, f32x4.max(v128.load(from), zero))
    v128.store(to, f32x4.max(v128.load(from, 16), zero), 16)
    from += 32
    to += 32
  }
  for (; i < count; i += 4) {
    storeSome(to, f32x4.max(v128.load(from), zero), count - i)
    from += 16
    to += 16
  }
}

/** dx = dy where y > 0, else 0. */
function rectifyBack(y: usize, from: usize, to: usize, count: i32): void {
  const zero = f32x4.splat(0)
  let i = 0
  for (; i + 8 <= count; i += 8) {
    v128.store(to, v128.and(v128.load(from), f32x4.gt(v128.load(y), zero)))
    v128.store(to, v128.and(v128.load(from, 16), f32x4.gt(v128.load(y, 16), zero)), 16)
    y += 32
    from += 32
    to += 32
  }
  for (; i < count; i += 4) {
    storeSome(to, v128.and(v128.load(from), f32x4.gt(v128.load(y), zero)), count - i)
    y += 16
    from += 16
    to += 16
  }
}

export function activate(kind: i32, x: i32, y: i32, count: i32): void {
  const from = address(x)
  const to = address(y)
  if (kind == RELU) {
    rectify(from, to, count)
    return
  }
  for (let i = 0; i < count; i += 4) {
    const at = <usize>i << 2
    storeSome(to + at, activated(kind, v128.load(from + at)), count - i)
  }
}

export function activateBack(
  kind: i32,
  x: i32,
  y: i32,
  dy: i32,
  dx: i32,
  count: i32,
  accumulate: i32,
): void {
  const argument = address(x)
  const result = address(y)
  const from = address(dy)
  const to = address(dx)
  if (kind == RELU && accumulate == 0) {
    rectifyBack(result, from, to, count)
    return
  }
  for (let i = 0; i < count; i += 4) {
    const at = <usize>i << 2
    const factor = slope(kind, v128.load(argument + at), v128.load(result + at))
    let gradient = f32x4.mul(v128.load(from + at), factor)
    if (accumulate != 0) gradient = f32x4.add(v128.load(to + at), gradient)
    storeSome(to + at, gradient, count - i)
  }
}

export function addRepeated(
  x: i32,
  y: i32,
  out: i32,
  samples: i32,
  repeats: i32,
  width: i32,
): void {
  for (let s = 0; s < samples; s++) {
    const other = address(y + s * width)
    for (let r = 0; r < repeats; r++) {
      const row = (s * repeats + r) * width
      for (let i = 0; i < width; i += 4) {
        const at = <usize>i << 2
        const sum = f32x4.add(v128.load(address(x + row) + at), v128.load(other + at))
        storeSome(address(out + row) + at, sum, width - i)
      }
    }
  }
}

export function multiplyRepeated(
  x: i32,
  y: i32,
  out: i32,
  samples: i32,
  repeats: i32,
  width: i32,
): void {
  for (let s = 0; s < samples; s++) {
    const other = address(y + s * width)
    for (let r = 0; r < repeats; r++) {
      const row = (s * repeats + r) * width
      for (let i = 0; i < width; i += 4) {
        const at = <usize>i << 2
        const product = f32x4.mul(v128.load(address(x + row) + at), v128.load(other + at))
        storeSome(address(out + row) + at, product, width - i)
      }
    }
  }
}

export function addProductRepeated(
  x: i32,
  y: i32,
  out: i32,
  samples: i32,
  repeats: i32,
  width: i32,
): void {
  for (let s = 0; s < samples; s++) {
    const other = address(y + s * width)
    for (let r = 0; r < repeats; r++) {
      const row = (s * repeats + r) * width
      for (let i = 0; i < width; i += 4) {
        const at = <usize>i << 2
        const to = address(out + row) + at
        const factor = v128.load(address(x + row) + at)
        storeSome(to, multiplyAdd(factor, v128.load(other + at), v128.load(to)), width - i)
      }
    }
  }
}

export function addProductSums(
  x: i32,
  y: i32,
  out: i32,
  samples: i32,
  repeats: i32,
  width: i32,
): void {
  for (let s = 0; s < samples; s++) {
    for (let r = 0; r < repeats; r++) {
      const row = (s * repeats + r) * width
      for (let i = 0; i < width; i += 4) {
        const at = <usize>i << 2
        const to = address(out + s * width) + at
        const factor = v128.load(address(x + row) + at)
        const other = v128.load(address(y + row) + at)
        storeSome(to, multiplyAdd(factor, other, v128.load(to)), width - i)
      }
    }
  }
}

export function scaleTo(x: i32, y: i32, count: i32, factor: f32): void {
  const by = f32x4.splat(factor)
  for (let i = 0; i < count; i += 4) {
    storeSome(address(y + i), f32x4.mul(by, v128.load(address(x + i))), count - i)
  }
}

export function addScaled(x: i32, y: i32, count: i32, factor: f32): void {
  const by = f32x4.splat(factor)
  for (let i = 0; i < count; i += 4) {
    const sum = multiplyAdd(by, v128.load(address(x + i)), v128.load(address(y + i)))
    storeSome(address(y + i), sum, count - i)
  }
}

/** hashCounter of plain-elements.ts. */
// @ts-ignore: decorator
@inline
function hashCounter(seed: i32, counter: i32): u32 {
  let h: u32 = (<u32>seed ^ (<u32>counter * 0x9e3779b1)) * 0x85ebca6b
  h = (h ^ (h >>> 13)) * 0xc2b2ae35
  h = (h ^ (h >>> 16)) * 0x27d4eb2f
  return h ^ (h >>> 15)
}

export function dropout(
  x: i32,
  y: i32,
  count: i32,
  seed: i32,
  first: i32,
  threshold: i32,
  factor: f32,
  accumulate: i32,
): void {
  for (let i = 0; i < count; i++) {
    const kept = hashCounter(seed, first + i) >= <u32>threshold
    const value = kept ? factor * load<f32>(address(x + i)) : <f32>0
    const before = accumulate != 0 ? load<f32>(address(y + i)) : <f32>0
    store<f32>(address(y + i), before + value)
  }
}

export function layerNorm(
  x: i32,
  gain: i32,
  bias: i32,
  y: i32,
  stats: i32,
  rows: i32,
  width: i32,
): void {
  for (let r = 0; r < rows; r++) {
    const from = address(x + r * width)
    const to = address(y + r * width)
    let sum = f32x4.splat(0)
    for (let i = 0; i < width; i += 4) {
      sum = f32x4.add(sum, keepSome(v128.load(from + (<usize>i << 2)), width - i))
    }
    const mean = laneSum(sum) / <f32>width
    let squares = f32x4.splat(0)
    for (let i = 0; i < width; i += 4) {
      const off = f32x4.sub(v128.load(from + (<usize>i << 2)), f32x4.splat(mean))
      const kept = keepSome(off, width - i)
      squares = multiplyAdd(kept, kept, squares)
    }
    const scale: f32 = <f32>1 / sqrt<f32>(laneSum(squares) / <f32>width + VARIANCE_FLOOR)
    store<f32>(address(stats + 2 * r), mean)
    store<f32>(address(stats + 2 * r + 1), scale)
    for (let i = 0; i < width; i += 4) {
      const at = <usize>i << 2
      const off = f32x4.sub(v128.load(from + at), f32x4.splat(mean))
      const unit = f32x4.mul(off, f32x4.splat(scale))
      const weight = v128.load(address(gain) + at)
      storeSome(to + at, multiplyAdd(unit, weight, v128.load(address(bias) + at)), width - i)
    }
  }
}

export function layerNormBack(
  x: i32,
  gain: i32,
  stats: i32,
  dy: i32,
  dx: i32,
  dGain: i32,
  dBias: i32,
  rows: i32,
  width: i32,
): void {
  for (let r = 0; r < rows; r++) {
    const mean = f32x4.splat(load<f32>(address(stats + 2 * r)))
    const scale = f32x4.splat(load<f32>(address(stats + 2 * r + 1)))
    const from = address(x + r * width)
    const gradients = address(dy + r * width)
    let sums = f32x4.splat(0)
    let projections = f32x4.splat(0)
    for (let i = 0; i < width; i += 4) {
      const at = <usize>i << 2
      const gradient = keepSome(v128.load(gradients + at), width - i)
      const unit = f32x4.mul(f32x4.sub(v128.load(from + at), mean), scale)
      const own = f32x4.mul(gradient, v128.load(address(gain) + at))
      const ofGain = multiplyAdd(gradient, unit, v128.load(address(dGain) + at))
      storeSome(address(dGain) + at, ofGain, width - i)
      const ofBias = f32x4.add(gradient, v128.load(address(dBias) + at))
      storeSome(address(dBias) + at, ofBias, width - i)
      sums = f32x4.add(sums, keepSome(own, width - i))
      projections = f32x4.add(projections, keepSome(f32x4.mul(own, unit), width - i))
    }
    if (dx < 0) continue
    const sum = f32x4.splat(laneSum(sums) / <f32>width)
    const projection = f32x4.splat(laneSum(projections) / <f32>width)
    const to = address(dx + r * width)
    for (let i = 0; i < width; i += 4) {
      const at = <usize>i << 2
      const unit = f32x4.mul(f32x4.sub(v128.load(from + at), mean), scale)
      const own = f32x4.mul(v128.load(gradients + at), v128.load(address(gain) + at))
      const centred = f32x4.sub(f32x4.sub(own, sum), f32x4.mul(unit, projection))
      storeSome(to + at, multiplyAdd(scale, centred, v128.load(to + at)), width - i)
    }
  }
}
