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
