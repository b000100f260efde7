import { createRandom, type Random } from '../../src/core/random/random.ts'
import type { TreeData, TreeFeature, TreeObjective } from '../../src/learn/trees/index.ts'

/** A table to learn from, the rows held out, and what to minimize. */
export interface Task {
  readonly name: string
  readonly objective: TreeObjective
  readonly train: TreeData
  readonly test: TreeData
  readonly rounds: number
}

export type TaskKind = 'squared' | 'tweedie' | 'poisson' | 'quantile' | 'logistic' | 'lambdarank'

const CATEGORY_SIZES = [5, 24, 120, 250]
const NUMBERS = 36

/** Draws a table of 40 features: normal, skewed, whole numbers, with gaps, four categories. */
function drawFeatures(random: Random, rows: number): TreeFeature[] {
  const numbers = Array.from({ length: NUMBERS }, (_, f): TreeFeature => {
    const own = random.split(`number ${f}`)
    const gaps = f % 6 === 5 ? 0.15 : 0
    const values = Float32Array.from({ length: rows }, () => {
      const z = own.normal()
      if (own.next() < gaps) return Number.NaN
      if (f % 4 === 1) return Math.exp(1.5 * z)
      return f % 4 === 2 ? Math.round(4 * z) : z
    })
    return { name: `n${f}`, kind: 'number', values }
  })
  const categories = CATEGORY_SIZES.map((size, c): TreeFeature => {
    const own = random.split(`category ${c}`)
    const values = Int32Array.from({ length: rows }, () => Math.floor(size * own.next() ** 2))
    return { name: `c${c}`, kind: 'category', values }
  })
  return [...numbers, ...categories]
}

/** A smooth part, thresholds, products, category effects and an effect of gaps. */
function signalOf(features: readonly TreeFeature[], rows: number): Float64Array {
  const effects = CATEGORY_SIZES.map((size, c) => {
    const own = createRandom(`effect ${c}`)
    return Float64Array.from({ length: size }, () => own.normal() * 0.5)
  })
  const v = features.map((feature) => feature.values)
  return Float64Array.from({ length: rows }, (_, i) => {
    const x = (f: number) => (Number.isNaN(v[f]![i]!) ? 0 : v[f]![i]!)
    let s = 0.8 * Math.sin(2 * x(0)) + 0.5 * Math.log1p(x(1)) + (x(2) > 2 ? 0.7 : 0)
    s += 0.4 * x(3) * x(4) + (x(8) > 0 && x(12) > 0 ? 0.6 : -0.2) + 0.3 * Math.abs(x(7))
    s += Number.isNaN(v[5]![i]!) ? 0.8 : 0.2 * x(5)
    for (let f = 16; f < 24; f++) s += 0.1 * Math.tanh(x(f))
    effects.forEach((effect, c) => {
      s += effect[v[NUMBERS + c]![i]!]!
    })
    return s
  })
}

function poissonDraw(random: Random, mean: number): number {
  const limit = Math.exp(-Math.min(mean, 30))
  let count = 0
  for (let p = random.next(); p > limit; p *= random.next()) count++
  return count
}

function drawTarget(kind: TaskKind, signal: Float64Array, random: Random): Float64Array {
  switch (kind) {
    case 'squared':
      return signal.map((s) => s + random.normal())
    case 'quantile':
      return signal.map((s) => s + (0.3 + Math.log1p(Math.exp(s))) * random.normal())
    case 'poisson':
      return signal.map((s) => poissonDraw(random, Math.exp(0.5 * s - 0.5)))
    case 'tweedie':
      return signal.map((s) => {
        const events = poissonDraw(random, Math.exp(0.5 * s - 0.5))
        let sum = 0
        for (let e = 0; e < events; e++) sum -= Math.log(random.next() * random.next() + 1e-12)
        return sum
      })
    case 'logistic':
      return signal.map((s) => (random.next() < 1 / (1 + Math.exp(1 - s)) ? 1 : 0))
    case 'lambdarank':
      return signal.map((s) => Math.max(0, Math.min(4, Math.round(s + random.normal()))))
  }
}

export const QUANTILE_LEVELS = [0.1, 0.5, 0.9]

export function objectiveOf(kind: TaskKind): TreeObjective {
  if (kind === 'tweedie') return { kind, power: 1.5 }
  if (kind === 'quantile') return { kind, levels: QUANTILE_LEVELS, shared: false }
  return { kind }
}

/** A synthetic task of the kind; rows of a query: 20. */
export function syntheticTask(kind: TaskKind, seed: number, rows: number, held: number): Task {
  const random = createRandom(`${kind} ${seed}`)
  const features = drawFeatures(random, rows + held)
  const signal = signalOf(features, rows + held)
  const target = drawTarget(kind, signal, random.split('target'))
  const part = (begin: number, end: number): TreeData => ({
    rows: end - begin,
    features: features.map((f) => ({ ...f, values: f.values.slice(begin, end) })),
    target: target.slice(begin, end),
    ...(kind === 'lambdarank' ? { groups: new Int32Array((end - begin) / 20).fill(20) } : {}),
  })
  return {
    name: kind,
    objective: objectiveOf(kind),
    train: part(0, rows),
    test: part(rows, rows + held),
    rounds: 100,
  }
}
