import type { Panel } from '../../core/panel.ts'
import type { reconcile } from '../../learn/index.ts'

/** Groups of a class above which it says too little of each to be forecast on its own. */
export const MOST_GROUPS = 300

/**
 * Ways of adding a panel's series up: groupings given, classes (static columns) named, or all classes
 * of a usable size.
 */
export function groupingsOf(
  panel: Panel,
  asked?: readonly (string | reconcile.Grouping)[],
): reconcile.Grouping[] {
  const names = asked ?? Object.keys(panel.statics ?? {})
  return names.flatMap((name) => {
    if (typeof name !== 'string') return [name]
    const column = panel.statics?.[name]
    if (column?.kind !== 'category') return []
    const groups = column.dictionary
    const usable = groups.length > 1 && groups.length <= MOST_GROUPS
    return usable ? [{ name, codes: column.codes, groups }] : []
  })
}

/** The sums of a panel's series before `end` as a panel: one series an aggregate, from its first member on. */
export function aggregatePanel(panel: Panel, hierarchy: reconcile.Hierarchy, end: number): Panel {
  const { aggregates, start, member, names } = hierarchy
  const membersOf = (a: number) => member.subarray(start[a]!, start[a + 1]!)
  const firstBucket = Int32Array.from({ length: aggregates }, (_, a) =>
    membersOf(a).reduce((first, i) => Math.min(first, panel.firstBucket[i]!), end),
  )
  const offsets = new Int32Array(aggregates + 1)
  for (let a = 0; a < aggregates; a++) offsets[a + 1] = offsets[a]! + end - firstBucket[a]!
  const values = new Float64Array(offsets[aggregates]!)
  for (let a = 0; a < aggregates; a++) {
    for (const i of membersOf(a)) {
      const from = panel.offsets[i]!
      const into = offsets[a]! + panel.firstBucket[i]! - firstBucket[a]!
      const kept = Math.min(panel.offsets[i + 1]! - from, end - panel.firstBucket[i]!)
      for (let t = 0; t < kept; t++) values[into + t]! += panel.values[from + t]! || 0
    }
  }
  return {
    ids: names,
    buckets: panel.buckets,
    firstBucket,
    offsets,
    values,
    ...(panel.openDays === undefined ? {} : { openDays: panel.openDays }),
    ...(panel.events === undefined
      ? {}
      : { events: panel.events.filter((event) => event.series === undefined) }),
  }
}
