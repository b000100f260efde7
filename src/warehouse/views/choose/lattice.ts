/** Points origin + i · step. */
export interface Lattice {
  readonly origin: number
  readonly step: number
}

/** Share of constants that must lie on a lattice. */
const FITTING = 0.9
/** How far from a point a constant may lie, in steps. */
const TOLERANCE = 1e-4

/**
 * The coarsest lattice that constants lie on, as the bounds of a brush do that moves by pixels: of
 * fractions of small differences between them the largest that nearly all constants are multiples
 * of. Undefined where they are fewer than three or the lattice would have more than `maxCells` cells
 * between the least and the greatest.
 */
export function learnLattice(constants: readonly number[], maxCells: number): Lattice | undefined {
  const values = [...new Set(constants)].filter(Number.isFinite).sort((a, b) => a - b)
  if (values.length < 3) return undefined
  const span = values.at(-1)! - values[0]!
  for (const step of candidateSteps(values, span / maxCells)) {
    const fitted = fitLattice(values, step)
    if (fitted !== undefined) return fitted
  }
  return undefined
}

/** Common divisors of neighbouring differences, then the differences and their fractions, coarsest first. */
function candidateSteps(values: readonly number[], least: number): number[] {
  const differences = values.slice(1).map((value, i) => value - values[i]!)
  const tolerance = (values.at(-1)! - values[0]!) * 1e-9
  const common = differences.reduce((a, b) => divisor(a, b, tolerance))
  const near = [...differences].sort((a, b) => a - b)
  const picked = [0, 0.1, 0.25, 0.5].map((share) => near[Math.floor(share * (near.length - 1))]!)
  const fractions = picked.flatMap((d) => [1, 2, 3, 4, 5, 6, 8, 10].map((n) => d / n))
  return [common, ...fractions.sort((a, b) => b - a)].filter((step) => step > least)
}

/** Greatest common divisor of two lengths that are known up to `tolerance`. */
function divisor(a: number, b: number, tolerance: number): number {
  let [long, short] = a > b ? [a, b] : [b, a]
  while (short > 1000 * tolerance) {
    const rest = long % short
    long = short
    short = Math.min(rest, long - rest)
  }
  return long
}

/** Anchors a step at each of some values and keeps the lattice that most values lie on, its step made exact. */
function fitLattice(values: readonly number[], step: number): Lattice | undefined {
  let best: { lattice: Lattice; share: number } | undefined
  const anchors = [0, 0.25, 0.5, 0.75, 1].map((at) => values[Math.round(at * (values.length - 1))]!)
  for (const anchor of anchors) {
    const lattice = exactLattice(values, anchor, step)
    const share = shareOn(values, lattice)
    if (best === undefined || share > best.share) best = { lattice, share }
  }
  return best !== undefined && best.share >= FITTING ? best.lattice : undefined
}

/** The same lattice with the step read off from the values farthest apart that lie on it. */
function exactLattice(values: readonly number[], anchor: number, step: number): Lattice {
  const near = values.filter((value) => offLattice(value, { origin: anchor, step }) < 0.05)
  const [low, high] = [near[0] ?? anchor, near.at(-1) ?? anchor]
  const count = Math.round((high - low) / step)
  return count === 0 ? { origin: anchor, step } : { origin: low, step: (high - low) / count }
}

function shareOn(values: readonly number[], lattice: Lattice): number {
  const on = values.filter((value) => offLattice(value, lattice) < TOLERANCE)
  return on.length / values.length
}

/** Distance of a value from the nearest point, in steps. */
function offLattice(value: number, { origin, step }: Lattice): number {
  const place = (value - origin) / step
  return Math.abs(place - Math.round(place))
}
