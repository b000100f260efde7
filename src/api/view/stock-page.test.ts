import { describe, expect, it } from 'vitest'
import type { StockBook } from '../../fulfilment/index.ts'
import { KNOWN_DAYS, type StockFacts } from './stock-facts.ts'
import { stockDetailOf, stockPageOf, stockSummaryOf } from './stock-page.ts'
import { judgeShelf, type StockSource } from './stock-shelf.ts'

const NOW = Date.parse('2026-05-05T12:00:00Z')
const DAY = 86_400_000
const place = (id: string) => ({ id, name: `name of ${id}`, x: 1, y: 2 })
const places = {
  shareOf: () => 0,
  ...{ area: place, site: place, areaIds: ['A1'], siteIds: ['S1', 'S2'] },
  ground: { width: 1, height: 1, land: '', states: '', points: [] },
}

/** Id, units a day (NaN: not forecast), then on hand and reserved at S1 and at S2. */
const PRODUCTS: readonly (readonly [string, number, number, number, number, number])[] = [
  ['gone', 2, 0, 0, 0, 0],
  ['soon', 2, 6, 2, 4, 0],
  ['strong', 2, 22, 0, 2, 0],
  ['lasts', 2, 100, 0, 100, 0],
  ['asleep', 0, 5, 0, 5, 0],
  ['unknown', Number.NaN, 5, 0, 5, 0],
]
const lead = 10

function source(): StockSource {
  const ids = PRODUCTS.map(([id]) => id)
  const n = ids.length
  const book: StockBook = {
    ...{ siteIds: ['S1', 'S2'], productIds: ids, sequence: 7 },
    siteOf: (id) => ['S1', 'S2'].indexOf(id),
    productOf: (id) => ids.indexOf(id),
    index: Int32Array.from(PRODUCTS.flatMap((_, i) => [8 * i, 2])),
    cells: Int32Array.from(
      PRODUCTS.flatMap(([, , a, ra, b, rb], i) => [0, a, ra, i === 0 ? 12 : 0, 1, b, rb, 0]),
    ),
  }
  const beyond = Float32Array.from(PRODUCTS, ([, rate]) => rate)
  const facts: StockFacts = {
    ...{ today: Math.floor(NOW / DAY), titles: ids.map((id) => `The ${id}`), texts: ids, beyond },
    rates: Float32Array.from(
      { length: KNOWN_DAYS * n },
      (_, at) => beyond[Math.floor(at / KNOWN_DAYS)]!,
    ),
    ...{ weak: new Float32Array(n).fill(0.5), strong: new Float32Array(n).fill(1.5) },
    leadDays: new Float32Array(n).fill(lead),
    marginCents: new Float64Array(n).fill(100),
    forecast: { from: '2026-05-05', to: '2026-06-29' },
  }
  const expected = (siteId: string, productId: string) =>
    productId === 'gone' && siteId === 'S1'
      ? [
          {
            ...{ receiptId: 'R1', siteId, productId, quantity: 12 },
            arrivesBy: [1, 2, 3, 4].map((d) => NOW + d * DAY) as [number, number, number, number],
          },
        ]
      : []
  return { book, facts, expected, shareOf: (id) => (id === 'S1' ? 0.75 : 0.25), now: NOW }
}

const ask = { sort: 'worst', limit: 100, offset: 0 } as const
const made = source()
const all = judgeShelf(made, undefined)
const page = (query = {}, only?: number) =>
  stockPageOf(made, judgeShelf(made, only), { ...ask, ...query }, only)
const ids = (query = {}, only?: number) => page(query, only).rows.map(({ productId }) => productId)

