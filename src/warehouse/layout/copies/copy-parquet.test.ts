import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Database, openDatabase, quoteText } from '../../../core/sql/database.ts'
import { openParquet } from '../parquet/files.ts'
import { undoParquet } from '../parquet/kept.ts'
import { layoutParquet } from '../parquet/layout-parquet.ts'
import { bestOf } from './choose-copies.ts'
import { copyParquet } from './copy-parquet.ts'
import { readCopies } from './record.ts'
import { copyingRewriter } from './rewriter.ts'
import type { AskedTrial } from './try-asked.ts'

// What a row group costs here is a matter of the machine: none is to cost anything.
vi.mock('../parquet/groups.ts', () => ({
  calibrateGroups: () => Promise.resolve({ groupReadMs: 0, groupThereMs: 0 }),
}))

// So is what statements take when they are asked: here tests say it.
const asked = vi.hoisted(() => ({ trials: [] as readonly AskedTrial[], slower: '' }))
vi.mock('./try-asked.ts', async (original) => {
  const { tryAsked } = await original<typeof import('./try-asked.ts')>()
  const told: typeof tryAsked = async (...given) => {
    const found = await tryAsked(...given)
    asked.trials = found ?? []
    return found?.map((one) => (one.fingerprint === asked.slower ? { ...one, cpuShare: 99 } : one))
  }
  return { tryAsked: told }
})

const KNOBS = {
  ...{ 'warehouse.layout-sample-rows': 8192, 'warehouse.layout-copy-pay-back': 0 },
  // Times decide what is kept; here any copy may be, so that the test tells no time.
  ...{ 'warehouse.layout-min-gain': -10, 'warehouse.layout-copy-bytes': 10 },
}
const templates = [
  (i: number) => `SELECT count(*) AS n FROM lines WHERE price BETWEEN ${40 * i} AND ${40 * i + 9}`,
  (i: number) => `SELECT sum(price) AS p FROM lines WHERE thing = ${80 * i}`,
  (i: number) => `SELECT first(line) AS l FROM lines WHERE line = ${i}`,
]
const statementsOf = (places: readonly number[]) =>
  places.flatMap((t) =>
    Array.from({ length: 12 }, (_, i) => {
      return { sql: templates[t]!(i), fingerprint: `f${t}`, cpuMs: 40, runs: 1 }
    }),
  )

