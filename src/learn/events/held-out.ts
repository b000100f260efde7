import { declareKnob, readKnob } from '../../core/knobs.ts'
import { type EventProfile, multiplierAt } from './effects.ts'
import { profileIndex } from './occurrence.ts'
import { type PoolOptions, poolProfile } from './pool.ts'
import type { WindowSums } from './windows.ts'

export const EVENT_GUARD = declareKnob({
  name: 'learn.event-guard',
  unit: 'share of the error without it',
  range: [0, 1],
  default: 0.05,
  trades:
    'How much of the error around its dates an occasion must take away on dates that it was not learned from: higher believes fewer occasions.',
})

/** Standard deviations of an ordinary step by which a single date has to stand out. */
const LEAST_SCORE = 4
const LEAST_SCORE_OF_PART = 6

/**
 * Whether an occasion foretells itself: each of its dates is foretold by the profile that its other
 * dates alone give (windows is all of them, their sums by group), and the error over all dates must be
 * below that of no profile by the margin of the knob. A single date is believed where a step of its
 * window stands out of what ordinary steps show.
 */
export function believes(
  profile: EventProfile,
  windows: readonly WindowSums[],
  options: PoolOptions,
): boolean {
  if (profile.occurrences < 2) return windows.some((window) => standsOut(profile, window))
  const error = { with: 0, without: 0 }
  windows.forEach((window) => {
    const others = windows.filter((other) => other !== window)
    const told = poolProfile(others, options)
    if (told !== undefined) addErrors(told, window, error)
  })
  return error.with < (1 - readKnob(EVENT_GUARD, options.settings)) * error.without
}

/** Whether a step of the window, of all groups or of one, is far off what ordinary steps beside it are. */
function standsOut(profile: EventProfile, window: WindowSums): boolean {
  const groups = window.seen.length / Math.max(1, window.size)
  const every = Array.from({ length: groups }, (_, g) => g)
  const score = (members: readonly number[]) => largestScore(profile, window, members)
  return score(every) > LEAST_SCORE || every.some((g) => score([g]) > LEAST_SCORE_OF_PART)
}

/** Largest |seen / expected − 1| of the window's steps, in deviations of ordinary steps. */
function largestScore(
  profile: EventProfile,
  { occurrence, from, size, seen, expected, ordinary }: WindowSums,
  members: readonly number[],
): number {
  const sum = (values: Float64Array, k: number) =>
    members.reduce((total, g) => total + values[g * size + k]!, 0)
  let [largest, square, points] = [0, 0, 0]
  for (let k = 0; k < size; k++) {
    const b = sum(expected, k)
    if (!(b > 0)) continue
    const off = sum(seen, k) / b - 1
    if (profileIndex(profile, occurrence, from + k) >= 0) largest = Math.max(largest, Math.abs(off))
    else if (ordinary[k] === 1) {
      square += off * off
      points++
    }
  }
  // Two levels and a slope were fitted to the ordinary steps.
  return points > 3 && square > 0 ? largest / Math.sqrt(square / (points - 3)) : 0
}

/** Σ |seen − expected · multiplier| and Σ |seen − expected| over groups and steps of one window. */
function addErrors(
  profile: EventProfile,
  { occurrence, from, size, seen, expected }: WindowSums,
  into: { with: number; without: number },
): void {
  const strength = occurrence.strength ?? 1
  for (let k = 0; k < size; k++) {
    const at = profileIndex(profile, occurrence, from + k)
    if (at < 0) continue
    for (let place = k, g = 0; place < seen.length; place += size, g++) {
      const b = expected[place]!
      if (!(b > 0)) continue
      const segment = profile.segments[g + 1] ?? profile.segments[0]!
      const m = multiplierAt(segment, profile.season, at, from + k)
      into.with += Math.abs(seen[place]! - b * Math.max(0, 1 + strength * (m - 1)))
      into.without += Math.abs(seen[place]! - b)
    }
  }
}
