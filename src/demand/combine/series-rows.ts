import type { Panel, QuantileForecast } from '../../core/panel.ts'
import { pinballLoss } from '../../core/quantiles.ts'
import type { BacktestRow } from '../backtest-rows.ts'
import { BACKTEST_LEVELS } from '../score.ts'
import type { JudgedOrigin } from './judged.ts'

/** How a forecast did on each series of a panel over the judged origins. */
export function seriesRows(
  panel: Panel,
  model: string,
  origins: readonly JudgedOrigin[],
  forecasts: readonly QuantileForecast[],
): BacktestRow[] {
  const rows: BacktestRow[] = []
  for (let i = 0; i < panel.ids.length; i++) {
    const row = rowOf(panel.ids[i]!, model, i, origins, forecasts)
    if (row.points > 0) rows.push(row)
  }
  return rows
}

function rowOf(
  id: string,
  model: string,
  i: number,
  origins: readonly JudgedOrigin[],
  forecasts: readonly QuantileForecast[],
): BacktestRow {
  const size = BACKTEST_LEVELS.length
  let [points, loss, absolute, error, total, inside50, inside90] = [0, 0, 0, 0, 0, 0, 0]
  origins.forEach(({ horizon, actual }, k) => {
    const { mean, quantiles } = forecasts[k]!
    for (let at = i * horizon; at < (i + 1) * horizon; at++) {
      const y = actual[at]!
      if (Number.isNaN(y)) continue
      const q = (l: number) => quantiles[at * size + l]!
      for (let l = 0; l < size; l++) loss += pinballLoss(y, q(l), BACKTEST_LEVELS[l]!) / size
      points++
      absolute += Math.abs(y - mean[at]!)
      error += mean[at]! - y
      total += Math.abs(y)
      if (y >= q(2) && y <= q(4)) inside50++
      if (y >= q(0) && y <= q(6)) inside90++
    }
  })
  const actual = total > 0 ? total : Number.NaN
  return {
    id,
    model,
    points,
    pinball: loss / points,
    // Of the scale before the first origin, as for the classical models.
    scaledPinball: loss / points / origins[0]!.scale[i]!,
    wape: absolute / actual,
    bias: error / actual,
    coverage50: inside50 / points,
    coverage90: inside90 / points,
  }
}
