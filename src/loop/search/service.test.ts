import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeFileWhole } from '../../core/files.ts'
import { withLedger } from '../decisions.ts'
import { makeDemoStore } from '../demo.ts'
import { searchStore } from '../run.ts'
import { withDatabase } from '../store/store.ts'
import { switchVersion } from '../versions.ts'
import { compareConfigurations, readQuerySet } from './compare.ts'
import { evaluateLog } from './evaluate.ts'
import { searchJudged } from './events.ts'
import { readSearchLog } from './log.ts'
import { readSearchLogFile, searchLogLines } from './log-file.ts'
import { replayPolicies } from './replay.ts'
import { openSearchService, type SearchService } from './service.ts'
import { simulateSearches } from './simulate.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-search-'))
const store = join(folder, 'demo')
const NOW = Date.UTC(2026, 3, 1, 12)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let made = 0
const open = () =>
  openSearchService(store, { clock: () => NOW, ticks: () => 0, makeId: () => `test-${made++}` })
const search = (service: SearchService, text: string, log = true) =>
  service.search({ text, from: 0, size: 10, log, asker: service.askerOf({ sessionId: 's1' }) })

beforeAll(async () => {
  await makeDemoStore(store, { products: 120, days: 120, ordersPerDay: 30, vendors: 4, seed: 5 })
})

it('searches before anything was learned, and learns from the store’s own log', async () => {
  const service = await open()
  expect(service.version).toBe(0)
  const { answer, matches } = search(service, 'mug', false)
  expect(matches.total).toBeGreaterThanOrEqual(answer.items.length)
  await service.close()
  const step = await searchStore(store, { now: NOW })
  expect(step).toMatchObject({ kind: 'search', version: 1, skipped: false })
  expect((await searchStore(store, { now: NOW })).skipped).toBe(true)
})

it('trains nothing where nobody has searched or judged', async () => {
  const quiet = join(folder, 'quiet')
  await makeDemoStore(quiet, { products: 40, days: 30, ordersPerDay: 5, vendors: 2, seed: 6 })
  await withDatabase(quiet, 'write', async (db) => {
    for (const table of ['clicks', 'searches']) await db.run(`DELETE FROM ${table}`)
  })
  const nothing = { kind: 'search', version: 0, skipped: true }
  expect(await searchStore(quiet, { now: NOW })).toMatchObject(nothing)
  expect(existsSync(join(quiet, 'models', 'search'))).toBe(false)
  const judged = searchJudged.of('search.judged', {
    query: 'mug',
    productId: 'P1',
    grade: 3,
    by: 'test',
  })
  await withLedger(quiet, (ledger) => ledger.append([judged]))
  expect((await searchStore(quiet, { now: NOW })).skipped).toBe(false)
})

it('keeps feedback over a crash, joins it by session, and says what it ignores', async () => {
  const before = await open()
  const { queryId, answer } = search(before, 'kettle')
  const [first, second] = answer.items
  const outcome = await before.feedback([
    { kind: 'click', queryId, productId: first!.id },
    {
      event: 'Order Completed',
      anonymousId: 's1',
      properties: { products: [{ product_id: second!.id }] },
    },
    { kind: 'click', queryId: 'unknown', productId: first!.id },
    { event: 'Cart Viewed', properties: {} },
  ])
  expect(outcome.accepted).toBe(2)
  expect(outcome.ignored.map(({ event }) => event)).toEqual([2, 3])
  // The process dies here: nothing is closed but the file handle of the ledger.
  await before.close()
  const after = await open()
  const log = await readLog()
  const own = log.find(({ record }) => record.queryId === queryId)!
  expect(own.events.map(({ kind, position }) => [kind, position])).toEqual([
    ['click', 1],
    ['purchase', 2],
  ])
  expect(after.askerOf({ sessionId: 's1' }).recentProducts).toEqual([second!.id, first!.id])
  const memory = after.engine.parts.arms.find(({ arm }) => arm.name === 'memory')!.arm
  const query = after.engine.parts.index.analyze('kettle')
  const remembered = memory.retrieve({ query, count: 50, now: NOW, seed: 0 })
  expect([...remembered.docs].map((doc) => after.engine.parts.index.idOf(doc))).toContain(
    second!.id,
  )
  await after.close()
})

it('learns from virtual customers night after night, and can go back', async () => {
  const days = await simulateSearches(store, { days: 2, searchesPerDay: 60, seed: 1, train: true })
  expect(days.map(({ version }) => version)).toEqual([1, 2])
  expect(days.every(({ withClick }) => withClick > 0)).toBe(true)
  const log = await readLog()
  const { days: evaluated, sinceFirstDay } = evaluateLog(log)
  expect(evaluated.length).toBeGreaterThanOrEqual(2)
  expect(sinceFirstDay!.reciprocalRank.low).toBeLessThan(sinceFirstDay!.reciprocalRank.high)
  const models = join(store, 'models', 'search')
  expect(readdirSync(models).sort()).toEqual(['1', '2', '3'])
  await withDatabase(store, 'write', (db) => switchVersion(db, 'search', 1))
  const back = await open()
  expect(back.version).toBe(1)
  await back.close()
  await withDatabase(store, 'write', (db) => switchVersion(db, 'search', 3))
})

it('compares the learned order with the default, and replays policies on the log', async () => {
  const service = await open()
  const queries = await withDatabase(store, 'read', (db) =>
    withLedger(store, (ledger) =>
      readQuerySet(db, ledger, service, { set: 'clicked', days: 60, most: 40 }),
    ),
  )
  const same = await compareConfigurations(service, queries, 'default', 'default')
  expect(same.difference.student.mean).toBe(0)
  expect(same.rows.every(({ overlap }) => overlap === 1)).toBe(true)
  expect((await compareConfigurations(service, queries, 'default', 'learned')).rows).toHaveLength(
    queries.length,
  )
  const log = await readLog()
  const file = join(folder, 'log.jsonl')
  writeFileWhole(file, searchLogLines(log.filter(({ imported }) => !imported)))
  const replayed = replayPolicies(service, readSearchLogFile(file))
  expect(replayed).toHaveLength(2)
  // The static default on a log that it made itself earns what the log earned.
  const stayed = replayed[1]!
  for (const { value } of stayed.estimates) expect(Number.isFinite(value)).toBe(true)
  expect(() => readSearchLogFile(join(folder, 'none.jsonl'))).toThrow('cannot be read')
  writeFileWhole(file, '{"queryId":"q"}\n')
  expect(() => readSearchLogFile(file)).toThrow('raw')
  await service.close()
})

it('takes over products that changed without training', async () => {
  await withDatabase(store, 'write', async (db) => {
    await db.run("UPDATE products SET title = 'Zebra striped teapot' WHERE product_id = 'P00001'")
  })
  const service = await open()
  const { answer } = search(service, 'zebra teapot', false)
  expect(answer.items[0]!.id).toBe('P00001')
  await service.close()
})

it('leaves no half-written models behind', () => {
  const models = join(store, 'models', 'search')
  expect(readdirSync(models).every((name) => /^\d+$/.test(name))).toBe(true)
  expect(existsSync(join(models, '3', 'products.index'))).toBe(true)
})

function readLog() {
  return withDatabase(store, 'read', (db) =>
    withLedger(store, (ledger) => readSearchLog(db, ledger, 365)),
  )
}
