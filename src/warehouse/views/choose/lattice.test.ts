import { expect, test } from 'vitest'
import { createRandom } from '../../../core/random/random.ts'
import { learnLattice } from './lattice.ts'

const random = createRandom(3)

/** Ends of a brush of `width` pixels dragged over a plot of `pixels` pixels. */
function brush(low: number, high: number, pixels: number, width: number, count: number): number[] {
  const at = (pixel: number) => low + (pixel * (high - low)) / pixels
  return Array.from({ length: count }, () => random.int(pixels - width)).flatMap((p) => [
    at(p),
    at(p + width),
  ])
}

test('pixels of a brush are found, whatever the scale', () => {
  for (const [low, high, pixels] of [
    [-60, 190, 540],
    [0, 24, 620],
    [975_000, 1_005_000, 335],
  ] as const) {
    const lattice = learnLattice(brush(low, high, pixels, 54, 60), 4096)
    expect(lattice?.step).toBeCloseTo((high - low) / pixels, 9)
  }
})

test('a few constants that lie elsewhere do not hide it', () => {
  const constants = [...brush(0, 24, 540, 54, 100), 3.333, 17.01]
  expect(learnLattice(constants, 4096)?.step).toBeCloseTo(24 / 540, 9)
})

test('numbers from anywhere have none', () => {
  expect(
    learnLattice(
      Array.from({ length: 50 }, () => random.next()),
      4096,
    ),
  ).toBeUndefined()
  expect(learnLattice([1, 2], 4096)).toBeUndefined()
})
