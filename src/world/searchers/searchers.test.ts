import { expect, it } from 'vitest'
import type { FeedbackEvent } from '../../search/index.ts'
import { demoShoppers } from './demo-shoppers.ts'
import { type AskedSearch, runSearchers, type SearchersOptions } from './searchers.ts'

const world = demoShoppers({ products: 200, days: 60, seed: 3 })

/** A store that shows the same products to everyone, best last or best first by what is wanted. */
async function run(show: (search: AskedSearch) => readonly string[], seed = 1) {
  const told: FeedbackEvent[] = []
  const asked: AskedSearch[] = []
  const options: SearchersOptions = {
    seed,
    days: 3,
    searchesPerDay: 200,
    startAt: 1_000_000,
    ask: (search) => {
      asked.push(search)
      return { queryId: `q${asked.length}`, productIds: show(search) }
    },
    tell: (events) => void told.push(...events),
  }
  return { days: await runSearchers(world, options), told, asked }
}

const all = world.productIds.slice(0, 24)

it('brings the same customers for the same seed, others for another', async () => {
  const [a, b, c] = [await run(() => all), await run(() => all), await run(() => all, 2)]
  expect(a.told).toEqual(b.told)
  expect(a.asked).toEqual(b.asked)
  expect(a.asked).not.toEqual(c.asked)
})

it('clicks, buys and tells what the store may know, and counts what happened', async () => {
  const { days, told, asked } = await run(() => all)
  const clicks = told.filter(({ kind }) => kind === 'click')
  expect(clicks.length).toBeGreaterThan(0)
  for (const event of told) {
    expect(all[event.position! - 1]).toBe(event.productId)
    expect(event.at).toBeGreaterThan(1_000_000)
  }
  const searches = days.reduce((sum, day) => sum + day.searches, 0)
  expect(asked.length).toBe(searches)
  const clicked = new Set(clicks.map(({ queryId }) => queryId)).size
  expect(days.reduce((sum, day) => sum + day.withClick, 0)).toBe(clicked)
})

it('clicks less further down, and never on nothing', async () => {
  const { told } = await run(() => all)
  const at = (from: number, to: number) =>
    told.filter(({ kind, position }) => kind === 'click' && position! >= from && position! < to)
  expect(at(1, 4).length).toBeGreaterThan(at(20, 23).length)
  const none = await run(() => [])
  expect(none.told).toEqual([])
  expect(none.days[0]!.empty).toBe(none.days[0]!.searches)
})

it('wants only what is on sale, and refuses impossible sizes', async () => {
  expect(world.popularity.length).toBe(200)
  expect(Array.from(world.popularity).some((units) => units === 0)).toBe(true)
  const options = { seed: 1, startAt: 0, ask: () => ({ queryId: 'q', productIds: [] }), tell() {} }
  await expect(runSearchers(world, { ...options, days: 0, searchesPerDay: 1 })).rejects.toThrow(
    'days',
  )
  await expect(runSearchers(world, { ...options, days: 1, searchesPerDay: 0 })).rejects.toThrow(
    'searches',
  )
})
