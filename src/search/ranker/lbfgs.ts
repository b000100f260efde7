/** Value of a smooth function at x; writes its gradient. */
export type SmoothFunction = (x: Float64Array, gradient: Float64Array) => number

export interface MinimizeOptions {
  /** Steps at most (100). */
  readonly steps?: number
  /** Ends when no part of the gradient is larger (1e-5). */
  readonly tolerance?: number
}

const MEMORY = 8
/** Sufficient decrease of the line search (Armijo), and how often a step is halved at most. */
const DECREASE = 1e-4
const HALVINGS = 30

/**
 * Minimizes a smooth convex function from `start` by L-BFGS with a backtracking line search
 * (Nocedal & Wright 2006, algorithm 7.5). Returns the point found.
 */
export function minimizeSmooth(
  f: SmoothFunction,
  start: Float64Array,
  options: MinimizeOptions = {},
): Float64Array {
  const { steps = 100, tolerance = 1e-5 } = options
  const pairs: Pair[] = []
  let x = start.slice()
  let gradient = new Float64Array(x.length)
  let value = f(x, gradient)
  for (let step = 0; step < steps && largest(gradient) > tolerance; step++) {
    const direction = directionFrom(gradient, pairs)
    const slope = dot(direction, gradient)
    const next = new Float64Array(x.length)
    const nextGradient = new Float64Array(x.length)
    let size = pairs.length === 0 ? 1 / Math.max(1, largest(gradient)) : 1
    let nextValue = Infinity
    for (let halving = 0; halving < HALVINGS; halving++, size /= 2) {
      for (let i = 0; i < x.length; i++) next[i] = x[i]! + size * direction[i]!
      nextValue = f(next, nextGradient)
      if (nextValue <= value + DECREASE * size * slope) break
    }
    if (!(nextValue < value)) break
    remember(pairs, x, next, gradient, nextGradient)
    x = next
    gradient = nextGradient
    value = nextValue
  }
  return x
}

/** A step s, the change y of the gradient over it, and 1 / (s · y). */
interface Pair {
  readonly s: Float64Array
  readonly y: Float64Array
  readonly rho: number
}

function remember(
  pairs: Pair[],
  x: Float64Array,
  next: Float64Array,
  gradient: Float64Array,
  nextGradient: Float64Array,
): void {
  const s = next.map((value, i) => value - x[i]!)
  const y = nextGradient.map((value, i) => value - gradient[i]!)
  const product = dot(s, y)
  if (product <= 1e-12) return
  pairs.push({ s, y, rho: 1 / product })
  if (pairs.length > MEMORY) pairs.shift()
}

/** −H × gradient, H the inverse curvature that the last pairs tell (two loops). */
function directionFrom(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const q = gradient.map((value) => -value)
  const alphas: number[] = []
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { s, y, rho } = pairs[k]!
    const alpha = rho * dot(s, q)
    alphas[k] = alpha
    for (let i = 0; i < q.length; i++) q[i]! -= alpha * y[i]!
  }
  const last = pairs.at(-1)
  if (last !== undefined) {
    const scale = 1 / (last.rho * dot(last.y, last.y))
    for (let i = 0; i < q.length; i++) q[i]! *= scale
  }
  pairs.forEach(({ s, y, rho }, k) => {
    const beta = rho * dot(y, q)
    for (let i = 0; i < q.length; i++) q[i]! += (alphas[k]! - beta) * s[i]!
  })
  return q
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

function largest(values: Float64Array): number {
  let most = 0
  for (const value of values) most = Math.max(most, Math.abs(value))
  return most
}
