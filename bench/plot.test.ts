import { expect, test } from 'vitest'
import { logLogSvg } from './plot.ts'

const line = (name: string, ys: readonly number[]) => ({
  name,
  points: ys.map((y, i) => ({ x: 10_000 * 10 ** i, y })),
})

test('a power law is a straight line', () => {
  const svg = logLogSvg({
    title: 'Growth',
    x: 'products',
    y: 's',
    lines: [line('t', [1, 10, 100])],
  })
  const points = /polyline points="([^"]+)"/
    .exec(svg)![1]!
    .split(' ')
    .map((p) => p.split(',').map(Number))
  const [[x0, y0], [x1, y1], [x2, y2]] = points as [number[], number[], number[]]
  expect(x1! - x0!).toBeCloseTo(x2! - x1!, 0)
  expect(y1! - y0!).toBeCloseTo(y2! - y1!, 0)
  expect(y2!).toBeLessThan(y0!)
})

test('axes are written in powers of ten, and names are escaped', () => {
  const svg = logLogSvg({ title: 'a < b', x: 'x', y: 'y', lines: [line('p & q', [0.02, 3])] })
  expect(svg).toContain('a &lt; b')
  expect(svg).toContain('p &amp; q')
  for (const tick of ['10 k', '100 k', '0.01', '0.1', '10'])
    expect(svg).toContain(`>${tick}</text>`)
})

test('points that no logarithm has are left out, and nothing at all is an error', () => {
  const svg = logLogSvg({ title: 't', x: 'x', y: 'y', lines: [line('a', [0, 2, 4])] })
  expect(svg.match(/<circle/g)).toHaveLength(2)
  expect(() => logLogSvg({ title: 't', x: 'x', y: 'y', lines: [line('a', [0])] })).toThrow(
    RangeError,
  )
})

test('names of lines that end at one place stand one below the other', () => {
  const svg = logLogSvg({
    title: 't',
    x: 'x',
    y: 'y',
    lines: [line('a', [1, 5]), line('b', [2, 5])],
  })
  const heights = [...svg.matchAll(/y="([\d.]+)" fill="#/g)].map((found) => Number(found[1]))
  expect(Math.abs(heights[0]! - heights[1]!)).toBeGreaterThanOrEqual(12)
})
