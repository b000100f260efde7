import { describe, expect, it } from 'vitest'
import { sampleNegativeBinomial } from '../../core/distributions/counts.ts'
import { type Panel, panelOf } from '../../core/panel.ts'
import { createRandom } from '../../core/random/random.ts'
import { COLD_START } from './cold-start.ts'
import { likenessIndex } from './likeness.ts'

const LEVELS = Float64Array.from([0.1, 0.5, 0.9, 0.95])
const END = 300

/** Two families of products launched one after the other; mugs sell 4 a day, owls 0.5. */
function shop(young: readonly { readonly title: string; readonly values: readonly number[] }[]) {
  const random = createRandom('shop')
  const series: { id: string; firstBucket: number; values: ArrayLike<number> }[] = []
  const titles: string[] = []
  for (let k = 0; k < 80; k++) {
    const isMug = k % 2 === 0
    const firstBucket = Math.floor(k * 2.8)
    const length = END - firstBucket
    titles.push(isMug ? `stoneware mug ${'red blue green'.split(' ')[k % 3]}` : `wooden owl ${k}`)
    series.push({
      id: `s${k}`,
      firstBucket,
      values: Float64Array.from({ length }, (_, t) =>
        Math.max(t === 0 ? 1 : 0, sampleNegativeBinomial(random, isMug ? 4 : 0.5, 1)),
      ),
    })
  }
  young.forEach(({ title, values }, k) => {
    titles.push(title)
    series.push({ id: `young${k}`, firstBucket: END - values.length, values })
  })
  const panel = panelOf(series, { frequency: 'D' })
  return { ...panel, statics: { title: { kind: 'text', texts: titles } } } satisfies Panel
}

const total = (panel: Panel, from: number) => {
  const { mean } = COLD_START.fit(panel).predict(END, 28, LEVELS)
  return Array.from({ length: panel.ids.length - from }, (_, k) =>
    mean.subarray((from + k) * 28, (from + k + 1) * 28).reduce((a, b) => a + b, 0),
  )
}

