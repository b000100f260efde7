import type { trees } from '../../learn/index.ts'
import type { SearchIndex } from '../index/types.ts'
import type { FeatureContext, RankFeature } from './feature.ts'
import { placesOf, type RankModel, type RankPart } from './model.ts'
import { columnsOfAll } from './table.ts'

/** Scores the documents of a union, in its order. */
export type UnionScorer = (context: FeatureContext) => Float32Array

/**
 * What model.score(describeUnion(features, context)) says, bit for bit, and faster: features write into
 * one memory that is kept, only what the model looks at is computed, and no column is copied out of it.
 * Throws what these do. What it compiles for an index it keeps until it is asked about another one.
 */
export function quickScorer(model: RankModel, features: readonly RankFeature[]): UnionScorer {
  let plan: Plan | undefined
  let block = new Float32Array(0)
  return (context) => {
    if (plan?.index !== context.index) plan = planOf(model, features, context.index)
    const rows = context.union.docs.length
    const scores = new Float64Array(rows)
    if (rows === 0) return new Float32Array(0)
    if (block.length < rows * plan.width) block = new Float32Array(2 * rows * plan.width)
    for (const { feature, from, width, wanted } of plan.features) {
      const own = block.subarray(rows * from, rows * (from + width))
      feature.compute(context, own, width, wanted)
    }
    for (const part of plan.parts) {
      const own = part.kind === 'trees' ? ofTrees(part, block, rows) : ofSum(part, block, rows)
      for (let i = 0; i < rows; i++) scores[i]! += part.weight * own[i]!
    }
    return new Float32Array(scores)
  }
}

/** A column in the block: row i of `rows` has it at rows × from + i × width + column. */
interface Column {
  readonly from: number
  readonly width: number
  readonly column: number
}

interface TreesPart {
  readonly kind: 'trees'
  readonly weight: number
  readonly reader: trees.TreeReader
  /** Columns of reader.used. */
  readonly columns: readonly Column[]
}

interface SumPart {
  readonly kind: 'linear'
  readonly weight: number
  /** Columns that count, in the order of the model. */
  readonly terms: readonly (Column & { readonly slope: number; readonly mean: number })[]
}

/** What a model needs of the features of one index. */
interface Plan {
  readonly index: SearchIndex
  /** Values of a document in the block. */
  readonly width: number
  readonly features: readonly {
    readonly feature: RankFeature
    readonly from: number
    readonly width: number
    readonly wanted: Uint8Array
  }[]
  readonly parts: readonly (TreesPart | SumPart)[]
}

function planOf(model: RankModel, all: readonly RankFeature[], index: SearchIndex): Plan {
  const { parts: described, names } = columnsOfAll(all, index)
  placesOf(model.names, names)
  const looks = model.parts.map((part) => lookOf(part, model.names))
  const isRead = new Set(looks.flatMap((look) => look.names))
  const columns = new Map<string, Column>()
  const features: Plan['features'][number][] = []
  let width = 0
  for (const { feature, names: own } of described) {
    const wanted = Uint8Array.from(own, (name) => Number(isRead.has(name)))
    for (const [column, name] of own.entries()) {
      columns.set(name, { from: width, width: own.length, column })
    }
    if (!wanted.includes(1)) continue
    features.push({ feature, from: width, width: own.length, wanted })
    width += own.length
  }
  return { index, width, features, parts: looks.map(({ place }) => place(columns)) }
}

/** The columns that a part of a model looks at, and the part once it is known where these stand. */
interface Look {
  readonly names: readonly string[]
  place(columns: ReadonlyMap<string, Column>): TreesPart | SumPart
}

function lookOf(part: RankPart, columnNames: readonly string[]): Look {
  const { weight } = part
  if (part.kind === 'trees') {
    const reader = part.model.reader()
    const names = reader.used.map((f) => part.model.featureNames[f]!)
    const place = (columns: ReadonlyMap<string, Column>): TreesPart => {
      return { kind: 'trees', weight, reader, columns: names.map((name) => columns.get(name)!) }
    }
    return { names, place }
  }
  const { slopes, means } = part.model
  const counting = [...slopes.keys()].filter((c) => slopes[c] !== 0)
  return {
    names: counting.map((c) => columnNames[c]!),
    place: (columns) => ({
      kind: 'linear',
      weight,
      terms: counting.map((c) => {
        return { ...columns.get(columnNames[c]!)!, slope: slopes[c]!, mean: means[c]! }
      }),
    }),
  }
}

function ofTrees({ reader, columns }: TreesPart, block: Float32Array, rows: number): Float64Array {
  reader.begin(rows)
  for (let c = 0; c < columns.length; c++) {
    const { from, width, column } = columns[c]!
    reader.put(reader.used[c]!, block, rows * from + column, width)
  }
  return reader.scores()
}

function ofSum({ terms }: SumPart, block: Float32Array, rows: number): Float64Array {
  const scores = new Float64Array(rows)
  for (const { from, width, column, slope, mean } of terms) {
    for (let i = 0, at = rows * from + column; i < rows; i++, at += width) {
      const value = block[at]!
      // Infinity − Infinity is NaN, as NaN − NaN is: what is missing.
      if (value - value === 0) scores[i]! += slope * (value - mean)
    }
  }
  return scores
}
