import type { Postings } from './postings.ts'
import { closenessOf } from './proximity.ts'
import type { TermScorer } from './scoring.ts'
import { MOST_POSITIONS, POSITION_BITS } from './segment.ts'

/** An alternative of a clause in one segment, ready to be looked up. */
export interface Prepared {
  readonly postings: Postings
  readonly sum: TermScorer
  readonly combined: TermScorer
  readonly weight: number
  readonly distance: number
  readonly indirect: boolean
}

/**
 * Where the words of a query stand in one document: for each clause its best alternative, and its
 * positions by field. One of these serves all documents of a query, so that nothing is made for each.
 *
 *   clause c, field f:  best[c].postings.positions[ from[c × fields + f] … to[c × fields + f] )
 */
export class Matches {
  /** Undefined where the clause does not match. */
  readonly best: (Prepared | undefined)[]
  readonly from: Int32Array
  readonly to: Int32Array
  private readonly places: Int32Array
  private readonly heads: Int32Array
  private readonly clauses: number
  private readonly fields: number

  constructor(clauses: number, fields: number) {
    this.clauses = clauses
    this.fields = fields
    this.best = new Array(clauses).fill(undefined)
    this.from = new Int32Array(clauses * fields)
    this.to = new Int32Array(clauses * fields)
    this.places = new Int32Array(clauses)
    this.heads = new Int32Array(clauses)
  }

  /** Sets the match of a clause: posting `place` of its alternative. */
  set(clause: number, best: Prepared, place: number): void {
    this.best[clause] = best
    this.places[clause] = place
    const { positionsFrom, positions } = best.postings
    const end = positionsFrom[place + 1]!
    let p = positionsFrom[place]!
    const row = clause * this.fields
    for (let f = 0; f < this.fields; f++) {
      this.from[row + f] = p
      while (p < end && positions[p]! >> POSITION_BITS === f) p++
      this.to[row + f] = p
    }
  }

  /** First place of a clause's match in a field, −1 where it is not there. */
  firstIn(clause: number, field: number): number {
    const best = this.best[clause]
    const at = clause * this.fields + field
    if (best === undefined || this.from[at] === this.to[at]) return -1
    return best.postings.positions[this.from[at]!]! & (MOST_POSITIONS - 1)
  }

  /** Most clauses in a row that stand in a row in a field, counted from any place of the first. */
  longestRun(field: number): number {
    let longest = 0
    for (let c = 0; c + longest < this.clauses; c++) {
      const best = this.best[c]
      if (best === undefined) continue
      const at = c * this.fields + field
      for (let p = this.from[at]!; p < this.to[at]!; p++) {
        const start = best.postings.positions[p]!
        let run = 1
        while (c + run < this.clauses && this.standsAt(c + run, field, start + run)) run++
        if (run > longest) longest = run
      }
    }
    return longest
  }

  private standsAt(clause: number, field: number, position: number): boolean {
    const best = this.best[clause]
    if (best === undefined) return false
    const at = clause * this.fields + field
    const { positions } = best.postings
    for (let p = this.from[at]!; p < this.to[at]!; p++) if (positions[p] === position) return true
    return false
  }

  /** Mean closeness of neighbours in the query; 0 for a query of one word. */
  nearness(): number {
    if (this.clauses < 2) return 0
    let sum = 0
    for (let c = 1; c < this.clauses; c++) {
      const [a, b] = [this.best[c - 1], this.best[c]]
      if (a === undefined || b === undefined) continue
      sum += closenessOf(a.postings, this.places[c - 1]!, b.postings, this.places[c]!)
    }
    return sum / (this.clauses - 1)
  }

  /**
   * In the field with the most words of the query: the fewest places that hold them all, over how
   * many they are, the least of such fields; missing where no field has two.
   */
  smallestWindow(): number {
    let [most, best] = [2, Number.NaN]
    for (let f = 0; f < this.fields; f++) {
      let having = 0
      for (let c = 0; c < this.clauses; c++) if (this.firstIn(c, f) >= 0) having++
      if (having < most) continue
      const window = this.windowIn(f) / having
      if (having > most || !(window >= best)) best = window
      most = having
    }
    return best
  }

  /** Fewest places of a field that hold all matches there: the one that is behind moves on. */
  private windowIn(field: number): number {
    const { heads, from, to, fields } = this
    for (let c = 0; c < this.clauses; c++) heads[c] = from[c * fields + field]!
    let best = Infinity
    for (;;) {
      let [low, high, behind] = [Infinity, -1, -1]
      for (let c = 0; c < this.clauses; c++) {
        const one = this.best[c]
        if (one === undefined || from[c * fields + field] === to[c * fields + field]) continue
        const place = one.postings.positions[heads[c]!]!
        if (place < low) {
          low = place
          behind = c
        }
        if (place > high) high = place
      }
      if (high - low + 1 < best) best = high - low + 1
      if (++heads[behind]! >= to[behind * fields + field]!) return best
    }
  }
}
