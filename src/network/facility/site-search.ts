import type { CompleteProblem } from './problem.ts'
import { Relaxation, type SiteStates } from './relaxation.ts'
import { Transport } from './transport.ts'

/** A set of open sites and what serving everyone from it costs, sharing allowed. */
export interface OpenSet {
  readonly open: Uint8Array
  readonly value: number
}

/**
 * Local search over sets of open sites: open one, close one, exchange two. At the dual prices u of
 * the present transportation problem, Σ_j u_j + Σ_{i∈T} r_i(u) is a lower bound on any set T that
 * the present set attains (see Relaxation), so a move whose change of Σ r is not negative cannot
 * pay and is never tried. What is left is tried exactly, the most promising first.
 */
export class SiteSearch {
  readonly #problem: CompleteProblem
  readonly #current: Transport
  readonly #trial: Transport
  readonly #relaxation: Relaxation
  readonly #free: Int8Array
  readonly #known = new Map<string, number>()

  constructor(problem: CompleteProblem) {
    this.#problem = problem
    this.#current = new Transport(problem)
    this.#trial = new Transport(problem)
    // The prices are those of shared customers, whatever the sourcing.
    this.#relaxation = new Relaxation({ ...problem, sourcing: 'split' })
    this.#free = new Int8Array(problem.sites)
  }

  /** Value of a set; Infinity where it cannot serve everyone. Sets met before are remembered. */
  evaluate(open: Uint8Array): number {
    const key = open.join('')
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const value = this.#current.reset(open) ? this.#current.value() : Infinity
    this.#known.set(key, value)
    return value
  }

  /** Whether `evaluate` or `improve` has seen `open`. */
  hasSeen(open: Uint8Array): boolean {
    return this.#known.has(open.join(''))
  }

  /** The shares of customers in the cheapest way of serving all from `open`. */
  transportOf(open: Uint8Array): Transport {
    this.#current.reset(open)
    return this.#current
  }

  /**
   * Goes down from `open` to a set that no single move of free sites improves, or until `tries`
   * moves in a row did not pay. Sites settled in `states` stay as they are; `stop` is asked between
   * moves.
   */
  improve(
    open: Uint8Array,
    stop: () => boolean,
    states: SiteStates = this.#free,
    tries = Infinity,
  ): OpenSet {
    if (!this.#current.reset(open)) return { open: open.slice(), value: Infinity }
    let value = this.#current.value()
    while (!stop()) {
      const better = this.#bestMove(value, stop, states, tries)
      if (better === undefined) break
      value = better
    }
    return { open: this.#current.openSites(), value }
  }

  /** Makes the first improving move and returns the new value; undefined where there is none. */
  #bestMove(
    value: number,
    stop: () => boolean,
    states: SiteStates,
    tries: number,
  ): number | undefined {
    let left = tries
    for (const [closed, opened] of this.#promising(value, states)) {
      if (stop() || left-- <= 0) return undefined
      const key = this.#keyAfter(closed, opened)
      if ((this.#known.get(key) ?? -Infinity) >= value) continue
      const tried = this.#try(closed, opened)
      this.#known.set(key, tried)
      if (tried < value - 1e-9 * Math.abs(value)) {
        this.#current.copy(this.#trial)
        return tried
      }
    }
    return undefined
  }

  #try(closed: number, opened: number): number {
    this.#trial.copy(this.#current)
    if (opened >= 0) this.#trial.open(opened)
    if (closed >= 0 && !this.#trial.close(closed)) return Infinity
    return this.#trial.value()
  }

  #keyAfter(closed: number, opened: number): string {
    const open = this.#current.openSites()
    if (closed >= 0) open[closed] = 0
    if (opened >= 0) open[opened] = 1
    return open.join('')
  }

  /** Moves [site to close or −1, site to open or −1] that could pay, by what they could gain. */
  #promising(value: number, states: SiteStates): (readonly [number, number])[] {
    const { sites: m } = this.#problem
    this.#relaxation.evaluate(this.#current.prices(), this.#free)
    const reduced = this.#relaxation.reduced
    const least = -1e-9 * Math.abs(value)
    const moves: [closed: number, opened: number, gain: number][] = []
    const consider = (closed: number, opened: number, gain: number) => {
      if (gain < least) moves.push([closed, opened, gain])
    }
    for (let a = 0; a < m; a++) {
      if (states[a] !== 0) continue
      if (!this.#current.isOpen(a)) {
        consider(-1, a, reduced[a]!)
        continue
      }
      consider(a, -1, -reduced[a]!)
      for (let b = 0; b < m; b++) {
        if (states[b] === 0 && !this.#current.isOpen(b)) consider(a, b, reduced[b]! - reduced[a]!)
      }
    }
    return moves.sort((p, q) => p[2] - q[2]).map(([closed, opened]) => [closed, opened] as const)
  }
}
