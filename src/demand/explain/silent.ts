import type { Panel } from '../../core/panel.ts'
import { pickPanel } from '../slice.ts'
import type { Contributions } from './contributions.ts'
import { curveContributions } from './curve-parts.ts'
import type { Part } from './parts.ts'

/**
 * The same contributions, in which series that a model says nothing of (no part of any bucket, though
 * something is forecast: another model forecast them) are read from their curves. `panel` has their
 * series in the same order; `mean` is in units, series × horizon.
 */
export function curveWhereSilent(
  panel: Panel,
  contributions: Contributions,
  mean: Float64Array,
): Contributions {
  const { ids, origin, horizon } = contributions
  const silent = Int32Array.from(ids.keys()).filter((i) => {
    const own = (units: Float64Array) => units.subarray(i * horizon, (i + 1) * horizon)
    const told = Object.values(contributions.parts).some((units) => own(units).some((u) => u !== 0))
    return !told && own(mean).some((units) => units !== 0)
  })
  if (silent.length === 0) return contributions
  const picked = pickPanel(panel, silent)
  const means = new Float64Array(silent.length * horizon)
  silent.forEach((i, k) => {
    means.set(mean.subarray(i * horizon, (i + 1) * horizon), k * horizon)
  })
  const levels = new Float64Array(0)
  const forecast = { ids: picked.ids, buckets: panel.buckets, origin, horizon, levels, mean: means }
  const curves = curveContributions(picked, { ...forecast, quantiles: levels })
  const parts: Partial<Record<Part, Float64Array>> = { ...contributions.parts }
  for (const [name, units] of Object.entries(curves.parts)) {
    const part = name as Part
    const all = parts[part]?.slice() ?? new Float64Array(mean.length)
    silent.forEach((i, k) => {
      all.set(units.subarray(k * horizon, (k + 1) * horizon), i * horizon)
    })
    parts[part] = all
  }
  return { ...contributions, parts }
}
