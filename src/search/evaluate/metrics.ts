import { requireArgument } from '../../core/errors.ts'

/** What a document of grade g is worth: 2^g − 1 (exponential, the default) or g (linear). */
export type GainKind = 'exponential' | 'linear'

/** Gain of a grade ≥ 0. */
export function gainOf(grade: number, kind: GainKind = 'exponential'): number {
  return kind === 'linear' ? grade : 2 ** grade - 1
}

/** What the metrics of one query read. */
export interface GradedRanking {
  /** Grades of the documents in the order ranked, 0 where a document was not judged. */
  readonly grades: ArrayLike<number>
  /** Grades of every document judged for the query, in any order: what could have been found. */
  readonly judged: ArrayLike<number>
}

/**
 * DCG of the first k places: Σ gain(grade_i) / log2(i + 1), i from 1 (Järvelin & Kekäläinen 2002).
 * Throws ERR_ARGUMENT unless k is a whole number from 1.
 */
export function dcgAt(
  grades: ArrayLike<number>,
  k: number,
  kind: GainKind = 'exponential',
): number {
  requirePlaces(k)
  let sum = 0
  for (let i = 0; i < Math.min(k, grades.length); i++) {
    sum += gainOf(grades[i]!, kind) / Math.log2(i + 2)
  }
  return sum
}

/** DCG over that of the best order of the judged documents; NaN where none has a gain. */
export function ndcgAt(ranking: GradedRanking, k: number, kind: GainKind = 'exponential'): number {
  const best = Float64Array.from(ranking.judged).sort().reverse()
  const most = dcgAt(best, k, kind)
  return most > 0 ? dcgAt(ranking.grades, k, kind) / most : Number.NaN
}

/** Share of the relevant documents (grade ≥ `relevant`) among the first k; NaN where there is none. */
export function recallAt(ranking: GradedRanking, k: number, relevant = 1): number {
  requirePlaces(k)
  const all = countFrom(ranking.judged, ranking.judged.length, relevant)
  return all > 0 ? countFrom(ranking.grades, k, relevant) / all : Number.NaN
}

/** Share of relevant documents among the first k places; places left empty count as misses. */
export function precisionAt(ranking: GradedRanking, k: number, relevant = 1): number {
  requirePlaces(k)
  return countFrom(ranking.grades, k, relevant) / k
}

/** Average precision: mean over relevant documents of the precision at their place, 0 if not found. */
export function averagePrecision(ranking: GradedRanking, relevant = 1): number {
  const all = countFrom(ranking.judged, ranking.judged.length, relevant)
  if (all === 0) return Number.NaN
  let found = 0
  let sum = 0
  for (let i = 0; i < ranking.grades.length; i++) {
    if (ranking.grades[i]! < relevant) continue
    found++
    sum += found / (i + 1)
  }
  return sum / all
}

/** 1 / place of the first relevant document, 0 where none was found; NaN where none exists. */
export function reciprocalRank(ranking: GradedRanking, relevant = 1): number {
  if (countFrom(ranking.judged, ranking.judged.length, relevant) === 0) return Number.NaN
  for (let i = 0; i < ranking.grades.length; i++) {
    if (ranking.grades[i]! >= relevant) return 1 / (i + 1)
  }
  return 0
}

function countFrom(grades: ArrayLike<number>, places: number, relevant: number): number {
  let count = 0
  for (let i = 0; i < Math.min(places, grades.length); i++) if (grades[i]! >= relevant) count++
  return count
}

function requirePlaces(k: number): void {
  requireArgument(Number.isInteger(k) && k >= 1, `k is ${k}, not a whole number from 1`)
}
