import type { Arm, Asker } from '../arms/arm.ts'
import type { ArmShare, PolicySight } from '../feedback/events.ts'
import type { Candidates, Filter, SearchIndex } from '../index/types.ts'
import type { ArmSource, PolicySignals, RetrievalPolicy } from '../policy/door.ts'
import type { AnalyzedQuery, Interpretation } from '../query/query.ts'
import type { FeatureContext } from '../ranker/feature.ts'

/** What a feature adds to a document's score. */
export interface Contribution {
  readonly feature: string
  /** What the feature says, in a sentence. */
  readonly about: string
  /** NaN where missing. */
  readonly value: number
  readonly contribution: number
}

/** A model that puts the documents of a union in order. */
export interface RankingModel {
  /** A score for each document of the union: higher is better, finite. */
  score(context: FeatureContext): Float32Array
  /** For each place of the union asked for, contributions that sum to its score. */
  explain(context: FeatureContext, places: readonly number[]): readonly (readonly Contribution[])[]
}

/** Reads a query into slots and words. */
export interface QueryReader {
  read(query: AnalyzedQuery): readonly Interpretation[]
}

/** Documents in their final order. */
export interface Arranged {
  readonly docs: Int32Array
  readonly scores: Float32Array
  /** The rule that moved a document, by document. */
  readonly rules: ReadonlyMap<number, string>
}

/** What comes after the ranking: diversity and business rules. */
export type Arranger = (ranked: Candidates, query: AnalyzedQuery) => Arranged

/** An arm, and what the policy must know of it. */
export interface EngineArm {
  readonly arm: Arm
  readonly source: ArmSource
  /** Expected CPU milliseconds of a call. */
  readonly costMs: number
  /** Candidates in the static default. */
  readonly defaultCount: number
}

/** What an engine is made of; what is absent is done without. */
export interface EngineParts {
  readonly index: SearchIndex
  /** The first is the one whose matches are counted, and that fills up pages beyond the union. */
  readonly arms: readonly EngineArm[]
  readonly reader?: QueryReader
  readonly policy: RetrievalPolicy
  /** The policy that answers with `configuration: 'default'`. */
  readonly defaultPolicy: RetrievalPolicy
  readonly ranker?: RankingModel
  readonly arrange?: Arranger
  /** Milliseconds of a clock that only goes forward; told arms' times where given. */
  readonly clock?: () => number
}

export interface EngineRequest {
  readonly text: string
  /** Place of the first result, from 0. */
  readonly from: number
  readonly size: number
  readonly filters?: readonly Filter[]
  readonly asker?: Asker
  readonly signals?: PolicySignals
  readonly unfinished?: boolean
  readonly explain?: boolean
  /** The learned policy and ranking, or the static default without a model. */
  readonly configuration?: 'learned' | 'default'
  /** Epoch ms. */
  readonly now: number
  readonly seed: number
}

export interface EngineItem {
  readonly doc: number
  readonly id: string
  /** From 1. */
  readonly position: number
  readonly score: number
  /** Rank from 1 and score by index of `arms`, for the arms that brought it. */
  readonly arms: readonly { readonly arm: number; readonly rank: number; readonly score: number }[]
  readonly rule?: string
  readonly why?: readonly Contribution[]
}

export interface ArmReport {
  readonly name: string
  readonly about: string
  readonly asked: number
  readonly brought: number
  /** Candidates that no other arm brought. */
  readonly alone: number
  readonly milliseconds: number
}

export interface EngineAnswer {
  readonly query: AnalyzedQuery
  readonly items: readonly EngineItem[]
  /** In the order of the shares. */
  readonly arms: readonly ArmReport[]
  readonly shares: readonly ArmShare[]
  readonly choice: string
  readonly propensity: number
  readonly defaultPropensity: number
  readonly explored: boolean
  readonly reasons: readonly string[]
  readonly seen: PolicySight
  /** Documents in the union, rising. */
  readonly candidates: Int32Array
}
