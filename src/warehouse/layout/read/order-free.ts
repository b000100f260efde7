import { type Ast, childOf, childrenOf, namesOf, textOf, walk } from './ast.ts'

/**
 * What of a statement's answer hangs on the order in which rows lie.
 * 'free': nothing, as a multiset of rows. 'rounding': last digits of floats that are added up.
 * 'ties': which of equal rows stands where an ORDER BY leaves it open. 'order': values or rows
 * themselves, which SQL leaves open and people may still rely on.
 */
export type OrderBound = 'free' | 'rounding' | 'ties' | 'order'

const RANK: Readonly<Record<OrderBound, number>> = { free: 0, rounding: 1, ties: 2, order: 3 }

/** Aggregates whose value is that of some row, or a list of rows: by the order in which they come. */
export const ORDER_AGGREGATES: ReadonlySet<string> = new Set(
  `first last any_value arbitrary arg_min arg_max argmin argmax min_by max_by arg_min_null
   arg_max_null arg_min_nulls_last arg_max_nulls_last list array_agg group_concat string_agg listagg mode approx_quantile
   approx_top_k reservoir_quantile`.split(/\s+/),
)

/** Aggregates that add floats up where their arguments are floats. */
export const ROUNDING_AGGREGATES: ReadonlySet<string> = new Set(
  `sum avg mean fsum favg sumkahan kahan_sum product stddev stddev_pop stddev_samp variance var_pop
   var_samp corr covar_pop covar_samp regr_avgx regr_avgy regr_intercept regr_r2 regr_slope regr_sxx
   regr_sxy regr_syy sem skewness kurtosis kurtosis_pop entropy geomean geometric_mean
   weighted_avg wavg`.split(/\s+/),
)

/** Window functions that count rows or look at neighbours. */
const PLACE_WINDOWS = /^WINDOW_(ROW_NUMBER|NTILE|LEAD|LAG|FIRST_VALUE|LAST_VALUE|NTH_VALUE|FILL)$/

/** What the answer of a parsed statement owes to the order of rows. */
export function orderBoundOf(select: Ast): OrderBound {
  let bound: OrderBound = 'free'
  const raise = (to: OrderBound) => {
    if (RANK[to] > RANK[bound]) bound = to
  }
  walk(select, (node) => {
    const kind = textOf(node, 'class')
    if (kind === 'FUNCTION') raise(ofFunction(node))
    if (kind === 'WINDOW') raise(ofWindow(node))
    if (kind === 'COLUMN_REF' && namesOf(node).at(-1)?.toLowerCase() === 'rowid') raise('order')
    if (childOf(node, 'sample') !== undefined) raise('order')
    if (textOf(node, 'ref_type') === 'POSITIONAL') raise('order')
    if (textOf(node, 'ref_type') === 'ASOF') raise('ties')
    if (Array.isArray(node['modifiers'])) raise(ofModifiers(node))
    return true
  })
  return bound
}

function ofFunction(node: Ast): OrderBound {
  const name = textOf(node, 'function_name').toLowerCase()
  if (ROUNDING_AGGREGATES.has(name)) return 'rounding'
  if (!ORDER_AGGREGATES.has(name)) return 'free'
  const orders = childrenOf(childOf(node, 'order_bys') ?? {}, 'orders')
  return orders.length > 0 ? 'ties' : 'order'
}

function ofWindow(node: Ast): OrderBound {
  const type = textOf(node, 'type')
  const isOrdered =
    childrenOf(node, 'orders').length > 0 || childrenOf(node, 'arg_orders').length > 0
  if (PLACE_WINDOWS.test(type)) return isOrdered ? 'ties' : 'order'
  if (type !== 'WINDOW_AGGREGATE') return 'free'
  const ofAggregate = ofFunction(node)
  if (ofAggregate === 'order') return isOrdered ? 'ties' : 'order'
  const isByRows = /ROWS/.test(textOf(node, 'start') + textOf(node, 'end'))
  if (!isByRows) return ofAggregate
  return isOrdered ? 'ties' : 'order'
}

/** LIMIT, OFFSET and DISTINCT ON of a query. */
function ofModifiers(node: Ast): OrderBound {
  const modifiers = childrenOf(node, 'modifiers')
  const types = modifiers.map((modifier) => textOf(modifier, 'type'))
  const isOrdered = types.includes('ORDER_MODIFIER')
  const isOn = modifiers.some((modifier) => childrenOf(modifier, 'distinct_on_targets').length > 0)
  const isLimited = types.some((type) => type.startsWith('LIMIT')) && !hasOneRow(node)
  if (!isLimited && !isOn) return 'free'
  return isOrdered ? 'ties' : 'order'
}

/** Whether a query is one group of aggregates, so that a LIMIT cuts nothing off. */
function hasOneRow(node: Ast): boolean {
  const groups = node['group_expressions']
  if (textOf(node, 'type') !== 'SELECT_NODE' || !Array.isArray(groups) || groups.length > 0) {
    return false
  }
  return (
    childrenOf(node, 'select_list').length > 0 &&
    childrenOf(node, 'select_list').every((item) => {
      const name = textOf(item, 'function_name').toLowerCase()
      return (
        /^(count|count_star|sum|avg|min|max)$/.test(name) && textOf(item, 'class') === 'FUNCTION'
      )
    })
  )
}
