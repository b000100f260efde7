/**
 * Places of `ids` by falling score, equal scores by id: never by the order in which documents came,
 * which in judged files tells how relevant they are. NaN scores stand last.
 */
export function orderByScore(ids: readonly string[], scores: ArrayLike<number>): Int32Array {
  const places = Int32Array.from(ids, (_, i) => i)
  return places.sort(
    (a, b) => compareScores(scores[a]!, scores[b]!) || compareIds(ids[a]!, ids[b]!),
  )
}

function compareScores(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
  if (a === b) return 0
  return a > b ? -1 : 1
}

function compareIds(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
