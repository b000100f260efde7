import { numberColumn, type Table, textColumn } from '../../core/table.ts'
import type { MetricName, Metrics, PolicyOutcome, ReplayResult } from '../../world/index.ts'

/** Columns of the outcome tables and the metric each is taken from. */
const METRIC_OF: Readonly<Record<string, MetricName>> = {
  profit_cents: 'profitCents',
  margin_cents: 'marginCents',
  holding_cents: 'holdingCents',
  order_cents: 'orderingCents',
  lost_margin_cents: 'lostMarginCents',
  in_stock_rate: 'inStockRate',
  fill_rate: 'fillRate',
  orders: 'orders',
  units_bought: 'boughtUnits',
  units_sold: 'soldUnits',
  units_lost: 'lostUnits',
  turns: 'turns',
  stock_value_cents: 'averageStockCents',
}

function metricColumns(rows: readonly Metrics[]) {
  return Object.fromEntries(
    Object.entries(METRIC_OF).map(([column, metric]) => [
      column,
      numberColumn(rows.map((row) => row[metric])),
    ]),
  )
}

/** One row a policy, the mean over the seeds. */
export function totalTable(result: ReplayResult, version: number): Table {
  const { policies } = result
  return {
    rowCount: policies.length,
    columns: {
      version: numberColumn(policies.map(() => version)),
      policy: textColumn(policies.map((policy) => policy.name)),
      seed: numberColumn(policies.map(() => 0)),
      ...metricColumns(policies.map((policy) => policy.totals)),
    },
  }
}

/** One row a policy and product; of the bound the profit alone. */
export function productTable(result: ReplayResult, version: number): Table {
  const { policies, productIds, bound } = result
  const rows = policies.flatMap((policy) =>
    productIds.map((id, p) => ({ policy: policy.name, id, metrics: policy.products[p]! })),
  )
  const bounds = productIds.map((id, p) => ({
    policy: 'bound',
    id,
    profit: bound.products.profitCents[p]!,
  }))
  const blank = bounds.map(() => null)
  const metrics = metricColumns(rows.map((row) => row.metrics))
  const columns = Object.fromEntries(
    Object.entries(metrics).map(([name, column]) => [
      name,
      numberColumn([
        ...column.values,
        ...(name === 'profit_cents' ? bounds.map((row) => row.profit) : blank),
      ]),
    ]),
  )
  const all = [...rows, ...bounds]
  return {
    rowCount: all.length,
    columns: {
      version: numberColumn(all.map(() => version)),
      policy: textColumn(all.map((row) => row.policy)),
      product_id: textColumn(all.map((row) => row.id)),
      ...columns,
    },
  }
}

/** By day; the write-down of what is left over falls on the last day. */
export function dailyTable(result: ReplayResult, orderLineCents: number, version: number): Table {
  const rows = result.policies.flatMap((policy) =>
    Array.from({ length: result.days }, (_, d) => ({ policy, d })),
  )
  const numbers = (value: (policy: PolicyOutcome, d: number) => number) =>
    numberColumn(rows.map(({ policy, d }) => value(policy, d)))
  const ordering = ({ days }: PolicyOutcome, d: number) => days.orders[d]! * orderLineCents
  const profit = (policy: PolicyOutcome, d: number) =>
    policy.days.marginCents[d]! -
    policy.days.holdingCents[d]! -
    ordering(policy, d) -
    (d === result.days - 1 ? policy.totals.writeDownCents : 0)
  return {
    rowCount: rows.length,
    columns: {
      version: numbers(() => version),
      policy: textColumn(rows.map(({ policy }) => policy.name)),
      profit_cents: numbers(profit),
      order_cents: numbers(ordering),
      ds: numbers((_, d) => result.firstDay + d),
      margin_cents: numbers((policy, d) => policy.days.marginCents[d]!),
      holding_cents: numbers((policy, d) => policy.days.holdingCents[d]!),
      in_stock_rate: numbers((policy, d) => policy.days.inStockRate[d]!),
      fill_rate: numbers((policy, d) => policy.days.fillRate[d]!),
      units_sold: numbers((policy, d) => policy.days.soldUnits[d]!),
      units_lost: numbers((policy, d) => policy.days.lostUnits[d]!),
      stock_value_cents: numbers((policy, d) => policy.days.stockCents[d]!),
    },
  }
}
