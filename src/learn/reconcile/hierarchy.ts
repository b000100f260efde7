import { requireArgument } from '../../core/errors.ts'

/** A way of adding series up: the group of each bottom series, −1 = in none. */
export interface Grouping {
  /** What the groups are: category, place. */
  readonly name: string
  readonly codes: ArrayLike<number>
  /** Names of the groups. */
  readonly groups: readonly string[]
}

/**
 * Sums over bottom series that need not nest: the summing matrix S = [A; I] with A sparse, a row an
 * aggregate. Vectors over all nodes hold the aggregates first, then the bottom series.
 */
export interface Hierarchy {
  readonly bottom: number
  readonly aggregates: number
  /** Names of the aggregates: "total", "category: Mugs". */
  readonly names: readonly string[]
  /** Row a of A has ones at member[start[a] … start[a+1]). */
  readonly start: Int32Array
  readonly member: Int32Array
}

/**
 * The hierarchy of `bottom` series with a total and the groups of each grouping; empty groups and
 * groups that are the same as an earlier aggregate are left out. Throws ERR_ARGUMENT where a code is
 * none of its groups.
 */
export function hierarchyOf(bottom: number, groupings: readonly Grouping[] = []): Hierarchy {
  requireArgument(bottom > 0, 'hierarchyOf: there are no bottom series')
  const rows: { name: string; members: number[] }[] = [
    { name: 'total', members: Array.from({ length: bottom }, (_, i) => i) },
  ]
  for (const { name, codes, groups } of groupings) {
    requireArgument(codes.length === bottom, `hierarchyOf: ${name} has ${codes.length} codes`)
    const members = groups.map(() => [] as number[])
    for (let i = 0; i < bottom; i++) {
      const code = codes[i]!
      requireArgument(code < groups.length, `hierarchyOf: ${name} has no group ${code}`)
      if (code >= 0) members[code]!.push(i)
    }
    groups.forEach((group, g) => {
      if (members[g]!.length > 0) rows.push({ name: `${name}: ${group}`, members: members[g]! })
    })
  }
  return pack(bottom, distinct(rows))
}

/** Rows of other members than all before: the same sum twice makes the constraints dependent. */
function distinct(rows: readonly { name: string; members: number[] }[]) {
  const seen = new Set<string>()
  return rows.filter(({ members }) => {
    const key = members.join(',')
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

function pack(bottom: number, rows: readonly { name: string; members: number[] }[]): Hierarchy {
  const start = new Int32Array(rows.length + 1)
  rows.forEach(({ members }, a) => {
    start[a + 1] = start[a]! + members.length
  })
  const member = new Int32Array(start[rows.length]!)
  rows.forEach(({ members }, a) => {
    member.set(members, start[a]!)
  })
  return { bottom, aggregates: rows.length, names: rows.map((row) => row.name), start, member }
}

/** The aggregates of bottom values, written before them: S b. */
export function aggregate(hierarchy: Hierarchy, bottom: ArrayLike<number>): Float64Array {
  const { aggregates, start, member } = hierarchy
  const all = new Float64Array(aggregates + hierarchy.bottom)
  for (let i = 0; i < hierarchy.bottom; i++) all[aggregates + i] = bottom[i]!
  for (let a = 0; a < aggregates; a++) {
    let sum = 0
    for (let k = start[a]!; k < start[a + 1]!; k++) sum += bottom[member[k]!]!
    all[a] = sum
  }
  return all
}

/** Largest difference between an aggregate and the sum of its members. */
export function incoherence(hierarchy: Hierarchy, all: Float64Array): number {
  const sums = aggregate(hierarchy, all.subarray(hierarchy.aggregates))
  let worst = 0
  for (let a = 0; a < hierarchy.aggregates; a++) {
    worst = Math.max(worst, Math.abs(all[a]! - sums[a]!))
  }
  return worst
}
