import type { Asker, Union } from '../arms/arm.ts'
import type { SearchIndex } from '../index/types.ts'
import type { AnalyzedQuery } from '../query/query.ts'

/** What features are made from. */
export interface FeatureContext {
  readonly index: SearchIndex
  readonly query: AnalyzedQuery
  /** Documents to describe, and what the arms said of them. */
  readonly union: Union
  readonly asker?: Asker
  /** Epoch ms. */
  readonly now: number
}

/** A small function that describes the documents of a union to the ranking model. */
export interface RankFeature {
  /** Kebab-case, unique; columns of one function are `name` or `name:part`. */
  readonly name: string
  /** What it says, in a sentence, for people who ask why. */
  readonly about: string
  /** Names of its columns, for this index. */
  columns(index: SearchIndex): readonly string[]
  /**
   * For each column, in which direction sense asks the score to go: 1 never lower as it rises, −1
   * never higher, 0 free. All free where absent.
   */
  directions?(index: SearchIndex): readonly (-1 | 0 | 1)[]
  /**
   * Writes its columns: value of document i in column c at out[i × stride + c]. NaN = missing. Columns
   * of which `wanted` says 0 are read by nobody and may be left as they are; all are wanted without it.
   */
  compute(context: FeatureContext, out: Float32Array, stride: number, wanted?: Uint8Array): void
}