describe('cold start', () => {
  it('forecasts products without history from their likes', () => {
    const panel = shop([
      { title: 'stoneware mug yellow', values: [] },
      { title: 'wooden owl large', values: [] },
      { title: 'something else', values: [] },
    ])
    const [mug, owl, other] = total(panel, 80)
    expect(Math.abs(mug! / (4 * 28) - 1)).toBeLessThan(0.3)
    // Few words in common leave it nearer to all products together, which sell 2.2 a day.
    expect(owl!).toBeLessThan(0.35 * mug!)
    expect(owl!).toBeGreaterThan(0.4 * 28)
    expect(other!).toBeGreaterThan(owl!)
    expect(other!).toBeLessThan(mug!)
  })

  it('counts young days that are not whole up', () => {
    const panel = shop([{ title: 'stoneware mug yellow', values: [3, 0, 2] }])
    const of = (days: number) =>
      COLD_START.fit(panel, { settings: { 'demand.young-days': days } }).predict(END, 28, LEVELS)
    expect(of(55.4)).toEqual(of(56))
  })

  it('draws a strong first day towards the likes and follows weeks of own sales', () => {
    const panel = shop([
      { title: 'stoneware mug yellow', values: [60] },
      { title: 'stoneware mug orange', values: Array(40).fill(12) },
      { title: 'stoneware mug grey', values: [1, ...Array(40).fill(0)] },
    ])
    const [burst, strong, dead] = total(panel, 80)
    expect(burst!).toBeLessThan(0.5 * 60 * 28)
    expect(burst!).toBeGreaterThan(3 * 28)
    expect(Math.abs(strong! / (12 * 28) - 1)).toBeLessThan(0.15)
    expect(dead!).toBeLessThan(15)
  })

  it('has quantiles that young products keep to', () => {
    const random = createRandom('held back')
    const panel = shop(
      Array.from({ length: 60 }, (_, k) => ({
        title: `stoneware mug ${k}`,
        values: Array.from({ length: 10 + (k % 20) }, (_v, t) =>
          Math.max(t === 0 ? 1 : 0, sampleNegativeBinomial(random, 4, 1)),
        ),
      })),
    )
    const { quantiles } = COLD_START.fit(panel).predict(END, 28, LEVELS)
    const below = new Float64Array(LEVELS.length)
    for (let at = 80 * 28; at < 140 * 28; at++) {
      const y = sampleNegativeBinomial(random, 4, 1)
      LEVELS.forEach((_, l) => {
        if (y <= quantiles[at * LEVELS.length + l]!) below[l]! += 1 / (60 * 28)
      })
    }
    expect(Math.abs(below[2]! - 0.9)).toBeLessThan(0.05)
    expect(Math.abs(below[3]! - 0.95)).toBeLessThan(0.04)
  })

  it('reads nothing of young products from the origin on', () => {
    const panel = shop([{ title: 'stoneware mug yellow', values: Array(30).fill(3) }])
    const dirty: Panel = { ...panel, values: panel.values.slice() }
    const origin = END - 20
    for (let i = 0; i < panel.ids.length; i++) {
      const from = panel.offsets[i]! + Math.max(0, origin - panel.firstBucket[i]!)
      dirty.values.fill(1e6, from, panel.offsets[i + 1]!)
    }
    const of = (p: Panel) => COLD_START.fit(p, { trainEnd: origin }).predict(origin, 14, LEVELS)
    expect(of(dirty)).toEqual(of(panel))
  })

  it('says whom it leans on and why', () => {
    const panel = shop([{ title: 'blue stoneware mug, small', values: [3, 2] }])
    const fitted = COLD_START.fit(panel)
    const likes = fitted.likes(80, END)
    expect(likes.length).toBe(10)
    expect(likes[0]!.reason).toContain('mug')
    expect(likes.every(({ weight }, k) => k === 0 || weight <= likes[k - 1]!.weight)).toBe(true)
    expect(likes.reduce((sum, { weight }) => sum + weight, 0)).toBeLessThan(1)
    for (const { unitsPerWeek } of likes) expect(Math.abs(unitsPerWeek / 28 - 1)).toBeLessThan(0.6)
    expect(fitted.isYoung(80, END)).toBe(true)
    expect(fitted.isYoung(0, END)).toBe(false)
  })
})

describe('likeness', () => {
  const panel: Panel = {
    ...panelOf(
      Array.from({ length: 6 }, (_, i) => ({ id: `${i}`, firstBucket: 0, values: [1] })),
      { frequency: 'D' },
    ),
    statics: {
      title: {
        kind: 'text',
        texts: ['red mug', 'blue mug', 'red mug', 'garden hose', 'hose reel', ''],
      },
      brand: {
        kind: 'category',
        codes: Int32Array.from([0, 0, 1, 1, -1, -1]),
        dictionary: ['Hearth', 'Dale'],
      },
      price: { kind: 'number', values: Float64Array.from([100, 105, 400, 100, 100, Number.NaN]) },
    },
  }
  const index = likenessIndex(panel)

  it('counts words, shared values and the price', () => {
    const found = index.find(0, 5, () => true)
    expect(found.map(({ series }) => series)).toContain(1)
    expect(found.some(({ series }) => series === 0 || series === 5)).toBe(false)
    const weight = (j: number) => found.find(({ series }) => series === j)?.weight ?? 0
    expect(weight(1)).toBeGreaterThan(0.2)
    expect(weight(4)).toBeLessThan(0.01)
    // The same title at four times the price counts a quarter of one, and the brand's share not.
    expect(weight(2)).toBeCloseTo(0.25, 5)
  })

  it('lists only whom it may', () => {
    expect(index.find(0, 5, (j) => j === 2).map(({ series }) => series)).toEqual([2])
    expect(index.find(0, 1, () => true).length).toBe(1)
    expect(index.reason(0, 1)).toBe('words mug; brand Hearth; price within 5 %')
  })
})
