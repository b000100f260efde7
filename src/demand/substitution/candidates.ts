import type { Panel } from '../../core/panel.ts'
import { likenessIndex } from '../cold-start/likeness.ts'

/** Possible substitutes of each series, the nearest first. */
export type Candidates = readonly Int32Array[]

/** Ways to say who is near; the one that the stock-out days support best is used. */
export function candidateOrders(panel: Panel, count: number): Candidates[] {
  const groups = groupsOf(panel)
  return [byPrice(panel, groups, count), byLikeness(panel, groups, count)]
}

/** Category of each series; all in one where there is none. */
function groupsOf(panel: Panel): Int32Array {
  const column = panel.statics?.['category']
  return column?.kind === 'category' ? column.codes : new Int32Array(panel.ids.length)
}

/** Nearest prices of the same category, in logs; unknown prices have no neighbours. */
function byPrice(panel: Panel, groups: Int32Array, count: number): Candidates {
  const column = panel.statics?.['price']
  const price = column?.kind === 'number' ? column.values : undefined
  const members = new Map<number, number[]>()
  groups.forEach((group, i) => {
    if (group < 0 || !(price && price[i]! > 0)) return
    const list = members.get(group)
    if (list) list.push(i)
    else members.set(group, [i])
  })
  const found: Int32Array[] = Array.from(groups, () => new Int32Array(0))
  for (const list of members.values()) {
    list.sort((a, b) => price![a]! - price![b]! || a - b)
    list.forEach((i, at) => {
      // The nearest are among `count` neighbours on each side.
      const near = list.slice(Math.max(0, at - count), at + count + 1).filter((j) => j !== i)
      const distance = (j: number) => Math.abs(Math.log(price![j]! / price![i]!))
      near.sort((a, b) => distance(a) - distance(b) || a - b)
      found[i] = Int32Array.from(near.slice(0, count))
    })
  }
  return found
}

/** Most alike by attributes and words, within the category where there is one. */
function byLikeness(panel: Panel, groups: Int32Array, count: number): Candidates {
  if (panel.statics === undefined) return panel.ids.map(() => new Int32Array(0))
  const index = likenessIndex(panel)
  return panel.ids.map((_, i) => {
    const found = index.find(i, count, (j) => groups[j] === groups[i])
    return Int32Array.from(found, ({ series }) => series)
  })
}
