import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { formatDay, parseDay } from '../../core/calendar.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-forecast-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string) => join(folder, name)
const main = new URL('../main.ts', import.meta.url).pathname

const FIRST = parseDay('2025-01-06')
const WEEKS = 90
const AHEAD = 6

type Row = readonly (string | number)[]

/** Rows of three series, a week each; `change` may replace or drop (undefined) a row. */
function weeks(from: number, count: number, cells: (series: string, week: number) => Row) {
  return ['a', 'b', 'c'].flatMap((series) =>
    Array.from({ length: count }, (_, k) => [
      series,
      formatDay(FIRST + 7 * (from + k)),
      ...cells(series, from + k),
    ]),
  )
}

const sold = (series: string, week: number) =>
  Math.round((series === 'a' ? 40 : 12) + 6 * Math.sin(week / 4) + (week % 5))

const csv = (head: string, rows: readonly Row[]) =>
  [head, ...rows.map((row) => row.join(','))].join('\n')

const usualHistory = () =>
  csv(
    'unique_id,ds,y',
    weeks(0, WEEKS, (s, w) => [sold(s, w)]),
  )
const usualFuture = () =>
  csv(
    'unique_id,ds',
    weeks(WEEKS, AHEAD, () => []),
  )

function forecast(history: string, future: string, ...more: string[]) {
  writeFileSync(at('h.csv'), history)
  writeFileSync(at('f.csv'), future)
  rmSync(at('o.csv'), { force: true })
  const files = ['--history', at('h.csv'), '--future', at('f.csv'), '--out', at('o.csv')]
  const args = [main, 'forecast', 'panel', ...files, '--frequency', 'W', ...more]
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  return { status, stderr, rows: existsSync(at('o.csv')) ? readRows() : undefined }
}

function readRows(): number[][] {
  const [, ...lines] = readFileSync(at('o.csv'), 'utf8').trim().split('\n')
  return lines.map((line) => line.split(',').slice(2).map(Number))
}

/** Every number finite, quantiles rising. */
function expectSound(rows: number[][] | undefined, count: number) {
  expect(rows).toHaveLength(count)
  for (const row of rows!) {
    expect(row.every(Number.isFinite)).toBe(true)
    const quantiles = row.slice(1)
    expect(quantiles).toEqual(quantiles.toSorted((x, y) => x - y))
  }
}

const replaced = (text: string, line: number, by: string) =>
  text
    .split('\n')
    .map((row, k) => (k === line ? by : row))
    .join('\n')

