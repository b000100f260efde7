import { afterAll, expect, it } from 'vitest'
import { createMemoryLedger } from '../../ledger/index.ts'
import { searchServiceOver } from '../../loop/index.ts'
import { learning, policy } from '../../search/index.ts'
import { searchRequest } from '../schemas/search.ts'
import { shopMethods } from './search-shop.ts'

const NOW = Date.UTC(2026, 0, 1)
const CATEGORIES = ['Kitchen > Bakeware', 'Kitchen > Tableware', 'Kitchen > Tableware', 'Office']
const models = learning.untrainedSearch({
  fields: [
    { name: 'title', role: 'title' },
    { name: 'category', role: 'category' },
  ],
  products: CATEGORIES.map((category, i) => ({
    id: `p${i}`,
    values: { title: `plate ${i}`, category },
  })),
  now: NOW,
})
let made = 0
const service = searchServiceOver(
  { version: 0, models, policy: policy.learnedPolicy('thompson'), note: undefined },
  createMemoryLedger({ clock: () => NOW }),
  { clock: () => NOW, ticks: () => 0, makeId: () => `q${made++}` },
)
afterAll(() => service.close())
const { search } = shopMethods(async () => service)

/** Listed categories with their counts; chosen ones with a star. */
async function listed(...chosen: string[]): Promise<string[]> {
  const filters = chosen.length === 0 ? [] : [{ field: 'category', oneOf: chosen }]
  const { facets } = await search(searchRequest.parse({ query: 'plate', log: false, filters }))
  const values = facets.find(({ field }) => field === 'category')!.values
  return values.map((one) => `${one.value} ${one.count}${one.chosen ? ' *' : ''}`)
}

it('lists categories level by level, and those beside a chosen one that has none below', async () => {
  expect(await listed()).toEqual(['Kitchen 3', 'Office 1'])
  expect(await listed('Kitchen')).toEqual(['Kitchen > Tableware 2', 'Kitchen > Bakeware 1'])
  expect(await listed('Kitchen > Bakeware')).toEqual([
    'Kitchen > Tableware 2',
    'Kitchen > Bakeware 1 *',
  ])
  expect(await listed('Kitchen > Bakeware', 'Kitchen > Tableware')).toEqual([
    'Kitchen > Tableware 2 *',
    'Kitchen > Bakeware 1 *',
  ])
  expect(await listed('Office')).toEqual(['Kitchen 3', 'Office 1 *'])
})

it('explains the default order by ranks that sum to the score', async () => {
  const request = { query: 'plate 2', log: false, explain: true, configuration: 'default' }
  const { items } = await search(searchRequest.parse(request))
  expect(items.length).toBeGreaterThan(1)
  for (const { why, score } of items) {
    const sum = why!.reduce((all, { contribution }) => all + contribution, 0)
    expect(sum).toBeCloseTo(score, 6)
  }
})

it('gives a person who tries the same answer page by page', async () => {
  const page = (from: number, size: number) =>
    search(searchRequest.parse({ query: 'plate', log: false, from, size }))
  const whole = (await page(0, 4)).items.map(({ productId }) => productId)
  const parts = [...(await page(0, 2)).items, ...(await page(2, 2)).items]
  expect(parts.map(({ productId }) => productId)).toEqual(whole)
})