describe('the page of stock', () => {
  it('judges each product by what is missed until what is ordered today can come', () => {
    const rows = page().rows
    expect(rows.map(({ productId, state }) => [productId, state])).toEqual([
      ['soon', 'soon'],
      ['gone', 'out'],
      ['strong', 'low'],
      ['lasts', 'ok'],
      ['asleep', 'still'],
      ['unknown', 'still'],
    ])
    // 8 of 20 wanted in ten days can be sold; of the other, 12 come on the second day.
    expect(rows[0]).toMatchObject({ available: 8, lostUnits: 12, stakeCents: 1200 })
    expect(rows[0]).toMatchObject({ runsOutInDays: 4, runsOutOn: '2026-05-09', nextUnits: 0 })
    expect(rows[1]).toMatchObject({ lostUnits: 8, nextOn: '2026-05-07', nextUnits: 12 })
    expect(rows[5]).toMatchObject({ perDay: null, runsOutInDays: null })
  })

  it('divides demand among sites by the people near them', () => {
    const [first] = page({ q: 'soon' }).rows
    // 4 to sell at 1.5 a day, and 4 at 0.5.
    expect(first!.cells.map(({ coverDays }) => coverDays)).toEqual([2.7, 8])
    expect(page({ q: 'soon', site: 'S2' }, 1).rows[0]).toMatchObject({ available: 4, perDay: 0.5 })
  })

  it('filters, searches, sorts and pages', () => {
    expect(ids({ state: 'trouble' })).toEqual(['soon', 'gone', 'strong'])
    expect(ids({ state: 'out' })).toEqual(['gone'])
    expect(ids({ q: 'as' })).toEqual(['lasts', 'asleep'])
    expect(ids({ sort: 'on-hand' })[0]).toBe('lasts')
    expect(ids({ sort: 'on-hand', order: 'asc' })[0]).toBe('gone')
    expect(ids({ sort: 'runs-out' })).toEqual([
      'gone',
      'soon',
      'strong',
      'lasts',
      'asleep',
      'unknown',
    ])
    expect(ids({ sort: 'title' })[0]).toBe('asleep')
    expect(page({ limit: 2, offset: 4 })).toMatchObject({ total: 6, rows: [{}, {}] })
  })

  it('says in a sentence what runs out', () => {
    const summary = (only?: number) =>
      stockSummaryOf(made, judgeShelf(made, only), places, null, only)
    expect(summary().sentence).toBe(
      'One product runs out before more can come; one is out already. Most is lost on The soon, gone in 4 days.',
    )
    expect(summary()).toMatchObject({ stakeCents: 2000, units: { onHand: 254, incoming: 12 } })
    expect(summary(0).sentence).toMatch(/^At name of S1: /)
    expect(summary(1).units.onHand).toBe(116)
  })

  it('tells of one product who holds it, what comes, and what happened', () => {
    const line = { siteId: 'S1', productId: 'soon', quantity: 2 }
    const detail = stockDetailOf(made, places, 1, undefined, {
      reservations: [
        { reservationId: 'O1', expiresAt: undefined, lines: [line] },
        { reservationId: 'basket', expiresAt: NOW + 1000, lines: [{ ...line, siteId: 'S2' }] },
      ],
      moments: [
        { at: NOW, sequence: 1, kind: 'reserved', siteId: 'S1', quantity: 2, id: 'O1' },
        { at: NOW - 1, sequence: 1, kind: 'counted', siteId: 'S2', quantity: 1, id: undefined },
      ],
      orderOf: () => undefined,
      line: '3-soon',
    })
    expect(detail.sentence).toBe(
      '8 units last until 9 May at 2 a day; what is ordered today arrives on 15 May. About 12 sales are missed until then.',
    )
    expect(detail.cover!.likely.slice(0, 5)).toEqual([6, 4, 2, 0, 0])
    expect(detail.cover!.low.slice(0, 3)).toEqual([5, 2, 0])
    expect(detail.reservations.shown.map(({ reservationId }) => reservationId)).toEqual([
      'basket',
      'O1',
    ])
    expect(detail.events.map(({ words }) => words)).toEqual([
      'name of S1: 2 units held for O1',
      'name of S2: counted, 1 unit on hand',
    ])
    expect(detail.line).toBe('3-soon')
  })

  it('lists what has no stock but is forecast to sell', () => {
    expect(all.products).toHaveLength(6)
    const empty = { ...made, book: { ...made.book, index: new Int32Array(12) } }
    expect(judgeShelf(empty, undefined).products).toHaveLength(4)
  })
})
