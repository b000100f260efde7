import { numberColumn, type Table } from '../../core/table.ts'
import { PLACEMENT_REASONS, type PlacementPlan } from './types.ts'

/** What the rows of a placement are named and counted by. */
export interface PlacementNames {
  readonly version: number
  readonly siteIds: readonly string[]
  readonly productIds: readonly string[]
  /** m³ of a unit of each product. */
  readonly unitM3: Float64Array
  readonly coverDays: number
}

/** The rows of the table placement_plan. */
export function placementTable(plan: PlacementPlan, names: PlacementNames): Table {
  const rowCount = plan.site.length
  const volume = Float64Array.from(
    plan.targetUnits,
    (units, l) => units * names.unitM3[plan.product[l]!]!,
  )
  return {
    rowCount,
    columns: {
      version: { kind: 'number', values: new Float64Array(rowCount).fill(names.version) },
      site_id: { kind: 'text', codes: plan.site, dictionary: names.siteIds },
      product_id: { kind: 'text', codes: plan.product, dictionary: names.productIds },
      target_units: numberColumn(plan.targetUnits),
      now_units: numberColumn(plan.nowUnits),
      cover_days: { kind: 'number', values: new Float64Array(rowCount).fill(names.coverDays) },
      volume_m3: { kind: 'number', values: volume },
      gain_cents: { kind: 'number', values: plan.gainCents },
      next_case_cents: { kind: 'number', values: plan.nextCaseCents },
      cover_probability: { kind: 'number', values: plan.coverProbability },
      reason: {
        kind: 'text',
        codes: Int32Array.from(plan.reason),
        dictionary: PLACEMENT_REASONS,
      },
    },
  }
}
