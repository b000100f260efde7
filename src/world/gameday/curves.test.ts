import { expect, test } from 'vitest'
import { gamedayCurves, timesCurves } from './curves.ts'

const MINUTE = 60_000
const forecast = (service: string, startMs: number, ...requests: number[]) => ({
  service,
  startMs,
  stepMs: MINUTE,
  requests: Float64Array.from(requests),
})
const known = new Set(['search', 'cart'])

test('cuts the window out, adds regions up, compresses time and keeps rates', () => {
  const made = gamedayCurves(
    [
      forecast('search', 0, 60, 600, 1200, 60),
      forecast('search', MINUTE, 60, 120),
      forecast('cart', 0, 6, 6, 12, 6),
      forecast('web', 0, 1, 1, 1, 1),
    ],
    { fromMs: MINUTE, toMs: 3 * MINUTE, compress: 60 },
    known,
  )
  expect(made.curves.intervalMs).toBe(1000)
  expect(made.curves.steps.map(({ step }) => step)).toEqual(['search', 'cart'])
  expect([...made.curves.steps[0]!.perSecond]).toEqual([11, 22])
  expect([...made.curves.steps[1]!.perSecond]).toEqual([0.1, 0.2])
  expect(made.peaks).toEqual([22, 0.2])
  expect(made.leftOut).toEqual(['web'])
  expect([...timesCurves(made.curves, 2).steps[0]!.perSecond]).toEqual([22, 44])
})

test('what lies outside a forecast is nothing; what nothing is forecast for is told', () => {
  const window = { fromMs: -MINUTE, toMs: 2 * MINUTE, compress: 1 }
  const { curves } = gamedayCurves([forecast('cart', 0, 60)], window, known)
  expect([...curves.steps[0]!.perSecond]).toEqual([0, 1, 0])
  const refused = (make: () => unknown, words: string) =>
    expect(make).toThrow(expect.objectContaining({ message: expect.stringContaining(words) }))
  refused(() => gamedayCurves([], window, known), 'no forecast')
  refused(() => gamedayCurves([forecast('web', 0, 1)], window, known), 'none of the services')
  refused(() => gamedayCurves([forecast('cart', 0, 0)], window, known), 'nothing is forecast')
  refused(
    () => gamedayCurves([forecast('cart', 0, 1)], { ...window, toMs: -2 * MINUTE }, known),
    'ends before',
  )
  refused(
    () =>
      gamedayCurves(
        [forecast('cart', 0, 1), { ...forecast('search', 0, 1), stepMs: 1 }],
        window,
        known,
      ),
    'different lengths',
  )
})
