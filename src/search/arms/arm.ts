import type { Candidates, DocSet } from '../index/types.ts'
import type { AnalyzedQuery } from '../query/query.ts'

/** Who asks, as far as known. */
export interface Asker {
  readonly sessionId?: string
  readonly customerId?: string
  /** Product ids that this session clicked, newest first. */
  readonly recentProducts?: readonly string[]
  /** Product ids that this customer bought or clicked before, newest first. */
  readonly pastProducts?: readonly string[]
}

export interface ArmRequest {
  readonly query: AnalyzedQuery
  /** At most this many candidates. */
  readonly count: number
  /** Only these documents. */
  readonly allowed?: DocSet
  readonly asker?: Asker
  /** Epoch ms. */
  readonly now: number
  /** Decides what an exploring arm draws: the same seed, the same draw. */
  readonly seed: number
}

/**
 * A candidate generator. It returns at most `count` documents, each once, best first, with finite
 * scores; an empty result where it has nothing to say. It never throws on any query.
 */
export interface Arm {
  /** Kebab-case; the name under which it is chosen, logged and switched off. */
  readonly name: string
  /** What it does, in a sentence, for people. */
  readonly about: string
  retrieve(request: ArmRequest): Candidates
}

/** The documents that any arm brought, each once, with what each arm said of it. */
export interface Union {
  /** Rising. */
  readonly docs: Int32Array
  readonly arms: readonly UnionArm[]
}

export interface UnionArm {
  readonly name: string
  /** The arm's score by place in `docs`, NaN where it did not bring the document. */
  readonly scores: Float32Array
  /** Its rank from 1, NaN where it did not. */
  readonly ranks: Float32Array
}
