/**
 * Decay without touching what decays: an amount that came at `at` is kept times 2^((at − zero) / life),
 * so that all amounts may be added whatever their order, and read at `now` times 2^((zero − now) / life).
 * Source: forward decay, Cormode et al. 2009.
 */
export interface TimeScale {
  /** Epoch ms that counts as no decay. */
  readonly zero: number
  readonly halfLife: number
}

const DAY_MILLISECONDS = 86_400_000
/** Beyond so many half-lives amounts are brought back to a new zero: doubles bear 2^±1000. */
const MOST_HALF_LIVES = 100

export function createTimeScale(zero: number, halfLifeDays: number): TimeScale {
  return { zero, halfLife: halfLifeDays * DAY_MILLISECONDS }
}

/** Factor of an amount that comes at `at`; of one that is read at `at`, its inverse. */
export function decayFactor({ zero, halfLife }: TimeScale, at: number): number {
  const lives = (at - zero) / halfLife
  return 2 ** Math.max(-9 * MOST_HALF_LIVES, Math.min(9 * MOST_HALF_LIVES, lives))
}

/** Whether `at` lies so far from the scale's zero that it should move. */
export function isFarOff({ zero, halfLife }: TimeScale, at: number): boolean {
  return at - zero > MOST_HALF_LIVES * halfLife
}
