import type { LogBelief } from './rent.ts'

/** How far runs were off what was expected of them, by kind and by template: logs. */
export interface Residuals {
  /** What is believed of a statement of this kind (which joins of which tables) and template. */
  believe(prior: LogBelief, kind: string, template: string): LogBelief
  /** Whether runs of the template are known. */
  has(template: string): boolean
  add(kind: string, template: string, log: number): void
  save(most: number): SavedResiduals
}

export type SavedResiduals = readonly (readonly [
  name: string,
  runs: number,
  mean: number,
  squares: number,
])[]

interface Seen {
  runs: number
  mean: number
  squares: number
}

/** Runs of a name are off each other by about this at least (log). */
const RUN_SPREAD = 0.15
/** Of what a line is off by, the share (of the variance) that statements of a kind have in common. */
const SHARED = 0.5
const MOST_RUNS = 32

/** Makes residuals of at most `limit` names, empty or saved. */
export function createResiduals(limit: number, saved: SavedResiduals = []): Residuals {
  const seen = new Map<string, Seen>(
    saved.slice(-limit).map(([name, runs, mean, squares]) => [name, { runs, mean, squares }]),
  )
  return {
    believe(prior, kind, template) {
      const alike = seen.get(kind)
      const own = seen.get(template)
      const before = alike === undefined ? prior : amongAlike(prior, alike)
      return own === undefined ? before : update(before, prior.mean, own, spreadOf(own))
    },
    has: (template) => seen.has(template),
    add(kind, template, log) {
      for (const name of [kind, template]) {
        const known = seen.get(name) ?? { runs: 0, mean: 0, squares: 0 }
        known.runs = Math.min(MOST_RUNS, known.runs + 1)
        const off = log - known.mean
        known.mean += off / known.runs
        known.squares += off * (log - known.mean) - known.squares / Math.max(known.runs, 2)
        seen.delete(name)
        seen.set(name, known)
        if (seen.size > limit) seen.delete(seen.keys().next().value!)
      }
    },
    save: (most) => [...seen].slice(-most).map(([name, s]) => [name, s.runs, s.mean, s.squares]),
  }
}

/** Statements of a kind share half of what they are off by until they show how much they do. */
function amongAlike(prior: LogBelief, alike: Seen): LogBelief {
  const half = { mean: prior.mean, spread: Math.sqrt(SHARED) * prior.spread }
  const each = alike.runs > 1 ? spreadOf(alike) : Math.sqrt(1 - SHARED) * prior.spread
  const { mean, spread } = update(half, prior.mean, alike, each)
  return { mean, spread: Math.min(prior.spread, Math.hypot(spread, each)) }
}

/** mean = (m₀/s₀² + n x̄/s²) / (1/s₀² + n/s²). */
function update(before: LogBelief, expected: number, seen: Seen, each: number): LogBelief {
  const known = seen.runs / each ** 2
  const prior = 1 / Math.max(before.spread, 1e-3) ** 2
  const mean = (before.mean * prior + (expected + seen.mean) * known) / (prior + known)
  return { mean, spread: Math.sqrt(1 / (prior + known)) }
}

function spreadOf({ runs, squares }: Seen): number {
  return Math.sqrt(Math.max(RUN_SPREAD ** 2, squares / Math.max(1, runs - 1)))
}
