import type { Outlook } from './outlook.ts'

/** Longest way between two knots, and by how much the spread may change on it (log standard deviation). */
const LONGEST_MINUTES = 10
const LARGEST_CHANGE = 0.03

/**
 * Steps at which deviations from the expected course are drawn; between them they go straight. Knots stand
 * near where the spread changes (starts and ends of events), at both ends of each day, and nowhere further
 * apart than ten minutes. First and last step are knots.
 */
export function knotsOf({ axis, clock, variance }: Outlook): Int32Array {
  const longest = Math.max(1, Math.floor((LONGEST_MINUTES * 60_000) / axis.stepMs))
  const knots: number[] = [0]
  let spread = Math.sqrt(variance[0]!)
  for (let t = 1; t < axis.count; t++) {
    const last = knots.at(-1)!
    const own = Math.sqrt(variance[t]!)
    const isDay = clock.day[t] !== clock.day[t - 1]
    const isFar = t - last >= longest || Math.abs(own - spread) > LARGEST_CHANGE
    if (isDay && last !== t - 1) knots.push(t - 1)
    if (isDay || isFar || t + 1 === axis.count) {
      knots.push(t)
      spread = own
    }
  }
  return Int32Array.from(knots)
}
