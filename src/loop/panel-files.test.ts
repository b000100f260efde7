import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { formatDay, parseDay } from '../core/calendar.ts'
import { forecastPanelFiles } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-panel-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string) => join(folder, name)

const FIRST = parseDay('2025-01-03')
const history = (weeks: number, cell = (w: number) => String(100 + 20 * Math.sin(w / 3))) =>
  [
    'unique_id,ds,y',
    ...Array.from({ length: weeks }, (_, w) => `a,${formatDay(FIRST + 7 * w)},${cell(w)}`),
  ].join('\n')
const future = (from: number, weeks: number) =>
  [
    'unique_id,ds',
    ...Array.from({ length: weeks }, (_, w) => `a,${formatDay(FIRST + 7 * (from + w))}`),
  ].join('\n')

const run = (overrides: Partial<Parameters<typeof forecastPanelFiles>[0]> = {}) =>
  forecastPanelFiles({
    history: at('h.csv'),
    future: at('f.csv'),
    frequency: 'W',
    levels: [0.1, 0.5, 0.9],
    models: ['auto'],
    seed: 1,
    out: at('o.csv'),
    ...overrides,
  })

describe('forecastPanelFiles', () => {
  it('writes a row for each row of the future, quantiles rising', async () => {
    writeFileSync(at('h.csv'), history(80))
    writeFileSync(at('f.csv'), future(80, 8))
    await run()
    const [head, ...rows] = readFileSync(at('o.csv'), 'utf8').trim().split('\n')
    expect(head).toBe('unique_id,ds,mean,q0.1,q0.5,q0.9')
    expect(rows).toHaveLength(8)
    for (const row of rows) {
      const [, , mean, low, median, high] = row.split(',').map(Number)
      expect(Number.isFinite(mean)).toBe(true)
      expect(low!).toBeLessThanOrEqual(median!)
      expect(median!).toBeLessThanOrEqual(high!)
    }
  })

  it.each([
    [
      'a text in y',
      history(20, (w) => (w === 7 ? 'many' : '5')),
      { code: 'ERR_FEED_BAD_VALUE', place: { line: 9, column: 'y' } },
    ],
    ['a missing column', 'id,ds,y\na,2025-01-03,1', { code: 'ERR_FEED_BAD_HEADER' }],
    ['a second row', `${history(20)}\na,${formatDay(FIRST)},3`, { code: 'ERR_PANEL' }],
  ])('refuses %s and writes nothing', async (_, text, error) => {
    rmSync(at('o.csv'), { force: true })
    writeFileSync(at('h.csv'), text)
    writeFileSync(at('f.csv'), future(20, 4))
    await expect(run()).rejects.toMatchObject(error)
    expect(existsSync(at('o.csv'))).toBe(false)
  })

  it('refuses a future that overlaps the history, unordered levels and missing files', async () => {
    writeFileSync(at('h.csv'), history(20))
    writeFileSync(at('f.csv'), future(10, 4))
    await expect(run()).rejects.toMatchObject({ code: 'ERR_PANEL' })
    await expect(run({ levels: [0.9, 0.1] })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
    await expect(run({ history: at('none.csv') })).rejects.toMatchObject({
      code: 'ERR_FEED_NO_FILE',
    })
  })
})
