import { expect, test } from 'vitest'
import { numbersOf } from '../../core/table.ts'
import { generateDemoStore } from './generate.ts'
import { SITES } from './sites.ts'
import { tableOf, textList } from './testing.ts'

const store = generateDemoStore({ products: 200, days: 90, ordersPerDay: 80, vendors: 12 })
const stock = tableOf(store, 'stock')
const site = textList(stock, 'site_id')
const product = textList(stock, 'product_id')
const onHand = numbersOf(stock, 'on_hand')
const incoming = numbersOf(stock, 'incoming')

test('no centre holds or expects more than it has room for', () => {
  const volumeOf = new Map(
    textList(tableOf(store, 'products'), 'product_id').map((id, row) => [
      id,
      numbersOf(tableOf(store, 'products'), 'volume_m3')[row]!,
    ]),
  )
  const held = new Map<string, number>()
  site.forEach((id, row) => {
    const m3 = (onHand[row]! + incoming[row]!) * volumeOf.get(product[row]!)!
    held.set(id, (held.get(id) ?? 0) + m3)
  })
  const sites = tableOf(store, 'sites')
  const room = numbersOf(sites, 'capacity_m3')
  const kinds = textList(sites, 'kind')
  textList(sites, 'site_id').forEach((id, row) => {
    if (kinds[row] === 'fulfilment_centre') expect(held.get(id) ?? 0).toBeLessThan(room[row]!)
    else expect(held.has(id)).toBe(false)
  })
})

test('what there is much of lies in many centres, the rest in few; purchases come to the large ones', () => {
  const large = new Set(SITES.map(({ id }) => id))
  const places = new Map<string, { centres: number; units: number }>()
  product.forEach((id, row) => {
    const kept = places.get(id) ?? { centres: 0, units: 0 }
    kept.centres += onHand[row]! > 0 ? 1 : 0
    kept.units += onHand[row]!
    places.set(id, kept)
    if (incoming[row]! > 0) expect(large.has(site[row]!)).toBe(true)
  })
  const stocked = [...places.values()].filter(({ units }) => units > 0)
  const few = stocked.filter(({ units }) => units <= 8)
  const many = stocked.filter(({ units }) => units >= 100)
  expect(few.length).toBeGreaterThan(5)
  expect(many.length).toBeGreaterThan(5)
  const mean = (list: typeof few) =>
    list.reduce((sum, { centres }) => sum + centres, 0) / list.length
  expect(mean(few)).toBeLessThan(2.5)
  expect(mean(many)).toBeGreaterThan(8)
})
