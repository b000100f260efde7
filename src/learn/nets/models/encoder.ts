import type { NetBuilder, Node } from '../graph/index.ts'
import { type ForecastNetShape, type ForkPlan, receptiveField } from './shape.ts'

/** Above this share of a layer's steps a convolution over all of them is cheaper than rows picked. */
const DENSE_SHARE = 0.7

/** Hidden states of the past at the forks: forks × filters. past: window × channels. */
export function encodePast(
  b: NetBuilder,
  past: Node,
  shape: ForecastNetShape,
  plan: ForkPlan,
): Node {
  if (shape.encoder === 'conv') return convolve(b, past, shape, plan)
  const hidden =
    shape.encoder === 'lstm'
      ? b.lstm(past, shape.filters, { name: 'encoder' })
      : b.gru(past, shape.filters, { name: 'encoder' })
  return pick(b, hidden, plan.forks)
}

/**
 * Dilated causal convolutions of width 2 with residual connections (van den Oord et al. 2016). Where
 * forks are few, a layer is computed only at the steps that the layers above read: its rows are
 * picked, joined and go through the same weights as a matrix product.
 */
function convolve(b: NetBuilder, past: Node, shape: ForecastNetShape, plan: ForkPlan): Node {
  const { dilations } = shape
  const needed = neededSteps(dilations, plan)
  let x = past
  let steps: readonly number[] = Array.from({ length: plan.window }, (_, t) => t)
  dilations.forEach((dilation, layer) => {
    const wanted = needed[layer + 1]!
    const whole = steps.length === plan.window
    const isSparse = wanted[0]! >= dilation && wanted.length < DENSE_SHARE * plan.window
    const name = `conv${layer + 1}`
    if (whole && !isSparse) {
      const options = { filters: shape.filters, width: 2, dilation, name }
      const y = b.causalConv(x, { ...options, activation: 'relu' })
      x = layer === 0 ? y : b.add(y, x)
      return
    }
    const placeOf = new Map(steps.map((step, row) => [step, row]))
    const rowsAt = (shift: number) => wanted.map((step) => placeOf.get(step - shift)!)
    const present = pick(b, x, rowsAt(0))
    const joined = b.concat([pick(b, x, rowsAt(dilation)), present])
    const y = b.dense(joined, shape.filters, 'relu', { name })
    x = layer === 0 ? y : b.add(y, present)
    steps = wanted
  })
  return steps.length === plan.window ? pick(b, x, plan.forks) : x
}

/** Steps that each layer must give, from the input (0) to the top; all of them where one is missing. */
function neededSteps(
  dilations: readonly number[],
  { window, forks }: ForkPlan,
): readonly (readonly number[])[] {
  const all = Array.from({ length: window }, (_, t) => t)
  const isWhole = forks[0]! + 1 >= receptiveField({ dilations })
  if (!isWhole) return Array.from({ length: dilations.length + 1 }, () => all)
  const needed: (readonly number[])[] = [forks]
  for (let layer = dilations.length - 1; layer >= 0; layer--) {
    const steps = new Set(needed[0]!.flatMap((step) => [step, step - dilations[layer]!]))
    needed.unshift([...steps].sort((a, b) => a - b))
  }
  return needed
}

/** Rows of `x`; `x` itself where they are all of them in order. */
export function pick(b: NetBuilder, x: Node, rows: readonly number[]): Node {
  const isAll = rows.length === x.shape[0] && rows.every((row, k) => row === k)
  return isAll ? x : b.select(x, rows)
}
