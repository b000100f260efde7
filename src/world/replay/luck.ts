import { drawKey, streamKey, uniformAt } from './counter-random.ts'
import type { World } from './input.ts'

/**
 * How the vendors of one seed behave. What happens to an order depends on (seed, product, day it is
 * placed) alone: every policy, and the bound, face the same vendors.
 */
export interface Luck {
  readonly leadTime: number
  readonly split: number
  readonly delay: number
}

/** The luck of a seed. */
export function luckOf(seed: string | number): Luck {
  return {
    leadTime: streamKey(seed, 'replay lead time'),
    split: streamKey(seed, 'replay split delivery'),
    delay: streamKey(seed, 'replay split delay'),
  }
}

/**
 * Day index on which an order of `product` placed on day index `day` arrives, or its first part if
 * it is split: the first open day at or after day + lead time; `world.days` if after the replay.
 */
export function firstArrival(world: World, luck: Luck, product: number, day: number): number {
  const { distributionOf, offsets, values } = world.input.leadTimes
  const table = distributionOf[product]!
  const from = offsets[table]!
  const size = offsets[table + 1]! - from
  const u = size === 1 ? 0 : uniformAt(drawKey(luck.leadTime, product), day)
  const arrival = day + values[from + Math.floor(u * size)]!
  return world.nextOpen[Math.min(arrival, world.days)]!
}

/**
 * Day index on which the late part of that order arrives, or −1 if it comes in one; `first` is its
 * firstArrival. The delay is uniform on 1 … 2 × mean − 1 days.
 */
export function lateArrival(
  world: World,
  luck: Luck,
  product: number,
  day: number,
  first: number,
): number {
  const { partialProbability, partialDelayDays } = world.params
  if (partialProbability === 0) return -1
  if (uniformAt(drawKey(luck.split, product), day) >= partialProbability) return -1
  const u = uniformAt(drawKey(luck.delay, product), day)
  const arrival = first + 1 + Math.floor(u * (2 * partialDelayDays - 1))
  return world.nextOpen[Math.min(arrival, world.days)]!
}

/** Units of a split order of `units` that come late. */
export function lateUnits(world: World, units: number): number {
  return Math.floor(units * world.params.partialShare)
}
