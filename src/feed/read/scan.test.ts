import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { createFaultList } from '../check/faults.ts'
import { type TestFolder, testFolder } from '../testing/store.ts'
import { loadFile } from './load.ts'
import { delimiterOf, splitRecord } from './record.ts'

let db: Database
let folder: TestFolder
beforeAll(async () => {
  db = await openDatabase(':memory:')
  folder = testFolder()
})
afterAll(() => {
  db.close()
  folder.remove()
})

async function load(content: string | Uint8Array) {
  folder.write({ 'x.csv': content })
  const source = { path: `${folder.path}/x.csv`, file: 'x.csv', stem: 'x', format: 'csv' as const }
  const faults = createFaultList(1000)
  const options = { limitBytes: 1e9, faults, scratch: folder.path }
  const loaded = await loadFile(db, source, 'feed_raw', options)
  const rows = loaded ? await db.rows('SELECT * FROM feed_raw ORDER BY rowid') : []
  return {
    faults: faults.first(1000),
    header: loaded?.header,
    lines: rows.map((_, i) => loaded!.lineOf(i)),
    rows: rows.map((row) => Object.values(row)),
  }
}

/** Plain reference: RFC 4180 by splitting at every character, with the line of each record. */
function referenceRecords(text: string): { line: number; fields: string[] }[] {
  const records: { line: number; fields: string[] }[] = []
  let [line, i] = [1, 0]
  const lineEnd = () => /^(\r\n|\n|\r)/.exec(text.slice(i))?.[0]
  while (i < text.length) {
    const record = { line, fields: [] as string[] }
    for (;;) {
      let field = ''
      if (text[i] === '"') {
        for (i++; text[i] !== '"' || text[i + 1] === '"'; i++) {
          if (text[i] === '"') i++
          field += text[i]
          if (text[i] === '\n' || (text[i] === '\r' && text[i + 1] !== '\n')) line++
        }
        i++
      } else while (i < text.length && text[i] !== ',' && !lineEnd()) field += text[i++]
      record.fields.push(field)
      if (text[i] !== ',') break
      i++
    }
    i += lineEnd()?.length ?? 0
    line++
    if (record.fields.length > 1 || record.fields[0] !== '') records.push(record)
  }
  return records
}

const field = fc
  .string({ unit: fc.constantFrom('a', ' ', ',', '"', '\n', '\r', '\r\n', 'é'), maxLength: 5 })
  .map((text) => (/[",\r\n]|^ /.test(text) ? `"${text.replaceAll('"', '""')}"` : text))

describe('loadFile', () => {
  it('sees the records and lines that the plain reader sees, whatever the quotes and line ends', async () => {
    const file = fc.record({
      rows: fc.array(fc.tuple(field, field, fc.constantFrom('\n', '\r\n', '\r', '\n\n')), {
        minLength: 1,
        maxLength: 8,
      }),
      oneEnd: fc.option(fc.constantFrom('\n', '\r\n', '\r')),
      bom: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(file, async ({ rows, oneEnd, bom }) => {
        const body = rows.map(([a, b, end]) => `${a},${b}${oneEnd ?? end}`).join('')
        const text = `p,q${oneEnd ?? '\n'}${body}`
        const [, ...expected] = referenceRecords(text)
        const seen = await load(`${bom ? '\ufeff' : ''}${text}`)
        expect(seen.faults).toEqual([])
        expect(seen.header).toEqual(['p', 'q'])
        expect(seen.rows).toEqual(expected.map((r) => r.fields.map((f) => (f === '' ? null : f))))
        expect(seen.lines).toEqual(expected.map((r) => r.line))
      }),
      { numRuns: 150 },
    )
  })

  it('leaves out what is no record, names its line, and keeps the rest', async () => {
    const seen = await load('p,q\n1,2\n3\n"x"y,4\n "5",6\n\n7,8,9\n10,"11\n12"\n13,14\n')
    expect(seen.rows).toEqual([
      ['1', '2'],
      ['10', '11\n12'],
      ['13', '14'],
    ])
    expect(seen.lines).toEqual([2, 8, 10])
    expect(seen.faults.map(({ line }) => line)).toEqual([3, 4, 5, 7])
  })

  it('names line and column of bytes that are not UTF-8', async () => {
    const seen = await load(Buffer.from('p,q\n1,2\n"a\nb",caf\xe9\n', 'latin1'))
    expect(seen.faults).toMatchObject([
      { code: 'ERR_FEED_ENCODING', line: 3, column: 'q', value: 'café' },
    ])
  })

  it('finds the right line across the chunks in which a large file comes', async () => {
    const rows = Array.from({ length: 200_000 }, (_, i) => `${i},"${'é'.repeat(i % 7)}\n"`)
    const seen = await load(`p,q\n${rows.join('\n')}\nshort\n`)
    expect(seen.rows.length).toBe(200_000)
    expect(seen.lines.at(-1)).toBe(2 + 2 * 199_999)
    expect(seen.faults).toMatchObject([{ line: 2 + 2 * 200_000 }])
  })
})

describe('splitRecord and delimiterOf', () => {
  it('take a record apart', () => {
    expect(splitRecord('a,"b ""c"", d",,', ',')).toEqual(['a', 'b "c", d', '', ''])
    expect(delimiterOf('a;"b,c,d,e";f')).toBe(';')
    expect(delimiterOf('a\tb')).toBe('\t')
    expect(delimiterOf('ds')).toBe(',')
  })
})
