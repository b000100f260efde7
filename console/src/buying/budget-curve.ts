import type { BudgetCut } from '../../../src/api/schemas/budget-cut.ts'
import type { BuyingLine, MarginalSteps } from '../../../src/api/schemas/buying.ts'

type Decided = Pick<BuyingLine, 'decision'>

/** Gain by money spent: point 0 is what is decided already, each further one adds a step. */
export interface GainCurve {
  readonly cost: Float64Array
  readonly gain: Float64Array
}

/** The whole curve of a plan, decided lines first, then the steps of the others in order. */
export function gainCurve(lines: readonly Decided[], steps: MarginalSteps): GainCurve {
  const open = steps.line.map((_, s) => s).filter((s) => lines[steps.line[s]!]!.decision === null)
  const cost = new Float64Array(open.length + 1)
  const gain = new Float64Array(open.length + 1)
  for (const { decision } of lines) {
    cost[0]! += decision?.costCents ?? 0
    gain[0]! += decision?.gainCents ?? 0
  }
  open.forEach((s, k) => {
    cost[k + 1] = cost[k]! + steps.costCents[s]!
    gain[k + 1] = gain[k]! + steps.gainCents[s]!
  })
  return { cost, gain }
}

/** Gain at a spend, straight between the points of the curve. */
export function gainAt({ cost, gain }: GainCurve, spend: number): number {
  const next = cost.findIndex((value) => value >= spend)
  if (next === 0) return gain[0]!
  if (next < 0) return gain.at(-1)!
  const share = (spend - cost[next - 1]!) / (cost[next]! - cost[next - 1]!)
  return gain[next - 1]! + share * (gain[next]! - gain[next - 1]!)
}

/** A round amount near `amount`: 1, 2 or 5 times a power of ten. */
export function roundAmount(amount: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, amount)))
  const lead = amount / power
  return (lead >= 7.5 ? 10 : lead >= 3.5 ? 5 : lead >= 1.5 ? 2 : 1) * power
}

/** The curve as points of an SVG of size 1000 × 100, at most about `limit` of them. */
export function curvePoints({ cost, gain }: GainCurve, limit = 240): string {
  const right = cost.at(-1)! || 1
  const top = gain.at(-1)! || 1
  const stride = Math.max(1, Math.floor(cost.length / limit))
  const points: string[] = ['0,100']
  for (let k = 0; k < cost.length; k += stride) points.push(point(k))
  points.push(point(cost.length - 1))
  return points.join(' ')

  function point(k: number): string {
    return `${((1000 * cost[k]!) / right).toFixed(1)},${(100 - (100 * gain[k]!) / top).toFixed(2)}`
  }
}

/** The slider's next value after a key, or undefined for keys that do not move it. */
export function budgetAfterKey(
  key: string,
  budget: number,
  most: number,
  step: number,
): number | undefined {
  const moves: Record<string, number> = {
    ArrowRight: budget + step,
    ArrowUp: budget + step,
    ArrowLeft: budget - step,
    ArrowDown: budget - step,
    PageUp: budget + 10 * step,
    PageDown: budget - 10 * step,
    Home: 0,
    End: most,
  }
  const next = moves[key]
  if (next === undefined) return undefined
  const rounded = key === 'End' ? next : Math.round(next / step) * step
  return Math.max(0, Math.min(most, rounded))
}

/** The 80 % interval of the gain of a cut, the products' errors taken as independent. */
export function gainInterval(
  lines: readonly Pick<BuyingLine, 'gainCents' | 'gainLowCents' | 'gainHighCents'>[],
  cut: BudgetCut,
): readonly [low: number, high: number] {
  let below = 0
  let above = 0
  lines.forEach((line, i) => {
    if (line.gainCents <= 0) return
    const share = cut.gainCents[i]! / line.gainCents
    below += (share * (line.gainCents - line.gainLowCents)) ** 2
    above += (share * (line.gainHighCents - line.gainCents)) ** 2
  })
  return [cut.totalGainCents - Math.sqrt(below), cut.totalGainCents + Math.sqrt(above)]
}

/** What the store's in-stock rate becomes with a cut. */
export function inStockAfter(
  before: number,
  lines: readonly Pick<BuyingLine, 'quantity' | 'inStockGain'>[],
  cut: BudgetCut,
): number {
  let after = before
  lines.forEach((line, i) => {
    if (line.quantity > 0) {
      after += line.inStockGain * Math.min(1, cut.units[i]! / line.quantity)
    }
  })
  return Math.min(1, after)
}
