import type { RouteHolder, SwitchOrder } from './holder.ts'

/** A switch that is to happen at a set time. */
export interface ScheduledSwitch {
  /** Epoch minute. */
  readonly at: number
  readonly orders: readonly SwitchOrder[]
  /** Assignment that must still hold then: what was seen when the switch was decided. */
  readonly expected: number
}

/**
 * Makes the switch once `now` (epoch minutes) has reached its time: returns the number of the
 * assignment that holds then, undefined before its time. Whoever has a clock calls it; throws as
 * `switchTo` does, so that a switch decided on what no longer holds is not made.
 */
export function switchWhenDue(
  holder: RouteHolder,
  plan: ScheduledSwitch,
  now: number,
): number | undefined {
  return now >= plan.at ? holder.switchTo(plan.orders, plan.expected) : undefined
}
