import { describe, expect, it } from 'vitest'
import type { Expression } from '../read/expression.ts'
import type { Candidate } from './candidate.ts'
import { buildingMs, judgingMs, lookEffort, servedStatementMs, whyNotLooked } from './effort.ts'
import type { Wish } from './wish.ts'

const wish: Wish = {
  tables: ['t'],
  outer: [],
  groups: [{ kind: 'column', name: 'a' } as unknown as Expression],
  aggregates: [],
  still: [],
  moving: [],
}
const sample = { tables: ['t'], name: 's', rows: 20_000, wholeRows: 400_000, joinedBy: [] }
const wished = { wish, demands: [], hopedCpuMs: 0, pairedCpuMs: 100 }

function candidate(grain: 'rows' | 'cells', readShare: number): Candidate {
  const view = { grain, keys: [], tables: ['t'] } as unknown as Candidate['view']
  return { view, wish, rows: grain === 'rows' ? 400_000 : 80, bytes: 1, readShare }
}

describe('the effort of looking', () => {
  it('is in proportion to what is asked within the horizon', () => {
    const settings = { 'warehouse.view-join-look': 0.5 }
    expect(lookEffort(wished, { days: 2 }, settings).hopedMs).toBe(50)
    expect(lookEffort(wished, { days: 2, horizonDays: 8 }, settings).hopedMs).toBe(200)
  })
  it('is refused before it starts where rows and columns make it too dear', () => {
    const little = lookEffort({ ...wished, pairedCpuMs: 1 }, { days: 1 })
    expect(whyNotLooked(sample, wish, little)).toMatch(/looking for a view .* may be saved/)
    const enough = lookEffort(wished, { days: 1 })
    expect(whyNotLooked(sample, wish, enough)).toBeUndefined()
    const joined = { ...sample, tables: ['t', 'u'], wholeRows: 40_000_000 }
    expect(whyNotLooked(joined, wish, enough)).toMatch(/looking/)
  })
})

describe('what a view must pay', () => {
  const demand = { fingerprint: 'f', statements: [], count: 10, totalCpuMs: 200 }
  it('is all of a statement that reads rows as they are, whole', () => {
    expect(servedStatementMs(candidate('rows', 1), demand, 400_000)).toBe(20)
    expect(servedStatementMs(candidate('cells', 1), demand, 400_000)).toBeLessThan(1)
    expect(servedStatementMs(candidate('rows', 0.3), demand, 400_000)).toBeCloseTo(6)
  })
  it('is putting rows in order, and measuring', () => {
    const [rows, cells] = (['rows', 'cells'] as const).map((grain) =>
      buildingMs(candidate(grain, 1), 400_000),
    )
    expect(rows).toBeGreaterThan(2 * cells!)
    expect(
      judgingMs([
        { count: 100, eachMs: 2 },
        { count: 1, eachMs: 1 },
      ]),
    ).toBe(25)
  })
})
