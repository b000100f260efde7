import type { Panel } from '../../../core/panel.ts'
import { staticsOfIds } from '../../panel-statics.ts'

/** A way to sort the series of a panel into groups: by store, by category, by a part of the id. */
export interface Grouping {
  readonly name: string
  /** Group of each series, 0 … count − 1; series without one share a group of their own. */
  readonly codes: Int32Array
  readonly count: number
}

/** Groups with fewer series than this on average say little that a series does not say itself. */
const LEAST_SHARED = 3
/** Groupings looked at, the coarsest last. */
const MOST_GROUPINGS = 4

/**
 * The groupings of a panel: its classes (columns of `statics`) and what the ids themselves spell. Of
 * two that sort alike one is kept; groupings of one group, or of hardly more than one series a group,
 * are left out. From the finest to the coarsest.
 */
export function groupingsOf(panel: Panel): Grouping[] {
  const columns = { ...staticsOfIds(panel.ids), ...panel.statics }
  const groupings: Grouping[] = []
  for (const [name, column] of Object.entries(columns)) {
    if (column.kind !== 'category') continue
    const grouping = compact(name, column.codes)
    if (grouping.count < 2 || grouping.count * LEAST_SHARED > panel.ids.length) continue
    if (!groupings.some((other) => sortsAlike(other, grouping))) groupings.push(grouping)
  }
  return groupings.sort((a, b) => b.count - a.count).slice(0, MOST_GROUPINGS)
}

/** Every series in one group. */
export function oneGroup(series: number): Grouping {
  return { name: 'all', codes: new Int32Array(series), count: 1 }
}

/** Members of each group, in order. */
export function membersOf(grouping: Grouping): number[][] {
  const members: number[][] = Array.from({ length: grouping.count }, () => [])
  grouping.codes.forEach((code, i) => {
    members[code]!.push(i)
  })
  return members
}

function compact(name: string, codes: Int32Array): Grouping {
  const known = new Map<number, number>()
  const compacted = codes.map((code) => {
    const place = known.get(code) ?? known.size
    known.set(code, place)
    return place
  })
  return { name, codes: compacted, count: known.size }
}

function sortsAlike(a: Grouping, b: Grouping): boolean {
  return a.count === b.count && a.codes.every((code, i) => code === b.codes[i])
}
