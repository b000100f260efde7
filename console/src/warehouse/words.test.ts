import { describe, expect, it } from 'vitest'
import { cpuTime, perDay, size, withUnitsKept } from './words.ts'

describe('words of the warehouse', () => {
  it('says times and sizes in the unit that a person reads', () => {
    const times = [0.32, 4.25, 340, 4_100, 41_000, 720_000, 12_240_000]
    expect(times.map(cpuTime)).toEqual([
      '0.32 ms',
      '4.3 ms',
      '340 ms',
      '4.1 s',
      '41 s',
      '12 min',
      '3.4 h',
    ])
    expect([12_300, 3_400_000, 340_000_000, 1.2e9].map(size)).toEqual([
      '12 KB',
      '3.4 MB',
      '340 MB',
      '1.2 GB',
    ])
    expect(cpuTime(0)).toBe('0 ms')
    expect([0.25, 5, 12_345.6].map(perDay)).toEqual(['0.3', '5', '12,346'])
  })
  it('keeps numbers and units on one line', () => {
    expect(withUnitsKept('It takes 1.3 s of CPU, 7 % of all; 8 seconds.')).toBe(
      'It takes 1.3\u00a0s of CPU, 7\u00a0% of all; 8 seconds.',
    )
  })
})
