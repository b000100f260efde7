import { expect, test } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { createCustomers } from './customers.ts'
import { sampleTimeOfDay } from './hours.ts'

test('customers live where the people are and come as often as they are active', () => {
  const areaWeights = [700, 0, 200, 100]
  const customers = createCustomers({ areaWeights, count: 20_000 }, createRandom(1))
  const homes = new Float64Array(4)
  for (const area of customers.areaOf) homes[area]! += 1 / customers.count
  expect(homes[0]).toBeCloseTo(0.7, 1)
  expect(homes[1]).toBe(0)
  expect(homes[3]).toBeCloseTo(0.1, 1)
  const mean = customers.activity.reduce((a, b) => a + b, 0) / customers.count
  expect(mean).toBeGreaterThan(0.9)
  expect(mean).toBeLessThan(1.1)

  const random = createRandom(2)
  let active = 0
  for (let i = 0; i < 20_000; i++) active += customers.activity[customers.sampleCustomer(random)]!
  // Size-biased mean of a log-normal with sigma 1 and mean 1 is e.
  expect(active / 20_000).toBeGreaterThan(2.2)
  expect(active / 20_000).toBeLessThan(3.2)
  expect(customers.idOf(41)).toBe('C0000042')
})

test('the same seed makes the same customers, another one others', () => {
  const make = (seed: number) =>
    createCustomers({ areaWeights: [1, 2, 3], count: 500 }, createRandom(seed))
  expect(make(3).areaOf).toEqual(make(3).areaOf)
  expect(make(3).activity).toEqual(make(3).activity)
  expect(make(3).areaOf).not.toEqual(make(4).areaOf)
})

test('customers come in their own evening', () => {
  const random = createRandom(5)
  const hours = new Float64Array(24)
  for (let i = 0; i < 50_000; i++) hours[Math.floor(sampleTimeOfDay(5, random) / 3_600_000)]! += 1
  // Nine in the evening is two in the morning on a clock five hours ahead.
  expect(hours.indexOf(Math.max(...hours))).toBeOneOf([1, 2])
  expect(hours[9]!).toBeLessThan(0.2 * hours[2]!)
})
