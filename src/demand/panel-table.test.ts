import { describe, expect, it } from 'vitest'
import { numberColumn, numbersOf, type Table, textColumn } from '../core/table.ts'
import { forecastTables } from './forecast-tables.ts'
import { readPanelTable } from './panel-table.ts'

const LEVELS = [0.1, 0.5, 0.9]

function tableOf(rows: readonly (readonly [string, string, number?])[]): Table {
  return {
    rowCount: rows.length,
    columns: {
      unique_id: textColumn(rows.map((r) => r[0])),
      ds: textColumn(rows.map((r) => r[1])),
      y: numberColumn(rows.map((r) => r[2])),
    },
  }
}

function futureOf(rows: readonly (readonly [string, string])[]): Table {
  const { y: _, ...columns } = tableOf(rows).columns
  return { rowCount: rows.length, columns }
}

const days = (id: string, from: string, values: readonly number[]) =>
  values.map(
    (y, t) => [id, new Date(Date.parse(from) + t * 864e5).toISOString().slice(0, 10), y] as const,
  )

describe('readPanelTable', () => {
  it('sorts rows, leaves gaps missing and carries covariates', () => {
    const table = tableOf([
      ['b', '2026-01-04', 4],
      ['a', '2026-01-02', 1],
      ['b', '2026-01-01', 3],
    ])
    const price = numberColumn([9, 8, 7])
    const panel = readPanelTable(
      { ...table, columns: { ...table.columns, price } },
      { frequency: 'D' },
    )
    expect(panel.ids).toEqual(['b', 'a'])
    expect([...panel.values]).toEqual([3, Number.NaN, Number.NaN, 4, 1])
    expect([...panel.known!.columns['price']!]).toEqual([7, Number.NaN, Number.NaN, 9, 8])
  })

  it('fills gaps with zero up to the last bucket of the table when told', () => {
    const table = tableOf([...days('a', '2026-01-01', [5]), ...days('b', '2026-01-02', [1, 2])])
    const panel = readPanelTable(table, { frequency: 'D', gaps: 'zero' })
    expect([...panel.values]).toEqual([5, 0, 0, 1, 2])
  })

  it('reads weeks that start on any weekday, months, hours and numbers as dates', () => {
    const friday = readPanelTable(
      tableOf([
        ['a', '2012-01-27', 1],
        ['a', '2012-02-03', 2],
      ]),
      { frequency: 'W' },
    )
    expect(friday.buckets).toEqual({ frequency: 'W', weekStart: 4 })
    expect([...friday.values]).toEqual([1, 2])
    const month = readPanelTable(
      tableOf([
        ['a', '2026-01-31', 1],
        ['a', '2026-02-28', 2],
      ]),
      { frequency: 'M' },
    )
    expect([...month.values]).toEqual([1, 2])
    const hours = tableOf([
      ['a', '2026-01-01T23:00:00Z', 1],
      ['a', '2026-01-02T00:00:00Z', 2],
    ])
    expect([...readPanelTable(hours, { frequency: 'H' }).values]).toEqual([1, 2])
    const ds = numberColumn([20454, 20455 * 864e5])
    const numbers = {
      rowCount: 2,
      columns: { ...hours.columns, unique_id: numberColumn([7, 7]), ds },
    }
    expect(readPanelTable(numbers, { frequency: 'D' })).toMatchObject({
      ids: ['7'],
      values: Float64Array.of(1, 2),
    })
  })

  it.each([
    [
      'a second row',
      [
        ['a', '2026-01-01', 1],
        ['a', '2026-01-01', 2],
      ],
      'D',
      3,
    ],
    ['no date', [['a', 'yesterday', 1]], 'D', 2],
    ['a day that is none', [['a', '2026-02-30', 1]], 'D', 2],
    [
      'another weekday',
      [
        ['a', '2026-01-05', 1],
        ['a', '2026-01-13', 1],
      ],
      'W',
      3,
    ],
    ['no id', [['', '2026-01-05', 1]], 'D', 2],
  ] as const)('says where %s stands', (_, rows, frequency, line) => {
    expect(() => readPanelTable(tableOf(rows), { frequency, file: 'h.csv' })).toThrow(
      expect.objectContaining({
        code: 'ERR_PANEL',
        place: expect.objectContaining({ line, file: 'h.csv' }),
      }),
    )
  })

  it('names the column that is absent', () => {
    expect(() => readPanelTable(futureOf([['a', '2026-01-01']]), { frequency: 'D' })).toThrow(
      /no column y/,
    )
  })
})

describe('forecastTables', () => {
  const history = tableOf([
    ...days('a', '2026-01-01', Array(60).fill(7)),
    ...days('b', '2026-01-01', Array(50).fill(3)),
  ])

  it('answers the rows of the future in their order, also of a series that ended early', async () => {
    const future = futureOf([
      ['b', '2026-02-21'],
      ['a', '2026-03-02'],
      ['new', '2026-03-05'],
      ['a', '2026-03-09'],
    ])
    const { forecast, chosen } = await forecastTables(history, future, {
      frequency: 'D',
      levels: LEVELS,
    })
    expect(forecast.columns['ds']).toBe(future.columns['ds'])
    expect(Object.keys(forecast.columns)).toEqual([
      'unique_id',
      'ds',
      'mean',
      'q0.1',
      'q0.5',
      'q0.9',
    ])
    const mean = numbersOf(forecast, 'mean')
    expect(mean[0]).toBeCloseTo(3, 6)
    expect(mean[1]).toBeCloseTo(7, 6)
    expect(mean[2]).toBeGreaterThanOrEqual(3)
    expect(mean[2]).toBeLessThanOrEqual(7)
    expect(mean[3]).toBeCloseTo(7, 6)
    expect(chosen.length).toBe(3)
  })

  it('refuses a future that overlaps the history of its series', async () => {
    const future = futureOf([
      ['a', '2026-03-02'],
      ['b', '2026-02-19'],
    ])
    const work = forecastTables(history, future, {
      frequency: 'D',
      levels: LEVELS,
      futureFile: 'f.csv',
    })
    await expect(work).rejects.toMatchObject({
      code: 'ERR_PANEL',
      place: { file: 'f.csv', line: 3 },
    })
  })

  it('uses the one model that is asked for', async () => {
    const future = futureOf([['a', '2026-03-02']])
    const options = { frequency: 'D', levels: LEVELS, models: ['croston'] } as const
    const { chosen } = await forecastTables(history, future, options)
    expect(chosen).toEqual(['croston', 'croston'])
  })
})
