import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { createPlanPart } from '../advise/plan-part.ts'
import { tunedDatabase } from '../tuned/door.ts'
import { keepMemory, readMemory } from './memory.ts'
import { createWays } from './ways/ways.ts'

let folder = ''
let db: Database
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-steering-'))
  db = await openDatabase(':memory:', { threads: 1 })
  await db.run('CREATE TABLE p AS SELECT range % 7 AS owner, range AS id FROM range(6000)')
  await db.run('CREATE TABLE b AS SELECT range % 6 AS owner, range AS id FROM range(6000)')
})
afterAll(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

const SQL = 'SELECT count(*) FROM p, b WHERE p.owner = b.owner AND p.id < 5999'
const LOW = { 'warehouse.steering-rent-least': 0.5, 'warehouse.steering-rent': 0.1 }

/** Asks with what a file holds, closes, and tells how many columns were read for keys. */
async function askWith(file: string): Promise<{ keys: number; otherwise: number }> {
  let keys = 0
  const counted: Database = {
    ...db,
    answer: (sql) => {
      if (sql.includes('hash(')) keys++
      return db.answer(sql)
    },
    // The database outlives the one over it.
    close: () => {},
  }
  const { learned } = readMemory(file)
  const ways = createWays(counted, {
    ...{ seed: 1, settings: LOW },
    ...(learned === undefined ? {} : { state: learned.ways }),
  })
  const steerer = {
    due: (statement: Parameters<typeof ways.choose>[0]) => ways.due?.(statement),
    choose: (statement: Parameters<typeof ways.choose>[0]) => ways.choose(statement),
    learn: (...run: Parameters<typeof ways.learn>) => void ways.learn(...run),
    leave: () => keepMemory(file, { ways: ways.save() }),
  }
  const tuned = tunedDatabase(counted, { mode: 'automatic', steerer })
  const answer = await db.answer(SQL)
  for (let i = 0; i < 24; i++) {
    expect(await tuned.answer(SQL)).toEqual(answer)
    await tuned.settle()
  }
  tuned.close()
  return { keys, otherwise: ways.report().straight + ways.report().switched }
}

describe('what steering learned', () => {
  it('is kept when a database is closed, and taken up with the next, but of tables that are others', async () => {
    const file = join(folder, 'kept.json')
    const first = await askWith(file)
    expect(first.keys).toBe(2)
    expect(first.otherwise).toBeGreaterThan(0)
    expect(readdirSync(folder)).toEqual(['kept.json'])
    expect(readFileSync(file).length).toBeLessThan(20_000)
    const runs = () => readMemory(file).learned!.ways.lines.grouped.runs
    const before = runs()
    expect((await askWith(file)).keys).toBe(0)
    expect(runs()).toBeGreaterThan(before)
    // Twice the rows: another table, of which nothing holds.
    await db.run('INSERT INTO p SELECT range % 5, range FROM range(6000)')
    expect((await askWith(file)).keys).toBeGreaterThan(0)
    await db.run('ALTER TABLE p ALTER owner TYPE VARCHAR')
    await db.run('ALTER TABLE b ALTER owner TYPE VARCHAR')
    expect((await askWith(file)).keys).toBe(2)
    expect((await askWith(file)).keys).toBe(0)
  })

  it('is begun anew, with a word, where the file is damaged', async () => {
    const file = join(folder, 'damaged.json')
    await askWith(file)
    const whole = JSON.parse(readFileSync(file, 'utf8'))
    const { lines, off } = whole.ways
    const withWays = (other: object) => ({ ...whole, ways: { ...whole.ways, ...other } })
    const bad: unknown[] = [
      ...['', '{', '[]', '{}', JSON.stringify(whole).slice(0, -9)],
      { ...whole, form: 'other' },
      withWays({ left: 3 }),
      withWays({ lines: { normal: lines.normal } }),
      withWays({ lines: { ...lines, grouped: { ...lines.grouped, weights: [1] } } }),
      withWays({ lines: { ...lines, normal: { ...lines.normal, variance: -1 } } }),
      withWays({ off: { ...off, normal: [['x', 1, 'y', 0]] } }),
      withWays({ catalogue: { tables: [['p', null]], columns: [], joined: [] } }),
      { ...whole, plans: { arms: [], history: [{}], stopped: [] } },
      `${JSON.stringify(whole)}${' '.repeat(2 ** 23)}`,
    ]
    for (const content of bad) {
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
      const { learned, fault } = readMemory(file)
      expect(learned, String(content).slice(0, 80)).toBeUndefined()
      expect(fault).toContain('learned anew')
    }
    expect(readMemory(join(folder, 'none.json'))).toEqual({})
    expect((await askWith(file)).keys).toBeGreaterThan(0)
    expect(readMemory(file).fault).toBeUndefined()
  })

  it('is kept once it is worth a file, by what serves a store', async () => {
    let kept = 0
    const { steerer } = createPlanPart(db, 1, LOW, { keep: () => kept++ })
    const tuned = tunedDatabase({ ...db, close: () => {} }, { mode: 'automatic', steerer })
    steerer.leave?.()
    expect(kept).toBe(0)
    for (let i = 0; i < 24; i++) {
      await tuned.answer(SQL)
      await tuned.settle()
    }
    tuned.close()
    expect(kept).toBe(1)
    tuned.close()
    expect(kept).toBe(1)
  })
})
