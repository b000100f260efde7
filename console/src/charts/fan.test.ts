import { expect, test } from 'vitest'
import { fanData } from './fan.ts'

const history = {
  from: '2011-10-27',
  units: [4, null, 0, 2],
  inStock: [true, true, true, false],
}
const forecast = {
  from: '2011-10-31',
  model: 'ets',
  mean: [3, 3],
  levels: [0.05, 0.25, 0.5, 0.75, 0.95],
  quantiles: [
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 4],
    [5, 6],
  ],
}

test('history and forecast stand on one axis without closed days', () => {
  const fan = fanData(history, forecast, ['2011-10-29'], 10)
  expect(fan.columns[0]).toHaveLength(5)
  expect(fan.columns[1]).toEqual([40, null, 20, null, null])
  expect(fan.columns[4]).toEqual([null, null, null, 20, 30])
  expect(fan.columns.every((column) => column.length === 5)).toBe(true)
  expect(fan.now).toBe(Date.parse('2011-10-31T00:00:00Z') / 1000)
  expect(fan.stockOuts).toEqual([[fan.now - 86_400, fan.now]])
})

test('what was wanted stands on the days out of stock alone', () => {
  const fan = fanData(history, forecast, [], 10, new Map([['2011-10-30', 7]]))
  expect(fan.columns[7]).toEqual([null, null, null, 70, null, null])
  expect(fan.columns[6]).toEqual([null, null, null, null, 50, 60])
})

test('a product without a forecast shows what happened', () => {
  const fan = fanData(history, null, [])
  expect(fan.columns[0]).toHaveLength(4)
  expect(fan.columns[6]).toEqual([null, null, null, null])
})
