import type { Panel } from '../../core/panel.ts'
import type { reconcile } from '../../learn/index.ts'

/** Groups of a class above which it says too little of each to be forecast on its own. */
const MOST_GROUPS = 300

/** The classes of a panel's series that can be added up: those named, or all of a usable size. */
export function groupingsOf(panel: Panel, names?: readonly string[]): reconcile.Grouping[] {
  return Object.entries(panel.statics ?? {}).flatMap(([name, column]) => {
    if (column.kind !== 'category' || (names !== undefined && !names.includes(name))) return []
    const groups = column.dictionary
    const usable = groups.length > 1 && groups.length <= MOST_GROUPS
    return usable ? [{ name, codes: column.codes, groups }] : []
  })
}

/** The sums of a panel's series as a panel: one series an aggregate, zeros where nothing is known. */
export function aggregatePanel(panel: Panel, hierarchy: reconcile.Hierarchy, end: number): Panel {
  const first = panel.firstBucket.reduce((a, b) => Math.min(a, b), end)
  const length = end - first
  const { aggregates, start, member, names } = hierarchy
  const values = new Float64Array(aggregates * length)
  for (let a = 0; a < aggregates; a++) {
    for (let k = start[a]!; k < start[a + 1]!; k++) {
      const i = member[k]!
      const from = panel.offsets[i]!
      const shift = panel.firstBucket[i]! - first
      const kept = Math.min(panel.offsets[i + 1]! - from, end - panel.firstBucket[i]!)
      for (let t = 0; t < kept; t++) values[a * length + shift + t]! += panel.values[from + t]! || 0
    }
  }
  return {
    ids: names,
    buckets: panel.buckets,
    firstBucket: new Int32Array(aggregates).fill(first),
    offsets: Int32Array.from({ length: aggregates + 1 }, (_, a) => a * length),
    values,
    ...(panel.openDays === undefined ? {} : { openDays: panel.openDays }),
    ...(panel.events === undefined
      ? {}
      : { events: panel.events.filter((event) => event.series === undefined) }),
  }
}
