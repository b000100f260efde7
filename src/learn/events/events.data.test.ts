import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../core/calendar.ts'
import { effectRows } from './effects.ts'
import { learnEffects } from './learn-effects.ts'
import type { Occurrence } from './occurrence.ts'

const folder = join(
  process.env['STOREWRIGHT_DATA'] ?? new URL('../../../../shared/data', import.meta.url).pathname,
  'load/india',
)
const isThere = existsSync(join(folder, 'hourly.csv.gz'))
if (!isThere) console.warn(`skipped: no India load at ${folder}; set STOREWRIGHT_DATA`)

/** Daily sums by region; days that miss an hour are missing. */
function readDays() {
  const lines = gunzipSync(readFileSync(join(folder, 'hourly.csv.gz')))
    .toString()
    .split('\n')
  const first = Date.UTC(2018, 0, 1) / DAY_MS
  const days = new Map<string, { sum: Float64Array; hours: Float64Array }>()
  for (const line of lines.slice(1)) {
    const [region, ds, y] = line.split(',')
    if (ds === undefined) continue
    const at = Math.floor(Date.parse(`${ds.replace(' ', 'T')}Z`) / DAY_MS) - first
    let row = days.get(region!)
    if (!row) {
      row = { sum: new Float64Array(1826), hours: new Float64Array(1826) }
      days.set(region!, row)
    }
    row.sum[at]! += Number(y)
    row.hours[at]! += 1
  }
  const rows = [...days.values()].map(({ sum, hours }) =>
    sum.map((v, t) => (hours[t] === 24 ? v : Number.NaN)),
  )
  return { names: [...days.keys()], rows, first }
}

function occasions(name: string): Occurrence[] {
  return readFileSync(join(folder, 'events.csv'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(name))
    .map((line) => {
      const day = Math.floor(Date.parse(`${line.split(',')[2]!.slice(0, 10)}T00:00:00Z`) / DAY_MS)
      return { name, kind: 'holiday', first: day, last: day }
    })
}

describe.skipIf(!isThere)('India (skipped without data/load/india)', () => {
  it('uses less power for days after Diwali, on whatever date it is', () => {
    const { names, rows, first } = readDays()
    const data = {
      firstStep: new Int32Array(rows.length).fill(first),
      offsets: Int32Array.from({ length: rows.length + 1 }, (_, i) => i * 1826),
      values: Float64Array.from(rows.flatMap((row) => [...row])),
    }
    const effects = learnEffects(data, occasions('diwali'), {
      season: 7,
      lead: 5,
      tail: 12,
      groups: { of: Int32Array.from(rows.keys()), names },
    })
    const all = effectRows(effects).filter(({ segment }) => segment === 'all')
    const after = new Map(all.map((row) => [row.offset, row]))
    expect(effects.profiles[0]!.occurrences).toBe(5)
    for (const offset of [1, 2]) {
      const { multiplier, low, high } = after.get(offset)!
      expect(multiplier).toBeGreaterThan(0.78)
      expect(multiplier).toBeLessThan(0.88)
      expect(low).toBeGreaterThan(0.7)
      expect(high).toBeLessThan(0.97)
    }
    // Its trough is the day after or the next, and it fades.
    const trough = all.reduce((a, b) => (b.multiplier < a.multiplier ? b : a))
    expect([1, 2]).toContain(trough.offset)
    expect(after.get(8)!.multiplier).toBeGreaterThan(after.get(2)!.multiplier + 0.05)
    expect(after.get(-4)!.multiplier).toBeGreaterThan(0.94)
  })
})
