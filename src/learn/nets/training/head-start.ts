import type { FloatArray, Net } from '../graph/index.ts'
import { INPUTS } from '../models/forecast-net.ts'
import type { ForecastNetShape } from '../models/shape.ts'

/** Factor by which the last layers start smaller, so that the net starts as the plain forecast. */
const SMALL = 0.1
/** softplus(0.5413) = 1 */
const UNIT_SOFTPLUS = Math.log(Math.E - 1)
const LEAST_GAP = 1e-3

/** The last layers, which start small so that the net starts as a plain forecast. */
const LAST_LAYERS = ['head', 'amplitude', 'trust', 'gate'] as const
/** Gap between levels beside those of the history. */
const SMALL_GAP = 0.03

/**
 * Starts the net as a plain forecast. With a history: as the quantiles of what was seen lately. Else
 * as the reference with the quantiles of its scaled errors in the windows that the inputs hold.
 */
export function startPlain(net: Net, samples: number, shape: ForecastNetShape): void {
  const { levels, history } = shape
  const { parameters } = net
  for (const layer of LAST_LAYERS) {
    const weights = parameters[`${layer}/weight`]
    for (let k = 0; k < (weights?.length ?? 0); k++) weights![k]! *= SMALL
  }
  parameters['amplitude/bias']!.fill(UNIT_SOFTPLUS)
  parameters['trust/bias']!.fill(history ? 0 : 1)
  parameters['gate/bias']?.fill(UNIT_SOFTPLUS)
  const bias = parameters['head/bias']!
  const middle = Math.floor((levels.length - 1) / 2)
  const quantiles = history
    ? levels.map((_, l) => SMALL_GAP * (l - middle))
    : centred(errorQuantiles(net, samples, levels))
  quantiles.forEach((quantile, l) => {
    const inner = quantiles[l + Math.sign(middle - l)]!
    bias[l] = l === middle ? quantile : inverseSoftplus(Math.abs(quantile - inner))
  })
}

/** Without the median: what all series were off by at a time says nothing of the next. */
function centred(quantiles: readonly number[]): number[] {
  const median = quantiles[Math.floor((quantiles.length - 1) / 2)]!
  return quantiles.map((quantile) => quantile - median)
}

/** log(eˣ − 1) = x + log(1 − e⁻ˣ), which does not overflow. */
function inverseSoftplus(gap: number): number {
  const x = Math.max(LEAST_GAP, gap)
  return x + Math.log(-Math.expm1(-x))
}

/** Weighted quantiles of (target − reference) / spread. */
function errorQuantiles(net: Net, samples: number, levels: readonly number[]): number[] {
  const read = (name: string) => net.input(name) as FloatArray
  const [target, weight] = [read(INPUTS.target), read(INPUTS.weight)]
  const [reference, spread] = [read(INPUTS.reference), read(INPUTS.spread)]
  const rows = (samples * target.length) / net.batch
  const errors: { error: number; weight: number }[] = []
  for (let row = 0; row < rows; row++) {
    if (!(weight[row]! > 0)) continue
    const error = (target[row]! - reference[row]!) / spread[row]!
    errors.push({ error, weight: weight[row]! })
  }
  if (errors.length === 0) return levels.map((level) => level - 0.5)
  errors.sort((a, b) => a.error - b.error)
  const total = errors.reduce((sum, e) => sum + e.weight, 0)
  let below = 0
  let k = 0
  return levels.map((level) => {
    while (k < errors.length - 1 && below + errors[k]!.weight < level * total) {
      below += errors[k++]!.weight
    }
    return errors[k]!.error
  })
}
