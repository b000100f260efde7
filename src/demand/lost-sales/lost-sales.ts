import type { Panel } from '../../core/panel.ts'
import { isOpenBucket } from '../axis.ts'
import { type DemandModel, type DemandModelOptions, fitDemand } from './estimate.ts'
import { meanAtLeast } from './expectation.ts'

/** Days out of stock, one entry each, by series, then bucket. */
export interface LostSales {
  readonly series: Int32Array
  readonly bucket: Int32Array
  /** Units sold before the stock ran out. */
  readonly sold: Float64Array
  /** Expected units wanted, at least those sold. */
  readonly wanted: Float64Array
  /** wanted − sold. */
  readonly lost: Float64Array
}

/**
 * What would have sold on the days on which a panel's `censored` says that a product ran out:
 * E[D | D ≥ sold] of fitDemand's negative binomial. Gross: some of these customers took a
 * substitute. Empty for a panel without `censored`.
 */
export function estimateLostSales(
  panel: Panel,
  options: DemandModelOptions & { readonly model?: DemandModel } = {},
): LostSales {
  const { censored } = panel
  const series: number[] = []
  const bucket: number[] = []
  const sold: number[] = []
  const wanted: number[] = []
  if (censored !== undefined) {
    const { expected, size } = options.model ?? fitDemand(panel, options)
    const end = options.end ?? Infinity
    for (let i = 0; i < panel.ids.length; i++) {
      for (let at = panel.offsets[i]!; at < panel.offsets[i + 1]!; at++) {
        const day = panel.firstBucket[i]! + at - panel.offsets[i]!
        const units = censored[at]!
        if (Number.isNaN(units) || day >= end || !isOpenBucket(panel, day)) continue
        series.push(i)
        bucket.push(day)
        sold.push(units)
        wanted.push(meanAtLeast(units, expected[at]!, size[i]!))
      }
    }
  }
  return {
    series: Int32Array.from(series),
    bucket: Int32Array.from(bucket),
    sold: Float64Array.from(sold),
    wanted: Float64Array.from(wanted),
    lost: Float64Array.from(wanted, (units, k) => Math.max(0, units - sold[k]!)),
  }
}
