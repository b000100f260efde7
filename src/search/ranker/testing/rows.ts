import { createRandom } from '../../../core/random/random.ts'
import type { RankRows } from '../table.ts'

/**
 * Judged queries whose grades follow two columns and their product; a third column is noise, a fourth
 * the same for all documents of a query.
 */
export function judgedRows(queries: number, perQuery: number, seed: number): RankRows {
  const random = createRandom(seed)
  const rows = queries * perQuery
  const names = ['text:score', 'quality:prior', 'text:noise', 'query:length']
  const columns = names.map(() => new Float32Array(rows))
  const grades = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    const q = Math.floor(row / perQuery)
    columns[0]![row] = random.normal()
    columns[1]![row] = row % 7 === 3 ? Number.NaN : random.next()
    columns[2]![row] = random.normal()
    columns[3]![row] = q % 5
    const quality = columns[1]![row]!
    const utility = columns[0]![row]! + 2 * (Number.isNaN(quality) ? 0.5 : quality)
    grades[row] = Math.max(0, Math.min(3, Math.round(utility + 0.3 * random.normal())))
  }
  return {
    names,
    rows,
    columns,
    directions: [1, 0, 0, 0],
    groups: new Int32Array(queries).fill(perQuery),
    grades,
  }
}