describe('storewright forecast panel, on input that is odd but can be used', () => {
  it.each([
    [
      'gaps',
      csv(
        'unique_id,ds,y',
        weeks(0, WEEKS, (s, w) => [sold(s, w)]).filter((_, k) => k % 9 !== 4),
      ),
      'gaps in 3 series',
    ],
    [
      'empty cells, NA and NaN',
      csv(
        'unique_id,ds,y',
        weeks(0, WEEKS, (s, w) => [['', 'NA', 'NaN'][w % 13] ?? sold(s, w)]),
      ),
      'gaps in 3 series',
    ],
    [
      'negative sales',
      csv(
        'unique_id,ds,y',
        weeks(0, WEEKS, (s, w) => [s === 'b' && w % 20 === 3 ? -4 : sold(s, w)]),
      ),
      'y is below zero in 5 rows',
    ],
    [
      'one point',
      csv(
        'unique_id,ds,y',
        weeks(0, WEEKS, (s, w) => [sold(s, w)]).filter(
          ([s, ds]) => s !== 'c' || ds === formatDay(FIRST + 7 * (WEEKS - 1)),
        ),
      ),
      'one observation',
    ],
    [
      'all zeros',
      csv(
        'unique_id,ds,y',
        weeks(0, WEEKS, (s, w) => [s === 'c' ? 0 : sold(s, w)]),
      ),
      'zeros only',
    ],
    [
      'nothing but zeros',
      csv(
        'unique_id,ds,y',
        weeks(0, WEEKS, () => [0]),
      ),
      'zeros only',
    ],
    ['one point in all', csv('unique_id,ds,y', [['a', formatDay(FIRST), 3]]), 'one observation'],
  ])('%s: forecasts all the same and says how it was taken', (_, history, said) => {
    const { status, stderr, rows } = forecast(history, usualFuture())
    expect(stderr).toContain(said)
    expect(status).toBe(0)
    expectSound(rows, 3 * AHEAD)
  })

  it('uses covariates of both files, and says which it leaves out and why', () => {
    const promotion = (w: number) => (w % 7 === 0 ? 1 : 0)
    const history = csv(
      'unique_id,ds,y,promotion,weather,size,mood',
      weeks(0, WEEKS, (s, w) => [
        sold(s, w) * (1 + promotion(w)),
        promotion(w),
        w % 3,
        s === 'a' ? 2 : 1,
        w % 2 ? 'good' : 'bad',
      ]),
    )
    const future = csv(
      'unique_id,ds,promotion,size,stars',
      weeks(WEEKS, AHEAD, (s, w) => [promotion(w), s === 'a' ? 2 : 1, 3]),
    )
    const { status, stderr, rows } = forecast(history, future)
    expect(status).toBe(0)
    expect(stderr).toContain('weather: the future does not have it, left out')
    expect(stderr).toContain('stars: only the future has it')
    expect(stderr).toContain('mood: a text that changes in time is not used')
    expect(stderr).not.toMatch(/promotion:|size:/)
    expectSound(rows, 3 * AHEAD)
  })

  it('takes an infinite covariate as unknown, and says so', () => {
    const priced = (from: number, count: number, cells: (s: string, w: number) => Row) =>
      weeks(from, count, (s, w) => [...cells(s, w), w === 7 ? 'Infinity' : 3 + (w % 4)])
    const history = csv(
      'unique_id,ds,y,price',
      priced(0, WEEKS, (s, w) => [sold(s, w)]),
    )
    const future = csv(
      'unique_id,ds,price',
      priced(WEEKS, AHEAD, () => []),
    )
    const { stderr, rows } = forecast(history, future, '--model', 'trees')
    expect(stderr).toContain('price: infinite in 3 rows, unknown there')
    expectSound(rows, 3 * AHEAD)
  })

  it('takes a static file, an events file and a country', () => {
    writeFileSync(at('s.csv'), 'unique_id,brand,weight\na,red,2\nb,blue,3\n')
    writeFileSync(at('e.csv'), 'name,kind,starts_on\nFair,fair,2025-06-01\nFair,fair,2026-06-03\n')
    const beside = ['--static', at('s.csv'), '--events', at('e.csv'), '--country', 'GB']
    const { status, rows } = forecast(usualHistory(), usualFuture(), ...beside)
    expect(status).toBe(0)
    expectSound(rows, 3 * AHEAD)
  })

  it('forecasts a series that only the future has', () => {
    const future = `${usualFuture()}\nnew,${formatDay(FIRST + 7 * WEEKS)}`
    const { status, stderr, rows } = forecast(usualHistory(), future)
    expect(stderr).toContain('1 series has no past')
    expect(status).toBe(0)
    expectSound(rows, 3 * AHEAD + 1)
  })

  it('combines several learned models without a classical one being named', () => {
    const { status, rows } = forecast(usualHistory(), usualFuture(), '--model', 'trees,cold-start')
    expect(status).toBe(0)
    expectSound(rows, 3 * AHEAD)
  })
})

