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
  /** Every sum asked for, the total first; two that add up the same series share an aggregate. */
  readonly sums: readonly NamedSum[]
  /** Row a of A has ones at member[start[a] … start[a+1]). */
  readonly start: Int32Array
  readonly member: Int32Array
}

/** One group of a grouping, and the aggregate that holds its sum. */
export interface NamedSum {
  /** Name of the grouping; total for all series together. */
  readonly level: string
  /** Name of the group; all for the total. */
  readonly group: string
  readonly aggregate: number
}

/**
 * The hierarchy of `bottom` series with a total and the groups of each grouping; empty groups and
 * groups that are the same as an earlier aggregate are left out. Throws ERR_ARGUMENT where a code is
 * none of its groups.
 */
export function hierarchyOf(bottom: number, groupings: readonly Grouping[] = []): Hierarchy {
  requireArgument(bottom > 0, 'hierarchyOf: there are no bottom series')
  const rows: Row[] = [
    {
      name: 'total',
      level: 'total',
      group: 'all',
      members: Array.from({ length: bottom }, (_, i) => i),
    },
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
      if (members[g]!.length === 0) return
      rows.push({ name: `${name}: ${group}`, level: name, group, members: members[g]! })
    })
  }
  return pack(bottom, rows)
}

/** One aggregate. */
interface Row {
  readonly name: string
  readonly level: string
  readonly group: string
  readonly members: readonly number[]
}

/** The same sum twice makes the constraints dependent: it is one aggregate under two names. */
function pack(bottom: number, asked: readonly Row[]): Hierarchy {
  const seen = new Map<string, number>()
  const rows: Row[] = []
  const sums = asked.map((row) => {
    const key = row.members.join(',')
    const known = seen.get(key)
    if (known === undefined) {
      seen.set(key, rows.length)
      rows.push(row)
    }
    return { level: row.level, group: row.group, aggregate: known ?? rows.length - 1 }
  })
  const start = new Int32Array(rows.length + 1)
  rows.forEach(({ members }, a) => {
    start[a + 1] = start[a]! + members.length
  })
  const member = new Int32Array(start[rows.length]!)
  rows.forEach(({ members }, a) => {
    member.set(members, start[a]!)
  })
  return {
    bottom,
    aggregates: rows.length,
    names: rows.map((row) => row.name),
    sums,
    start,
    member,
  }
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
