import { expect, test } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { createCatalog } from './catalog.ts'
import { eventsBetween } from './holidays.ts'
import { completeParams } from './params.ts'
import { planCampaigns, pricePath, spansUntil } from './prices.ts'

const params = completeParams({ products: 300, days: 730 })
const random = createRandom('prices')
const catalog = createCatalog(params, random)
const firstDay = params.asOf - params.days + 1
const events = eventsBetween(firstDay, params.asOf)
const campaigns = planCampaigns(firstDay, params.days, events, random)
const paths = Array.from({ length: params.products }, (_, p) =>
  pricePath(catalog, p, firstDay, params.days, campaigns, random.split(p)),
)

test('promotions of a product stand more than ten days apart and after its first two weeks', () => {
  let seen = 0
  paths.forEach(({ spans }, p) => {
    const promotions = spans.filter(({ kind }) => kind === 'promotion')
    promotions.forEach(({ startsOn, endsOn }, i) => {
      seen++
      expect(endsOn).toBeGreaterThanOrEqual(startsOn)
      expect(startsOn).toBeGreaterThan(Math.max(firstDay, catalog.launchDay[p]!) + 14)
      const next = promotions[i + 1]
      if (next !== undefined) expect(next.startsOn - endsOn).toBeGreaterThan(10)
    })
  })
  expect(seen).toBeGreaterThan(params.products)
})

test('regular prices follow each other without gap, and a promotion is cheaper', () => {
  for (const { spans } of paths) {
    const regular = spans.filter(({ kind }) => kind === 'regular')
    regular.forEach(({ startsOn, endsOn }, i) => {
      const next = regular[i + 1]
      if (next === undefined) expect(endsOn).toBeNaN()
      else expect(next.startsOn).toBe(endsOn + 1)
      expect(Number.isNaN(endsOn) || endsOn >= startsOn).toBe(true)
    })
    for (const { startsOn, cents, kind } of spans) {
      if (kind === 'regular') continue
      const usual = regular.findLast((span) => span.startsOn <= startsOn)!
      expect(cents).toBeLessThan(usual.cents)
      expect(cents).toBeGreaterThan(0.5 * usual.cents)
    }
  }
})

test('demand answers to the price by the elasticity alone, outside of promotions', () => {
  paths.forEach(({ cents, effect }, p) => {
    const start = catalog.priceCents[p]!
    for (let t = 0; t < params.days; t += 17) {
      const answer = (cents[t]! / start) ** -catalog.elasticity[p]!
      // What is left are the factors of being shown (1.25) and of having stocked up (0.9).
      expect([1, 1.25, 0.9].some((factor) => Math.abs(effect[t]! / answer - factor) < 1e-9)).toBe(
        true,
      )
    }
  })
})

test('spans cut at a day leave the last regular one open', () => {
  const { spans } = paths.find((path) => path.spans.filter((s) => s.kind === 'regular').length > 2)!
  const second = spans.filter(({ kind }) => kind === 'regular')[1]!
  const cut = spansUntil(spans, second.startsOn)
  const regular = cut.filter(({ kind }) => kind === 'regular')
  expect(regular).toHaveLength(2)
  expect(regular[1]!.endsOn).toBeNaN()
  expect(cut.every(({ startsOn }) => startsOn <= second.startsOn)).toBe(true)
})