describe('storewright forecast panel --hierarchy', () => {
  const kinds = () => writeFileSync(at('s.csv'), 'unique_id,kind,size\na,x,1\nb,x,2\nc,y,2\n')
  const readGroups = (file: string) => {
    const [head, ...lines] = readFileSync(file, 'utf8').trim().split('\n')
    expect(head!.startsWith('level,group,ds,mean,q0.05')).toBe(true)
    return lines.map((line) => line.split(','))
  }

  it.each(['classical', 'auto'])('adds rows up exactly at every level, by %s', (model) => {
    kinds()
    const asked = ['--static', at('s.csv'), '--hierarchy', 'kind,size', '--model', model]
    // The last week asks for two of three series.
    const future = usualFuture().split('\n').slice(0, -1).join('\n')
    const { status, stderr, rows } = forecast(usualHistory(), future, ...asked)
    expect(status).toBe(0)
    expect(stderr).toMatch(/groups: (sums of their series|by MinT)/)
    expect(stderr).toMatch(/groups, past WAPE: total .*, kind .*, size .*, series /)
    expect(stderr).toMatch(/groups, bands wider .*: total \d+\.\d\d, kind .*, size .* times/)
    expectSound(rows, 3 * AHEAD - 1)
    const groups = readGroups(at('o.groups.csv'))
    expect(groups.map(([level, group]) => `${level}/${group}`)).toContain('kind/x')
    const members: Record<string, string> = {
      'total/all': 'abc',
      'kind/x': 'ab',
      'kind/y': 'c',
      'size/1': 'a',
      'size/2': 'bc',
    }
    const asRows = future.split('\n').slice(1)
    for (const [level, group, ds, mean, ...quantiles] of groups) {
      const sum = asRows.reduce((total, line, k) => {
        const [id, day] = line.split(',')
        const isIn = day === ds && members[`${level}/${group}`]!.includes(id!)
        return isIn ? total + rows![k]![0]! : total
      }, 0)
      expect(Math.abs(Number(mean) - sum)).toBeLessThan(1e-9 * (1 + sum))
      expect(quantiles.map(Number)).toEqual(quantiles.map(Number).toSorted((x, y) => x - y))
    }
    // c is not asked for in the last week: kind y has a row less.
    expect(groups.filter(([level, group]) => level === 'kind' && group === 'y')).toHaveLength(5)
  })

  it('writes the groups where it is told to, by parts of the ids', () => {
    const ids = { a: 'n_1', b: 'n_2', c: 's_1' } as const
    const renamed = (text: string) =>
      text.replace(/^([abc]),/gm, (_, id: keyof typeof ids) => `${ids[id]},`)
    const asked = ['--hierarchy', 'id:1', '--groups-out', at('g.csv'), '--model', 'theta']
    const { status } = forecast(renamed(usualHistory()), renamed(usualFuture()), ...asked)
    expect(status).toBe(0)
    const names = readGroups(at('g.csv')).map(([level, group]) => `${level}/${group}`)
    expect([...new Set(names)]).toEqual(['total/all', 'id:1/n', 'id:1/s'])
  })

  it.each([
    ['an attribute that is none', ['--hierarchy', 'kidn'], /Did you mean kind/],
    ['part of ids that is none', ['--hierarchy', 'id:3'], /id:3: it is the same for all series/],
    ['a file without groups', ['--groups-out', at('g.csv')], /with --hierarchy/],
  ])('%s: says so, and writes nothing', (_, more, said) => {
    kinds()
    const asked = ['--static', at('s.csv'), ...more]
    const { status, stderr, rows } = forecast(usualHistory(), usualFuture(), ...asked)
    expect(stderr).toMatch(said)
    expect(status).not.toBe(0)
    expect(rows).toBeUndefined()
  })
})

