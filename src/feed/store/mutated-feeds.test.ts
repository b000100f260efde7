import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { StorewrightError } from '../../core/errors.ts'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import {
  leftovers,
  SOUND_FEED,
  SOUND_INVOICES,
  SOUND_PANEL,
  storeHash,
  type TestFolder,
  testFolder,
} from '../testing/store.ts'
import { exportTable } from './export-table.ts'
import { importFeed } from './import-feed.ts'

let db: Database
let folder: TestFolder
const whole = new Map<string, Uint8Array>()

beforeAll(async () => {
  db = await openDatabase(':memory:')
  folder = testFolder()
  await importFeed(db, folder.fresh().write(SOUND_FEED))
  for (const [name, text] of Object.entries({ ...SOUND_FEED, ...SOUND_INVOICES, ...SOUND_PANEL })) {
    whole.set(name, Buffer.from(text))
    whole.set(`${name}.gz`, gzipSync(text))
    if (!(name in SOUND_FEED)) continue
    const table = name.replace('.csv', '')
    const out = `${folder.path}/${table}.parquet`
    await exportTable(db, table, { format: 'parquet', out })
    whole.set(`${table}.parquet`, readFileSync(out))
  }
})
afterAll(() => {
  db.close()
  folder.remove()
})

const ODD_CELLS = [
  'NaN',
  'Infinity',
  '-Infinity',
  '1e999',
  '9'.repeat(40),
  '-1',
  '2011-02-30',
  '0000-00-00',
  '',
  '"',
  '""',
  ',',
  '\n',
  '\r',
  '\0',
  '\ufeff',
  'DROP TABLE sales;',
  "'",
  '\u2028',
  'é',
  'null',
] // prettier-ignore

type Mutation = (bytes: Uint8Array) => Uint8Array

const place = fc.double({ min: 0, max: 1, noNaN: true })

const mutations: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, fc.nat(255)).map(
    ([at, byte]): Mutation =>
      (bytes) => {
        const copy = Uint8Array.from(bytes)
        copy[Math.floor(at * (copy.length - 1))]! ^= byte
        return copy
      },
  ),
  place.map(
    (at): Mutation =>
      (bytes) =>
        bytes.subarray(0, Math.floor(at * bytes.length)),
  ),
  fc.tuple(place, fc.constantFrom(...ODD_CELLS)).map(
    ([at, cell]): Mutation =>
      (bytes) => {
        const i = Math.floor(at * bytes.length)
        return Buffer.concat([bytes.subarray(0, i), Buffer.from(cell), bytes.subarray(i)])
      },
  ),
  fc.tuple(place, fc.constantFrom(...ODD_CELLS)).map(
    ([at, cell]): Mutation =>
      (bytes) => {
        const cells = Buffer.from(bytes)
          .toString('latin1')
          .split(/([,\n])/)
        cells[Math.floor(at * (cells.length - 1))] = Buffer.from(cell).toString('latin1')
        return Buffer.from(cells.join(''), 'latin1')
      },
  ),
  fc.tuple(fc.nat(4), fc.nat(4)).map(
    ([a, b]): Mutation =>
      (bytes) => {
        const lines = Buffer.from(bytes).toString('latin1').split('\n')
        const swapped = lines.map((line) => {
          const cells = line.split(',')
          if (cells.length > Math.max(a, b)) [cells[a], cells[b]] = [cells[b]!, cells[a]!]
          return cells.join(',')
        })
        return Buffer.from(swapped.join('\n'), 'latin1')
      },
  ),
) // prettier-ignore

const changes = fc.array(mutations, { minLength: 0, maxLength: 3 })
const csvEnding = fc.constantFrom('.csv', '.csv', '.csv.gz')

const feeds = fc.oneof(
  fc.record({
    adapter: fc.constant('native'),
    files: fc.array(
      fc.tuple(
        fc.constantFrom('products', 'sales', 'orders', 'order_lines'),
        fc.constantFrom('.csv', '.csv', '.csv.gz', '.parquet'),
        changes,
      ),
      { minLength: 1, maxLength: 3 },
    ),
  }),
  fc.record({
    adapter: fc.constantFrom('panel', 'invoices'),
    files: fc
      .tuple(fc.constantFrom('panel', 'invoices', 'sales'), csvEnding, changes)
      .map((f) => [f]),
  }),
)

it('a mutated feed is imported whole or not at all, and never crashes the importer', async () => {
  let refusals = 0
  await fc.assert(
    fc.asyncProperty(feeds, async ({ files, adapter }) => {
      const own = folder.fresh()
      for (const [table, ending, mutated] of files) {
        const name = `${table}${ending}`
        own.write({ [name]: mutated.reduce((bytes, change) => change(bytes), whole.get(name)!) })
      }
      const before = await storeHash(db)
      try {
        const report = await importFeed(db, own.path, { adapter })
        const after = await storeHash(db)
        expect(report.imported).toBe(report.faultCount === 0)
        expect(report.ok).toBe(report.imported)
        if (!report.imported) {
          refusals++
          expect(after).toBe(before)
          expect(report.faults.length).toBeGreaterThan(0)
          for (const fault of report.faults) expect(fault.code).toMatch(/^ERR_FEED/)
        } else {
          expect(after === before).toBe(report.nothingNew)
          expect((await importFeed(db, own.path, { adapter })).nothingNew).toBe(true)
        }
      } catch (error) {
        if (!(error instanceof StorewrightError)) throw error
        // Nothing of a feed, however broken, is a reason to throw.
        throw new Error(`thrown: ${error.code} ${error.message}`, { cause: error })
      } finally {
        expect(await leftovers(db)).toBe(0)
        own.remove()
      }
    }),
    { numRuns: 60 },
  )
  expect(refusals).toBeGreaterThan(5)
})
