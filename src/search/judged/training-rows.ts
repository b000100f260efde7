import { createRandom, type Random } from '../../core/random/random.ts'
import type { Union } from '../arms/arm.ts'
import type { SearchIndex } from '../index/types.ts'
import type { RankFeature } from '../ranker/feature.ts'
import {
  describeUnion,
  directionsOf,
  joinTables,
  type RankRows,
  type RankTable,
} from '../ranker/table.ts'
import type { JudgedQuery } from './judged-query.ts'

export interface RowsOptions {
  readonly index: SearchIndex
  readonly features: readonly RankFeature[]
  /** The documents among which a query is ranked, as at serving. */
  unionOf(query: JudgedQuery): Union
  /** Documents a query that nobody judged and that count as not relevant, at most. */
  readonly unjudged: number
  /** Rows at most; queries are drawn by `seed` until they are reached. */
  readonly most: number
  readonly now: number
  readonly seed: number | string
  onQuery?(done: number, total: number): void
}

export interface TrainingRows {
  readonly rows: RankRows
  /** By query of the rows. */
  readonly clusters: Int32Array
}

/**
 * Describes judged documents as they will be met: within the union of their query, judged ones and
 * some of the others. Queries whose documents all have one grade
 * teach nothing and are left out.
 */
export function trainingRows(judged: readonly JudgedQuery[], options: RowsOptions): TrainingRows {
  const { index, features, now } = options
  const names = features.flatMap((feature) => feature.columns(index))
  const tables: RankTable[] = []
  const grades: number[] = []
  const kept: JudgedQuery[] = []
  const inOrder = drawOrder(judged, options.seed)
  const random = createRandom(options.seed).split('unjudged')
  let done = 0
  for (const one of inOrder) {
    options.onQuery?.(done++, inOrder.length)
    const union = options.unionOf(one)
    const { places, grades: own } = placesOf(index, one, union, options.unjudged, random)
    if (own.every((grade) => grade === own[0])) continue
    const table = describeUnion(features, { index, query: one.query, union, now })
    tables.push(pick(table, places))
    grades.push(...own)
    kept.push(one)
    if (grades.length >= options.most) break
  }
  const rows: RankRows = {
    ...joinTables(tables, names),
    directions: directionsOf(features, index),
    groups: Int32Array.from(tables, ({ rows: count }) => count),
    grades: Float64Array.from(grades),
  }
  return { rows, clusters: Int32Array.from(kept, ({ cluster }) => cluster) }
}

/** All queries, in an order drawn by the seed. */
function drawOrder(judged: readonly JudgedQuery[], seed: number | string): readonly JudgedQuery[] {
  const random = createRandom(seed)
  const keyed = judged.map((one) => ({ one, key: random.next() }))
  return keyed.sort((a, b) => a.key - b.key).map(({ one }) => one)
}

/**
 * Places in the union of judged documents and of some others, and their grades, by product id: the
 * order of the catalogue may tell what is relevant. The others are drawn: were they the best by any
 * arm, a model would learn that the best by this arm are never right.
 */
function placesOf(
  index: SearchIndex,
  { docs, grades }: JudgedQuery,
  union: Union,
  unjudged: number,
  random: Random,
) {
  const gradeOf = new Map(Array.from(docs, (doc, i) => [doc, grades[i]!]))
  const isJudged = (place: number) => gradeOf.has(union.docs[place]!)
  const all = [...union.docs.keys()]
  const others = all.filter((place) => !isJudged(place))
  const kept = [...all.filter(isJudged), ...drawn(others, unjudged, random)]
  const ids = new Map(kept.map((place) => [place, index.idOf(union.docs[place]!) ?? '']))
  const places = kept.sort((a, b) => (ids.get(a)! < ids.get(b)! ? -1 : 1))
  return { places, grades: places.map((place) => gradeOf.get(union.docs[place]!) ?? 0) }
}

function pick({ names, columns }: RankTable, places: readonly number[]): RankTable {
  const of = (column: Float32Array) => Float32Array.from(places, (place) => column[place]!)
  return { names, rows: places.length, columns: columns.map(of) }
}

/** At most `count` of the items, drawn without replacement. */
function drawn(items: readonly number[], count: number, random: Random): readonly number[] {
  if (items.length <= count) return items
  const left = [...items]
  for (let i = 0; i < count; i++) {
    const j = i + random.int(left.length - i)
    ;[left[i], left[j]] = [left[j]!, left[i]!]
  }
  return left.slice(0, count)
}