describe('storewright forecast panel, on input that cannot be used', () => {
  const row = (week: number) => `a,${formatDay(FIRST + 7 * week)}`
  it.each([
    [
      'a second row',
      `${usualHistory()}\n${row(3)},9`,
      usualFuture(),
      /second row for a.*\n.*h\.csv/,
    ],
    [
      'a text in y',
      replaced(usualHistory(), 5, `${row(4)},many`),
      usualFuture(),
      /not a finite number/,
    ],
    [
      'a date that is none',
      replaced(usualHistory(), 5, 'a,2025-02-30,4'),
      usualFuture(),
      /not a date/,
    ],
    [
      'a week off the week',
      replaced(usualHistory(), 5, 'a,2025-02-05,4'),
      usualFuture(),
      /weekday/,
    ],
    [
      'a y beyond reason',
      replaced(usualHistory(), 5, `${row(4)},1e300`),
      usualFuture(),
      /line 6, y/,
    ],
    ['a row cut short', replaced(usualHistory(), 5, row(4)), usualFuture(), /h\.csv, line 6/],
    ['an empty file', '', usualFuture(), /h\.csv is empty/],
    [
      'no y at all',
      csv(
        'unique_id,ds,y',
        weeks(0, 9, () => ['']),
      ),
      usualFuture(),
      /empty in every/,
    ],
    ['no column y', 'unique_id,ds\na,2025-01-06', usualFuture(), /no column y/],
    ['an empty history', 'unique_id,ds,y', usualFuture(), /no rows/],
    ['an empty future', usualHistory(), 'unique_id,ds', /no rows/],
    [
      'an overlapping future',
      usualHistory(),
      csv('unique_id,ds', [['a', formatDay(FIRST)]]),
      /the history of a reaches to/,
    ],
    ['a future row twice', usualHistory(), `${usualFuture()}\n${row(WEEKS)}`, /second row for a/],
  ])('%s: says so, exits with 2 and writes nothing', (_, history, future, said) => {
    const { status, stderr, rows } = forecast(history, future)
    expect(stderr).toMatch(said)
    expect(status).toBe(2)
    expect(rows).toBeUndefined()
  })

  it.each([
    ['levels out of order', ['--levels', '0.9,0.1'], /rising order/],
    ['a level of one', ['--levels', '0.5,1'], /between 0 and 1/],
    ['a level that is a word', ['--levels', '0.5,x'], /"x" is not a number/],
    ['a strength that is a word', ['--events', at('strong.csv')], /strong\.csv, line 2, strength/],
    ['a strength below zero', ['--events', at('weak.csv')], /weak\.csv, line 3, strength/],
    ['an unknown model', ['--model', 'tetha'], /Did you mean theta/],
    ['an unknown country', ['--country', 'XX'], /country "XX" is unknown/],
    ['a static file twice', ['--static', at('twice.csv')], /second row for a/],
  ])('%s: says so, and writes nothing', (_, more, said) => {
    writeFileSync(at('twice.csv'), 'unique_id,brand\na,red\na,blue\n')
    writeFileSync(at('strong.csv'), 'name,starts_on,strength\nFair,2026-01-05,much\n')
    writeFileSync(at('weak.csv'), 'name,starts_on,strength\nFair,2026-01-05,\nFair,2026-02-05,-1\n')
    const { status, stderr, rows } = forecast(usualHistory(), usualFuture(), ...more)
    expect(stderr).toMatch(said)
    expect(status).not.toBe(0)
    expect(rows).toBeUndefined()
  })
})

describe('storewright forecast backtest', () => {
  it('judges models by segment, as a table and as JSON', () => {
    writeFileSync(at('h.csv'), usualHistory())
    const files = ['--history', at('h.csv'), '--frequency', 'W', '--horizon', '6', '--origins', '2']
    const models = ['--model', 'classical,seasonal-naive']
    const run = (...more: string[]) =>
      execFileSync(process.execPath, [main, 'forecast', 'backtest', ...files, ...models, ...more], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
    expect(run()).toMatch(/^classical\s+all\s+6 /m)
    const report = JSON.parse(run('--json'))
    expect(report.origins).toHaveLength(2)
    const all = report.rows.filter((r: { segment: string }) => r.segment === 'all')
    expect(all.map((r: { model: string }) => r.model)).toEqual(['classical', 'seasonal-naive'])
    for (const r of all) expect(Object.values(r).every((v) => v !== null)).toBe(true)
  })

  it('refuses a store and a history together', () => {
    const args = [main, 'forecast', 'backtest', '--store', folder, '--history', at('h.csv')]
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect(stderr).toContain('not both')
    expect(status).toBe(2)
  })

  it('says what is missing', () => {
    const args = [main, 'forecast', 'backtest']
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect(stderr).toContain('Give --store DIR, or --history FILE')
    expect(status).toBe(2)
  })
})
