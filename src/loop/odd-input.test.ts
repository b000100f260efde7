import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { formatDay, parseDay } from '../core/calendar.ts'
import { forecastPanelFiles } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-odd-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string) => join(folder, name)
beforeEach(() => rmSync(at('o.csv'), { force: true }))

const FIRST = parseDay('2022-01-03')
const DAYS = 60
const AHEAD = 7

/** Rows of series a and b from a day on; `line` makes one. */
const rows = (from: number, count: number, line: (id: string, day: number) => string) =>
  ['a', 'b'].flatMap((id) => Array.from({ length: count }, (_, k) => line(id, from + k)))
const date = (day: number) => formatDay(FIRST + day)
const sold = (day: number) => 5 + (day % 7) + (day % 3)
const price = (day: number) => 3 + (day % 4)
const file = (head: string, lines: readonly string[]) => `${[head, ...lines].join('\n')}\n`

const HISTORY = file(
  'unique_id,ds,y',
  rows(0, DAYS, (id, day) => `${id},${date(day)},${sold(day)}`),
)
const FUTURE = file(
  'unique_id,ds',
  rows(DAYS, AHEAD, (id, day) => `${id},${date(day)}`),
)
const PRICED = file(
  'unique_id,ds,y,price',
  rows(0, DAYS, (id, day) => `${id},${date(day)},${sold(day)},${price(day)}`),
)
const PRICED_FUTURE = file(
  'unique_id,ds,price',
  rows(DAYS, AHEAD, (id, day) => `${id},${date(day)},${price(day)}`),
)
/** Line `k` of a file, from 1, replaced. */
const withLine = (text: string, k: number, by: string) =>
  text
    .split('\n')
    .map((own, at) => (at === k - 1 ? by : own))
    .join('\n')
const dated = (write: (iso: string) => string) => HISTORY.replace(/\d{4}-\d{2}-\d{2}/g, write)

async function forecast(history: string | Buffer, future: string, more = {}) {
  writeFileSync(at('h.csv'), history)
  writeFileSync(at('f.csv'), future)
  return forecastPanelFiles({
    history: at('h.csv'),
    future: at('f.csv'),
    frequency: 'D',
    levels: [0.1, 0.5, 0.9],
    models: ['classical'],
    seed: 1,
    out: at('o.csv'),
    ...more,
  })
}

/** Numbers of the file written, whose ids have no comma: finite, and quantiles rising. */
function expectSound(count: number) {
  const [, ...lines] = readFileSync(at('o.csv'), 'utf8').trim().split('\n')
  expect(lines).toHaveLength(count)
  for (const line of lines) {
    const numbers = line.split(',').slice(-4).map(Number)
    expect(line.split(',').slice(-4)).not.toContain('')
    expect(numbers.every(Number.isFinite)).toBe(true)
    expect(numbers.slice(1)).toEqual(numbers.slice(1).toSorted((x, y) => x - y))
  }
}

