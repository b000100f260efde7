import type { Panel } from '../core/panel.ts'

/** Series [from, to) of a panel as a panel of its own; values are copied, covariates left out. */
export function slicePanel(panel: Panel, from: number, to: number): Panel {
  const first = panel.offsets[from]!
  return {
    ids: panel.ids.slice(from, to),
    buckets: panel.buckets,
    firstBucket: panel.firstBucket.slice(from, to),
    offsets: panel.offsets.slice(from, to + 1).map((offset) => offset - first),
    // A copy, not a view: structured clone would send the whole buffer behind a view.
    values: panel.values.slice(first, panel.offsets[to]!),
    ...(panel.openDays === undefined ? {} : { openDays: panel.openDays }),
  }
}

/** The series at `indices`, in that order, as a panel of their own; covariates are left out. */
export function pickPanel(panel: Panel, indices: Int32Array): Panel {
  const offsets = new Int32Array(indices.length + 1)
  indices.forEach((i, k) => {
    offsets[k + 1] = offsets[k]! + panel.offsets[i + 1]! - panel.offsets[i]!
  })
  const values = new Float64Array(offsets[indices.length]!)
  indices.forEach((i, k) => {
    values.set(panel.values.subarray(panel.offsets[i]!, panel.offsets[i + 1]!), offsets[k]!)
  })
  return {
    ids: Array.from(indices, (i) => panel.ids[i]!),
    buckets: panel.buckets,
    firstBucket: indices.map((i) => panel.firstBucket[i]!),
    offsets,
    values,
    ...(panel.openDays === undefined ? {} : { openDays: panel.openDays }),
  }
}
