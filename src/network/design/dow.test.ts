import { describe, expect, it } from 'vitest'
import { readDow } from './dow.ts'

const text = ` MULTIGEN.DAT:
  3 2 1
  1 2 100 613 595 1 1
  2 3 54 81 244 1 16
  1 3 72
`

describe('readDow', () => {
  it('reads arcs as from, to, cost per unit, capacity, fixed cost', () => {
    const { nodes, arcs, commodities } = readDow(text)
    expect(nodes).toBe(3)
    expect([...arcs.from]).toEqual([0, 1])
    expect([...arcs.to]).toEqual([1, 2])
    expect([...arcs.costPerUnit]).toEqual([100, 54])
    expect([...arcs.capacity]).toEqual([613, 81])
    expect([...arcs.fixedCost]).toEqual([595, 244])
    expect([[...commodities.from], [...commodities.to], [...commodities.demand]]).toEqual([
      [0],
      [2],
      [72],
    ])
  })

  it('names the line that cannot be read', () => {
    const cut = text.split('\n').slice(0, 4).join('\n')
    expect(() => readDow(cut, 'x.dow')).toThrow(
      expect.objectContaining({ place: expect.objectContaining({ file: 'x.dow', line: 5 }) }),
    )
  })
})