describe('odd input that can be used', () => {
  it.each<[string, string, string, number, readonly RegExp[]]>([
    ['a byte order mark', `\uFEFF${HISTORY}`, `\uFEFF${FUTURE}`, 14, []],
    ['CRLF', HISTORY.replaceAll('\n', '\r\n'), FUTURE.replaceAll('\n', '\r\n'), 14, []],
    ['bare CR', HISTORY.replaceAll('\n', '\r'), FUTURE.replaceAll('\n', '\r'), 14, []],
    ['semicolons', HISTORY.replaceAll(',', ';'), FUTURE.replaceAll(',', ';'), 14, []],
    [
      'quoted commas',
      HISTORY.replaceAll('\na,', '\n"a, red",'),
      FUTURE.replaceAll('\na,', '\n"a, red",'),
      14,
      [],
    ],
    [
      'ids that are numbers',
      HISTORY.replaceAll('\na,', '\n007,'),
      FUTURE.replaceAll('\na,', '\n007,'),
      14,
      [],
    ],
    [
      'a very long id',
      HISTORY.replaceAll('\na,', `\n${'x'.repeat(9000)},`),
      FUTURE,
      14,
      [/1 series has no past \(a\)/],
    ],
    [
      'words for nothing',
      withLine(
        withLine(withLine(HISTORY, 5, `a,${date(3)},nan`), 6, `a,${date(4)},null`),
        7,
        `a,${date(5)},N/A`,
      ),
      FUTURE,
      14,
      [/gaps in 1 series \(3 buckets\)/],
    ],
    ['blank lines', HISTORY.replaceAll('\nb,', '\n\nb,'), FUTURE, 14, []],
    [
      'gaps',
      HISTORY.split('\n')
        .filter((_, k) => k % 9 !== 4)
        .join('\n'),
      FUTURE,
      14,
      [/gaps in 2 series/],
    ],
    [
      'negative sales',
      withLine(HISTORY, 5, `a,${date(3)},-4`),
      FUTURE,
      14,
      [/below zero in 1 rows/],
    ],
    [
      'one point',
      `unique_id,ds,y\na,${date(DAYS - 1)},4\n`,
      FUTURE,
      14,
      [/1 series has one observation/, /no past \(b\)/],
    ],
    ['all zeros', HISTORY.replace(/,\d+$/gm, ',0'), FUTURE, 14, [/2 series have zeros only/]],
    [
      'a future for an unknown series',
      HISTORY,
      `${FUTURE}zz,${date(DAYS)}\n`,
      15,
      [/1 series has no past \(zz\)/],
    ],
    [
      'a hole of a year',
      HISTORY.replace(`a,${date(0)}`, 'a,2021-01-03'),
      FUTURE,
      14,
      [/gaps in 1 series/],
    ],
    [
      'a covariate that the future misses',
      PRICED,
      FUTURE,
      14,
      [/price: the future does not have it, left out/],
    ],
    [
      'a text in a number column',
      withLine(PRICED, 9, `a,${date(7)},9,cheap`),
      PRICED_FUTURE,
      14,
      [/^price: "cheap" in line 9 of .*h\.csv is not a number, taken as unknown$/],
    ],
    [
      'a text in a number column of the future',
      PRICED,
      withLine(PRICED_FUTURE, 3, `a,${date(DAYS + 1)},dear`),
      14,
      [/^price: "dear" in line 3 of .*f\.csv is not a number/, /missing in 1 of 14 rows/],
    ],
    [
      'a future of texts',
      PRICED,
      PRICED_FUTURE.replace(/,\d+$/gm, ',dear'),
      14,
      [/numbers in the history and texts in the future \("dear" in line 2 of .*f\.csv\), left out/],
    ],
    [
      'an infinite covariate',
      withLine(PRICED, 9, `a,${date(7)},9,inf`),
      PRICED_FUTURE,
      14,
      [/price: infinite in 1 rows, unknown there/],
    ],
    [
      'words in a column of words',
      PRICED.replace(/,(\d+)$/gm, (_, cents) => `,mood ${cents}`),
      FUTURE,
      14,
      [/price: a text that changes in time is not used \("mood 3" in line 2 of/],
    ],
  ])('%s', async (_, history, future, count, said) => {
    const { remarks } = await forecast(history, future)
    for (const pattern of said) {
      expect(
        remarks.some((remark) => pattern.test(remark)),
        remarks.join('\n'),
      ).toBe(true)
    }
    if (said.length === 0) expect(remarks).toEqual([])
    expectSound(count)
  })
})

describe('input that cannot be used', () => {
  const far = /years (from|after)/
  it.each<[string, string | Buffer, string, RegExp, object]>([
    [
      'a misspelt year in the future',
      HISTORY,
      withLine(FUTURE, 4, 'a,2202-03-06'),
      far,
      { file: at('f.csv'), line: 4, column: 'ds' },
    ],
    [
      'a future that is far as a whole',
      HISTORY,
      FUTURE.replaceAll('2022-', '2202-'),
      far,
      { file: at('f.csv'), line: 2, column: 'ds' },
    ],
    [
      'a misspelt year in the history',
      withLine(HISTORY, 9, 'a,2202-01-10,5'),
      FUTURE,
      far,
      { file: at('h.csv'), line: 9, column: 'ds' },
    ],
    [
      'a year of two digits',
      withLine(HISTORY, 9, 'a,0022-01-10,5'),
      FUTURE,
      far,
      { file: at('h.csv'), line: 9, column: 'ds' },
    ],
    ['an empty history', '', FUTURE, /h\.csv is empty/, { file: at('h.csv') }],
    ['an empty future', HISTORY, '', /f\.csv is empty/, { file: at('f.csv') }],
    ['a header alone', 'unique_id,ds,y\n', FUTURE, /no rows/, { file: at('h.csv') }],
    ['a future of a header alone', HISTORY, 'unique_id,ds\n', /no rows/, { file: at('f.csv') }],
    ['no header', HISTORY.slice(15), FUTURE, /no column unique_id/, { file: at('h.csv'), line: 1 }],
    [
      'two columns y',
      HISTORY.replace('ds,y', 'ds,y,y').replace(/,(\d+)$/gm, ',$1,$1'),
      FUTURE,
      /two columns y/,
      { file: at('h.csv'), line: 1 },
    ],
    [
      'DD/MM/YYYY',
      dated((iso) => iso.split('-').reverse().join('/')),
      FUTURE,
      /"03\/01\/2022" is not a date.*2022-01-03 or 2022-03-01/,
      { file: at('h.csv'), line: 2, column: 'ds' },
    ],
    [
      'DD.MM.YYYY in the future',
      HISTORY,
      withLine(FUTURE, 3, 'a,31.03.2022'),
      /year-month-day: 2022-03-31$/,
      { file: at('f.csv'), line: 3, column: 'ds' },
    ],
    [
      'a decimal comma',
      HISTORY.replaceAll(',', ';').replace(/;(\d+)$/gm, ';$1,5'),
      FUTURE.replaceAll(',', ';'),
      /y is "5,5", not a finite number/,
      { line: 2, column: 'y' },
    ],
    [
      'a decimal comma among commas',
      HISTORY.replace(/,(\d+)$/gm, ',$1,5'),
      FUTURE,
      /the row has 4 columns, the header 3/,
      { file: at('h.csv'), line: 2 },
    ],
    [
      'infinite sales',
      withLine(HISTORY, 5, `a,${date(3)},Infinity`),
      FUTURE,
      /not a finite number/,
      { line: 5, column: 'y' },
    ],
    [
      'money in y',
      withLine(HISTORY, 5, `a,${date(3)},£9`),
      FUTURE,
      /y is "£9"/,
      { line: 5, column: 'y' },
    ],
    [
      'a text in y below blank lines',
      withLine(HISTORY, 5, `\n\na,${date(3)},many`),
      FUTURE,
      /y is "many"/,
      { line: 7, column: 'y' },
    ],
    [
      'a bad date below blank lines',
      withLine(HISTORY, 5, '\na,soon,4'),
      FUTURE,
      /"soon" is not a date/,
      { line: 6, column: 'ds' },
    ],
    [
      'a second row',
      `${HISTORY}a,${date(3)},9\n`,
      FUTURE,
      /second row for a/,
      { line: 122, column: 'ds' },
    ],
    [
      'a second row of the future',
      HISTORY,
      `${FUTURE}a,${date(DAYS)}\n`,
      /second row for a/,
      { file: at('f.csv'), line: 16 },
    ],
    [
      'a future that overlaps',
      HISTORY,
      `${FUTURE}a,${date(3)}\n`,
      /the history of a reaches to 2022-03-03; .* not on 2022-01-06/,
      { file: at('f.csv'), line: 16, column: 'ds' },
    ],
    [
      'no id',
      withLine(HISTORY, 5, `,${date(3)},9`),
      FUTURE,
      /no unique_id/,
      { line: 5, column: 'unique_id' },
    ],
    [
      'a quote that does not end',
      withLine(HISTORY, 5, `"a,${date(3)},9`),
      FUTURE,
      /quote|cannot be read/,
      { file: at('h.csv') },
    ],
    [
      'Latin-1',
      Buffer.from(withLine(HISTORY, 5, `caf\xe9,${date(3)},9`), 'latin1'),
      FUTURE,
      /is not UTF-8/,
      { file: at('h.csv'), line: 5 },
    ],
    [
      'a web page',
      '<html>\n<body>404</body>\n</html>\n',
      FUTURE,
      /no column unique_id/,
      { file: at('h.csv'), line: 1 },
    ],
  ])('%s', async (_, history, future, message, place) => {
    const work = forecast(history, future)
    await expect(work).rejects.toThrow(message)
    await expect(work).rejects.toMatchObject({ place, next: expect.stringMatching(/\w/) })
    expect(existsSync(at('o.csv'))).toBe(false)
  })

  it.each<[string, readonly number[], RegExp]>([
    ['zero', [0, 0.5], /0 is not between 0 and 1/],
    ['one', [0.5, 1], /1 is not between 0 and 1/],
    ['twice', [0.5, 0.5], /rising order, each once/],
    ['out of order', [0.9, 0.1], /rising order/],
    ['not a number', [Number.NaN], /NaN/],
    ['none', [], /level/],
  ])('a level that is %s', async (_, levels, message) => {
    await expect(forecast(HISTORY, FUTURE, { levels })).rejects.toThrow(message)
  })

  it('an occasion whose end has a misspelt year', async () => {
    writeFileSync(at('e.csv'), 'name,starts_on,ends_on\nFair,2022-02-03,2202-02-04\n')
    const place = { file: at('e.csv'), line: 2, column: 'ends_on' }
    const work = forecast(HISTORY, FUTURE, { events: at('e.csv') })
    await expect(work).rejects.toThrow(/Fair lasts 65745 days/)
    await expect(work).rejects.toMatchObject({ place })
  })
})
