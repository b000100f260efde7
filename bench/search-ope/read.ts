import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** A log of the Open Bandit data: one row an impression at one position. */
export interface ObdLog {
  readonly rows: number
  readonly items: Int32Array
  /** 0-based. */
  readonly positions: Int32Array
  readonly clicks: Float64Array
  readonly propensities: Float64Array
  /** Dense codes of the four user features, rows × 4. */
  readonly users: Int32Array
  /** Distinct values of each user feature. */
  readonly userLevels: readonly number[]
  readonly affinities: Float64Array
}

export const POSITIONS = 3
const USER_FEATURES = 4

/** Reads `POLICY/men/men.csv.gz`; `levels` numbers the values of user features alike in several logs. */
export function readObd(folder: string, policy: string, levels: Map<string, number>[]): ObdLog {
  const text = gunzipSync(readFileSync(join(folder, 'search', 'obd', policy, 'men', 'men.csv.gz')))
  const [head, ...lines] = text.toString('utf8').trim().split('\n')
  const columns = head!.trim().split(',')
  const at = (name: string) => columns.indexOf(name)
  const rows = lines.map((line) => line.trim().split(','))
  const column = (name: string) => Float64Array.from(rows, (row) => Number(row[at(name)]))
  const items = Int32Array.from(column('item_id'))
  const users = new Int32Array(rows.length * USER_FEATURES)
  const affinities = new Float64Array(rows.length)
  rows.forEach((row, i) => {
    for (let f = 0; f < USER_FEATURES; f++) {
      const known = levels[f]!
      const value = row[at(`user_feature_${f}`)]!
      if (!known.has(value)) known.set(value, known.size)
      users[i * USER_FEATURES + f] = known.get(value)!
    }
    affinities[i] = Number(row[at(`user-item_affinity_${items[i]}`)])
  })
  return {
    rows: rows.length,
    items,
    positions: Int32Array.from(column('position'), (p) => p - 1),
    clicks: column('click'),
    propensities: column('propensity_score'),
    users,
    userLevels: levels.map(({ size }) => size),
    affinities,
  }
}
