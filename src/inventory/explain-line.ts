import type { LeadTimeSource } from './lead-times.ts'
import { gainOf, type OrderGain } from './order-gain.ts'
import type { Alternative, Reason } from './plan-line.ts'

/** The numbers that a line's reasons and alternatives are told from. */
export interface Facts {
  readonly quantity: number
  readonly smallest: number
  readonly casePack: number
  /** As given; may be NaN. */
  readonly minimumQuantity: number
  readonly unitCost: number
  readonly price: number
  readonly volume: number
  readonly onHand: number
  readonly incoming: number
  readonly level: number
  readonly reviewDays: number
  /** Expected demand of the next seven days. */
  readonly weekDemand: number
  /** Demand before the next order can arrive: 10 %, 50 % and 90 % quantile. */
  readonly needLow: number
  readonly needMedian: number
  readonly needHigh: number
  readonly leadMedian: number
  readonly leadLate: number
  readonly leadSource: LeadTimeSource
  readonly receiptCount: number
  readonly lotUnits: number
  /** Probability of a lost sale in the order's window without it. */
  readonly stockOutWithout: number
}

const LEAD_SOURCE_WORDS: Readonly<Record<LeadTimeSource, string>> = {
  receipts: 'from receipts',
  offers: 'as the vendor offers',
  default: 'assumed, as no receipt or offer tells',
}

/** Why a line is as it is, the most telling reasons first. */
export function lineReasons(
  facts: Facts,
  quantity: number,
  cut: 'none' | 'part' | 'all',
): readonly Reason[] {
  const reasons = [stockReason(facts), forecastReason(facts), leadTimeReason(facts)]
  if (facts.lotUnits > 0 && facts.quantity > facts.smallest) reasons.push(lotReason(facts))
  if (facts.minimumQuantity > 1 && facts.quantity <= facts.smallest)
    reasons.push(minimumReason(facts))
  if (facts.casePack > 1) reasons.push(packReason(facts))
  reasons.push(moneyReason(facts))
  return cut === 'none' ? reasons : [budgetReason(facts, quantity), ...reasons]
}

function stockReason(facts: Facts): Reason {
  const { onHand, incoming, level, stockOutWithout } = facts
  const percent = Math.round(stockOutWithout * 100)
  return {
    kind: 'stock-position',
    text: `${units(onHand)} on hand and ${units(incoming)} on the way, against a level of ${units(level)}; without this order the chance of losing sales before the next one arrives is ${percent} %.`,
    numbers: { onHand, incoming, level, stockOutWithout },
  }
}

function forecastReason(facts: Facts): Reason {
  const { weekDemand, needLow, needMedian, needHigh } = facts
  return {
    kind: 'forecast',
    text: `About ${units(weekDemand)} are expected to sell in the next seven days, and ${units(needLow)} to ${units(needHigh)} (4 of 5 cases) before the next order can arrive.`,
    numbers: { weekDemand, needLow, needMedian, needHigh },
  }
}

function leadTimeReason(facts: Facts): Reason {
  const { leadMedian, leadLate, leadSource, receiptCount, reviewDays } = facts
  return {
    kind: 'lead-time',
    text: `An order takes about ${leadMedian} days, 9 of 10 at most ${leadLate} (${LEAD_SOURCE_WORDS[leadSource]}); the next one is decided in ${reviewDays} days.`,
    numbers: { leadMedian, leadLate, receiptCount, reviewDays },
  }
}

function lotReason(facts: Facts): Reason {
  const { lotUnits } = facts
  return {
    kind: 'lot',
    text: `Up to ${units(lotUnits)} more than needed now, because a later order line would cost more than holding them.`,
    numbers: { lotUnits },
  }
}

function minimumReason(facts: Facts): Reason {
  const { minimumQuantity, smallest } = facts
  return {
    kind: 'minimum',
    text: `The vendor takes orders from ${units(minimumQuantity)} on.`,
    numbers: { minimumQuantity, smallest },
  }
}

function packReason(facts: Facts): Reason {
  const { casePack, quantity } = facts
  return {
    kind: 'pack',
    text: `Sold in cases of ${units(casePack)}.`,
    numbers: { casePack, cases: quantity / casePack },
  }
}

function moneyReason(facts: Facts): Reason {
  const { unitCost, price } = facts
  return {
    kind: 'money',
    text: `Each sells at ${money(price)} and costs ${money(unitCost)}.`,
    numbers: { unitCostCents: unitCost, priceCents: price },
  }
}

function budgetReason(facts: Facts, quantity: number): Reason {
  const wanted = facts.quantity
  const text =
    quantity === 0
      ? `Cut: the money or space goes further elsewhere; without the limit ${units(wanted)} would be bought.`
      : `Cut from ${units(wanted)}: the rest of the money or space goes further elsewhere.`
  return { kind: 'budget', text, numbers: { wanted, quantity } }
}

/** Fewer, more, and waiting one review, with what each changes against the wanted quantity. */
export function lineAlternatives(facts: Facts, gain: OrderGain): readonly Alternative[] {
  const { quantity, smallest, casePack, unitCost } = facts
  const quarter = Math.max(1, Math.round(quantity / casePack / 4)) * casePack
  const best = gainOf(gain, quantity)
  const build = (kind: Alternative['kind'], units: number, consequence: string): Alternative => ({
    kind,
    quantity: units,
    costCents: units * unitCost,
    differenceCents: gainOf(gain, units) - best,
    consequence,
  })
  const risk = (units: number) => {
    const above = gain.lost.reduce((sum, lost) => sum + (lost > units + 1e-9 ? 1 : 0), 0)
    return `${Math.round((100 * above) / gain.lost.length)}\u00a0%`
  }
  const chance = (units: number) => `${risk(units)} risk of running short, not ${risk(quantity)}`
  const list = [build('more', quantity + quarter, chance(quantity + quarter))]
  if (quantity - quarter >= smallest) {
    list.unshift(build('fewer', quantity - quarter, chance(quantity - quarter)))
  }
  list.push(build('wait', 0, `${risk(0)} risk of running short before it arrives`))
  return list
}

function units(value: number): string {
  const rounded = value >= 10 ? Math.round(value) : Math.round(value * 10) / 10
  return `${rounded} ${rounded === 1 ? 'unit' : 'units'}`
}

function money(cents: number): string {
  return (cents / 100).toFixed(2)
}
