import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { forecastStore, listVersions, makeDemoStore, withDatabase } from '../index.ts'
import { pruneKeptNets, readKeptNets, writeKeptNets } from './kept-nets.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-kept-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const now = Date.UTC(2026, 3, 1)
const net = { name: 'mqcnn', trainEnd: 9, layout: 'x', members: [Uint8Array.of(1, 2, 3)] }

it('are written whole, pruned with their versions, and cost nothing where damaged', () => {
  const models = join(folder, 'models')
  expect(readKeptNets(models, 1)).toEqual([])
  for (const version of [1, 2, 3]) writeKeptNets(models, version, [net])
  writeKeptNets(models, 4, [])
  writeFileSync(join(models, 'search.bin'), 'of another room')
  expect(readKeptNets(models, 2)).toEqual([net])
  pruneKeptNets(models, [2, 3, 4])
  expect(readdirSync(models).sort()).toEqual(['forecast-2.nets', 'forecast-3.nets', 'search.bin'])
  writeFileSync(join(models, 'forecast-3.nets'), 'cut')
  expect(readKeptNets(models, 3)).toEqual([])
})

it('the nightly run keeps its nets and starts the next training from them', async () => {
  const store = join(folder, 'demo')
  await makeDemoStore(store, { products: 15, days: 200, ordersPerDay: 12, vendors: 3, seed: 5 })
  const toml = join(store, 'storewright.toml')
  // The section of knobs is the last one.
  const settings = readFileSync(toml, 'utf8')
  const knobs = (share: number) =>
    `${settings}"demand.auto-nets" = 1\n"demand.auto-trees" = 0\n"demand.net-steps" = 5\n"demand.net-filters" = 4\n"demand.net-warm-share" = ${share}\n`
  const notes = async () => {
    const versions = await withDatabase(store, 'read', (db) => listVersions(db, 'forecast'))
    return versions.map(({ note }) => JSON.parse(note).netsFrom)
  }
  writeFileSync(toml, knobs(0.5))
  await forecastStore(store, { now })
  expect(await notes()).toEqual([null])
  const first = readKeptNets(join(store, 'models'), 1)
  // That of the backtest has not seen what it was judged by.
  const ends = first.map(({ trainEnd }) => trainEnd)
  expect(ends.length).toBeGreaterThanOrEqual(1)
  writeFileSync(toml, knobs(0.4))
  await forecastStore(store, { now })
  expect(await notes()).toEqual([1, null])
  expect(existsSync(join(store, 'models', 'forecast-2.nets'))).toBe(true)
  const second = readKeptNets(join(store, 'models'), 2)
  // Where the nets come to weigh nothing, none is trained to the end of the data.
  expect(second.length).toBeGreaterThanOrEqual(1)
  for (const { trainEnd } of second) expect(ends).toContain(trainEnd)
  expect(second[0]!.layout).toBe(first[0]!.layout)
  expect(second[0]!.members).not.toEqual(first[0]!.members)
})
