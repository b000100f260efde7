import type { Heap, Kernels } from './types.ts'

type ElementKernels = Pick<
  Kernels,
  | 'activate'
  | 'activateBack'
  | 'addRepeated'
  | 'multiplyRepeated'
  | 'addProductRepeated'
  | 'addProductSums'
  | 'scaleTo'
  | 'addScaled'
  | 'dropout'
  | 'layerNorm'
  | 'layerNormBack'
>

const VARIANCE_FLOOR = 1e-5

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

/** log(1 + e^x), without overflow. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
}

/**
 * Error function: Taylor series 2/√π Σ (−1)^n x^(2n+1) / (n! (2n+1)) below 3, 1 − its continued
 * fraction above (Abramowitz and Stegun 7.1.5, 7.1.14). About 1e-12.
 */
function errorFunction(x: number): number {
  const z = Math.abs(x)
  if (z > 6) return Math.sign(x)
  if (z > 3) {
    let tail = z
    for (let n = 60; n > 0; n--) tail = z + n / 2 / tail
    return Math.sign(x) * (1 - Math.exp(-z * z) / (Math.sqrt(Math.PI) * tail))
  }
  let [term, sum] = [x, x]
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n
    sum += term / (2 * n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * sum
}

const normalCumulative = (x: number) => 0.5 * (1 + errorFunction(x / Math.SQRT2))
const normalDensity = (x: number) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)

const FUNCTIONS: readonly ((x: number) => number)[] = [
  (x) => x,
  (x) => Math.max(0, x),
  Math.tanh,
  sigmoid,
  softplus,
  (x) => x * normalCumulative(x),
]

/** Derivatives from the result, and from the argument where that is not enough. */
const DERIVATIVES: readonly ((y: number, x: number) => number)[] = [
  () => 1,
  (y) => (y > 0 ? 1 : 0),
  (y) => 1 - y * y,
  (y) => y * (1 - y),
  (y) => -Math.expm1(-y),
  (_, x) => normalCumulative(x) + x * normalDensity(x),
]

/** A 32-bit hash of a counter (murmur3 finish, Appleby). Same in both implementations. */
function hashCounter(seed: number, counter: number): number {
  let h = Math.imul(seed ^ Math.imul(counter, 0x9e3779b1), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 16), 0x27d4eb2f)
  return (h ^ (h >>> 15)) >>> 0
}

/** Kernels that go element by element, and layer norm. */
export function plainElements({ floats: f }: Heap): ElementKernels {
  return {
    activate(kind, x, y, count) {
      const apply = FUNCTIONS[kind]!
      for (let i = 0; i < count; i++) f[y + i] = apply(f[x + i]!)
    },
    activateBack(kind, x, y, dy, dx, count, accumulate) {
      const slope = DERIVATIVES[kind]!
      for (let i = 0; i < count; i++) {
        const gradient = f[dy + i]! * slope(f[y + i]!, f[x + i]!)
        f[dx + i] = accumulate === 1 ? f[dx + i]! + gradient : gradient
      }
    },
    addRepeated(x, y, out, samples, repeats, width) {
      forEachRepeat(samples, repeats, width, (i, j) => {
        f[out + i] = f[x + i]! + f[y + j]!
      })
    },
    multiplyRepeated(x, y, out, samples, repeats, width) {
      forEachRepeat(samples, repeats, width, (i, j) => {
        f[out + i] = f[x + i]! * f[y + j]!
      })
    },
    addProductRepeated(x, y, out, samples, repeats, width) {
      forEachRepeat(samples, repeats, width, (i, j) => {
        f[out + i]! += f[x + i]! * f[y + j]!
      })
    },
    addProductSums(x, y, out, samples, repeats, width) {
      forEachRepeat(samples, repeats, width, (i, j) => {
        f[out + j]! += f[x + i]! * f[y + i]!
      })
    },
    scaleTo(x, y, count, factor) {
      for (let i = 0; i < count; i++) f[y + i] = factor * f[x + i]!
    },
    addScaled(x, y, count, factor) {
      for (let i = 0; i < count; i++) f[y + i]! += factor * f[x + i]!
    },
    dropout(x, y, count, seed, first, threshold, factor, accumulate) {
      const bound = threshold >>> 0
      for (let i = 0; i < count; i++) {
        const kept = hashCounter(seed, (first + i) | 0) >= bound ? factor * f[x + i]! : 0
        f[y + i] = accumulate === 1 ? f[y + i]! + kept : kept
      }
    },
    layerNorm(x, gain, bias, y, stats, rows, width) {
      for (let r = 0; r < rows; r++) {
        const at = x + r * width
        let mean = 0
        for (let i = 0; i < width; i++) mean += f[at + i]! / width
        let variance = 0
        for (let i = 0; i < width; i++) variance += (f[at + i]! - mean) ** 2 / width
        const scale = 1 / Math.sqrt(variance + VARIANCE_FLOOR)
        f[stats + 2 * r] = mean
        f[stats + 2 * r + 1] = scale
        for (let i = 0; i < width; i++) {
          f[y + r * width + i] = (f[at + i]! - mean) * scale * f[gain + i]! + f[bias + i]!
        }
      }
    },
    layerNormBack(x, gain, stats, dy, dx, dGain, dBias, rows, width) {
      for (let r = 0; r < rows; r++) {
        const [mean, scale] = [f[stats + 2 * r]!, f[stats + 2 * r + 1]!]
        let [sum, projection] = [0, 0]
        for (let i = 0; i < width; i++) {
          const gradient = f[dy + r * width + i]!
          const unit = (f[x + r * width + i]! - mean) * scale
          f[dGain + i]! += gradient * unit
          f[dBias + i]! += gradient
          sum += gradient * f[gain + i]!
          projection += gradient * f[gain + i]! * unit
        }
        if (dx < 0) continue
        for (let i = 0; i < width; i++) {
          const unit = (f[x + r * width + i]! - mean) * scale
          const own = f[dy + r * width + i]! * f[gain + i]!
          f[dx + r * width + i]! += scale * (own - (sum + unit * projection) / width)
        }
      }
    },
  }
}

function forEachRepeat(
  samples: number,
  repeats: number,
  width: number,
  visit: (i: number, j: number) => void,
): void {
  for (let s = 0; s < samples; s++) {
    for (let r = 0; r < repeats; r++) {
      for (let k = 0; k < width; k++) visit((s * repeats + r) * width + k, s * width + k)
    }
  }
}
