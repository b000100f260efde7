import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { bandits } from '../../learn/index.ts'
import type { FeedbackEvent, FeedbackKind, SearchRecord } from '../feedback/events.ts'
import { cartReward, clickReward, purchaseReward } from './knobs.ts'

/** What each kind of act counts. */
export type KindRewards = Readonly<Record<FeedbackKind, number>>

export function kindRewards(settings: KnobSettings = {}): KindRewards {
  return {
    view: 0,
    click: readKnob(clickReward, settings),
    add_to_cart: readKnob(cartReward, settings),
    purchase: readKnob(purchaseReward, settings),
  }
}

/** What a search earned, and which arms are to thank for it. */
export interface SearchReward {
  /** In [0, 1]: what the best act after it counts. */
  readonly reward: number
  /** The product of that act (the latest of equals): the one that was found in the end. */
  readonly productId?: string
  /** Credit of each of the record's shares; they sum to the reward where an arm brought the product. */
  readonly credits: Float64Array
}

/**
 * Reward of a search from what followed: the best act, the latest among equals; events of other
 * searches are passed over. Its credit is shared among the arms that brought the product.
 */
export function rewardOf(
  record: SearchRecord,
  events: readonly FeedbackEvent[],
  kinds: KindRewards,
): SearchReward {
  const credits = new Float64Array(record.shares.length)
  let best: FeedbackEvent | undefined
  for (const event of events) {
    if (event.queryId !== record.queryId || !((kinds[event.kind] ?? 0) > 0)) continue
    const isBetter =
      best === undefined ||
      kinds[event.kind] > kinds[best.kind] ||
      (kinds[event.kind] === kinds[best.kind] && event.at >= best.at)
    if (isBetter) best = event
  }
  if (best === undefined) return { reward: 0, credits }
  const reward = kinds[best.kind]
  const place = record.shown.indexOf(best.productId)
  bandits.shareCredit(reward, record.broughtBy[place] ?? [], credits)
  return { reward, productId: best.productId, credits }
}
