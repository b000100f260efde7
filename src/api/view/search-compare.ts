import type { Comparison } from '../../loop/index.ts'
import type { Configuration } from '../schemas/search.ts'
import type { CompareReply } from '../schemas/search-report.ts'

/** A comparison of two configurations as the reply of POST /api/search/compare; worst first. */
export function compareReplyOf(
  { rows, left, right, difference }: Comparison,
  leftName: Configuration,
  rightName: Configuration,
): CompareReply {
  const graded = rows.filter((row) => !Number.isNaN(row.left))
  const { student, wins, losses, ties } = difference
  const shown = [...rows].sort((a, b) => changeOf(a) - changeOf(b) || a.overlap - b.overlap)
  return {
    sentence: sentenceOf(graded.length, difference, leftName, rightName),
    measure:
      'nDCG of the first ten results, by judgments where there are any, else by clicks corrected for position',
    queries: graded.length,
    left: graded.length === 0 ? null : left,
    right: graded.length === 0 ? null : right,
    difference:
      graded.length < 2 ? null : { mean: student.mean, low: student.low, high: student.high },
    wins,
    losses,
    ties,
    rows: shown.map((row) => ({
      query: row.text,
      searches: row.searches,
      left: Number.isNaN(row.left) ? 0 : row.left,
      right: Number.isNaN(row.right) ? 0 : row.right,
      overlap: row.overlap,
    })),
  }
}

function changeOf({ left, right }: Comparison['rows'][number]): number {
  return Number.isNaN(left) ? 0 : right - left
}

function sentenceOf(
  queries: number,
  { student, wins, losses }: Comparison['difference'],
  left: Configuration,
  right: Configuration,
): string {
  if (queries === 0) return 'Of none of these queries it is known which results are right.'
  const over = queries === 1 ? 'Over one query' : `Over ${queries} queries`
  if (Math.abs(student.mean) < 5e-4) {
    return `${over} the ${right} order is as good as the ${left} one: ${wins} won, ${losses} lost.`
  }
  const better = student.mean >= 0 ? 'better' : 'worse'
  const sure = student.low > 0 || student.high < 0
  const size = Math.abs(student.mean).toFixed(3)
  const doubt = sure ? '' : ', which may be chance'
  return `${over} the ${right} order is ${size} ${better} than the ${left} one${doubt}: ${wins} won, ${losses} lost.`
}