let db: Database
let folder: string
let file: string
beforeEach(async () => {
  asked.slower = ''
  folder = mkdtempSync(join(tmpdir(), 'storewright-copy-'))
  file = join(folder, 'lines.parquet')
  db = await openDatabase(':memory:', { threads: 1 })
  await db.run(`COPY (SELECT range AS line, CAST(hash(range, 1) % 1000 AS INTEGER) AS thing,
    CAST(hash(range, 2) % 500 AS INTEGER) AS price FROM range(60_000)) TO ${quoteText(file)} (FORMAT parquet)`)
  await openParquet(db, 'lines', file)
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

const copy = (more = {}) =>
  copyParquet(db, file, {
    ...{ table: 'lines', statements: statementsOf([0, 1, 2]), seed: 1, knobs: KNOBS },
    ...{ groupRows: [2048], ...more },
  })
const inFolder = () => readdirSync(folder).sort()
const isServed = () => copyingRewriter(db).serve('lines', file)

describe('copyParquet', () => {
  it('writes a copy for each kind of statement, of the columns that it reads', async () => {
    const { copies, bytes } = await copy()
    expect(copies.map(({ columns }) => columns).sort()).toEqual([['price'], ['thing', 'price']])
    expect(copies.map(({ order }) => /price|thing/.exec(order)?.[0]).sort()).toEqual([
      'price',
      'thing',
    ])
    expect(bytes[1]).toBe(copies.reduce((sum, one) => sum + one.bytes, 0))
    expect(await isServed()).toBe(true)
    expect(inFolder()).toEqual(['lines.parquet', 'lines.parquet.copies'])
    const [found] = await db.rows(
      `SELECT count(*) AS n FROM read_parquet('${folder}/**/*.parquet')`,
    )
    expect(found).toEqual({ n: 60_000 })
  })

  it('keeps no copy that makes no kind of statement faster when asked, and none of it is read', async () => {
    const all = await copy()
    const [price] = asked.trials
    expect(asked.trials.map(({ copies }) => copies.length)).toEqual([1, 1, 0])
    expect(all.reasons).toEqual([])
    asked.slower = price!.fingerprint
    const { copies, reasons, bytes } = await copy()
    expect(copies.map(({ columns }) => columns)).toEqual([['thing', 'price']])
    expect(bytes[1]).toBe(copies[0]!.bytes)
    expect(reasons).toHaveLength(2)
    expect(readdirSync(`${file}.copies`)).toHaveLength(2)
    expect(await isServed()).toBe(true)
    const { stays } = await readCopies(db, file, [file])
    expect([...stays]).toEqual([price!.fingerprint])
    asked.slower = ''
    await copy({ statements: statementsOf([0]) })
    expect(asked.trials.map(({ fingerprint }) => fingerprint)).toEqual([price!.fingerprint])
  })

  it('tries none as asked where the table is another', async () => {
    await db.run('CREATE OR REPLACE VIEW lines AS SELECT 1 AS line, 2 AS thing, 3 AS price')
    asked.slower = 'none'
    const { copies } = await copy()
    expect(asked.trials).toEqual([])
    expect(copies).toHaveLength(2)
  })

  it('writes none where there is no room, and none for statements that follow the order of rows', async () => {
    const small = { ...KNOBS, 'warehouse.layout-copy-bytes': 0.01 }
    expect(await copy({ knobs: small })).toMatchObject({ copies: [] })
    expect(await copy({ statements: statementsOf([2]) })).toMatchObject({ copies: [] })
    expect(inFolder()).toEqual(['lines.parquet'])
    expect(await isServed()).toBe(false)
  })

  it('takes the place of copies before, and removes what a crash left', async () => {
    await copy()
    const before = readdirSync(`${file}.copies`)
    writeFileSync(join(`${file}.copies`, '9-left.copy'), 'part of a file')
    await copy({ statements: statementsOf([0]) })
    const after = readdirSync(`${file}.copies`)
    expect(after).toHaveLength(2)
    expect(after.filter((name) => before.includes(name))).toEqual(['copies.json'])
    expect(await isServed()).toBe(true)
  })

  it('leaves the copies before where it is stopped', async () => {
    await copy()
    const before = readdirSync(`${file}.copies`)
    const stop = new AbortController()
    const onProgress = (_: number, __: number, what: string) => {
      if (what === 'writing a copy') stop.abort()
    }
    await expect(copy({ signal: stop.signal, onProgress })).rejects.toThrow()
    expect(readdirSync(`${file}.copies`)).toEqual(before)
    expect(await isServed()).toBe(true)
  })

  it('goes when the files are laid out anew or put back', async () => {
    const lay = () =>
      layoutParquet(db, file, {
        ...{ table: 'lines', statements: statementsOf([0]), seed: 1, knobs: KNOBS },
        groupRows: [2048],
      })
    await copy()
    expect(await lay()).toMatchObject({ isLaidOut: true })
    expect(existsSync(`${file}.copies`)).toBe(false)
    await copy()
    await undoParquet(db, file)
    expect(inFolder()).toEqual(['lines.parquet'])
  })
})

describe('bestOf', () => {
  const one = (kinds: readonly number[], savedCpuMs: number, bytes: number) => {
    return { kinds, savedCpuMs, bytes }
  }

  it('takes the set that saves most within the room, each kind in one copy', () => {
    const [a, b, both] = [one([0], 5, 10), one([1], 4, 10), one([0, 1], 7, 12)]
    expect(bestOf([a, b, both], 20, 4)).toEqual([a, b])
    expect(bestOf([a, b, both], 19, 4)).toEqual([both])
    expect(bestOf([a, b, both], 20, 1)).toEqual([both])
    expect(bestOf([a, b, both], 11, 4)).toEqual([a])
    expect(bestOf([a, b, both], 9, 4)).toEqual([])
  })
})
