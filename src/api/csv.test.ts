import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvOf, guardCsv, parseCsv } from './csv.ts'

describe('csvOf', () => {
  it('quotes what needs quotes and leaves numbers as they are', () => {
    expect(
      csvOf(
        ['a', 'b'],
        [
          ['x,y', -1.5],
          ['say "hi"', null],
        ],
      ),
    ).toBe('a,b\r\n"x,y",-1.5\r\n"say ""hi""",\r\n')
  })

  it.each([
    '=1+1',
    '+SUM(A1)',
    '-2+3',
    '@cmd',
    '\t=1',
    '\r=1',
    ' =1',
    '=HYPERLINK("http://x","y")',
    '-',
  ])('disarms %j', (cell) => {
    const [, [back] = []] = parseCsv(csvOf(['h'], [[cell]]))
    expect(back).toBe(`'${cell}`)
  })

  it.each(['-12', '+3.5', '-1e5', '.5', 'a=b', '1-2', "'=x", ''])('leaves %j alone', (cell) => {
    const [, [back] = []] = parseCsv(csvOf(['h', 'i'], [[cell, 'x']]))
    expect(back).toBe(cell)
  })

  it('is read back as it was written', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ';', ' ', 'é') })
    const table = fc
      .integer({ min: 1, max: 4 })
      .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width })))
    fc.assert(
      fc.property(table, (rows) => {
        fc.pre(rows.every((row) => row.length > 1 || row[0] !== ''))
        const width = rows[0]?.length ?? 1
        const header = Array.from({ length: width }, (_, k) => `c${k}`)
        const disarmed = rows.map((row) => row.map((c) => (/^\r/.test(c) ? `'${c}` : c)))
        expect(parseCsv(csvOf(header, rows))).toEqual([header, ...disarmed])
      }),
      { seed: 5 },
    )
  })
})

describe('guardCsv', () => {
  it('escapes the cells of any CSV, quoted or not, and changes nothing else', () => {
    expect(guardCsv('id,title\n1,=A1\n2,"=B1,C1"\n3,"fine, ""really"""\n4,-5')).toBe(
      'id,title\r\n1,\'=A1\r\n2,"\'=B1,C1"\r\n3,"fine, ""really"""\r\n4,-5\r\n',
    )
    expect(guardCsv('')).toBe('')
    const once = guardCsv('a,b\n=1,2\n')
    expect(guardCsv(once)).toBe(once)
  })

  it('does not pass on what is no CSV', () => {
    expect(() => guardCsv('a,"b\n1,2')).toThrow(/row 1/)
    expect(() => guardCsv('a,b\n"1"x,2')).toThrow(/row 2/)
  })
})
