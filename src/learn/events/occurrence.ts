import { type Buckets, bucketOf, DAY_MS } from '../../core/calendar.ts'
import type { PanelEvent } from '../../core/panel.ts'

/**
 * One occurrence of an occasion on an axis of equal steps: days, weeks, hours, minutes; any integers
 * that rise by one.
 */
export interface Occurrence {
  /** The same for each occurrence of the occasion. */
  readonly name: string
  readonly kind: string
  /** First and last step, both included. */
  readonly first: number
  readonly last: number
  /** Expected effect relative to that of its past occurrences; absent = 1. */
  readonly strength?: number
  /** Indices of the series it touches; absent = all. */
  readonly series?: Int32Array
}

/**
 * Events in days as occurrences in buckets; an event that touches a bucket covers it. One that is told
 * twice counts once, and one that ends before it begins is none.
 */
export function occurrencesOf(events: readonly PanelEvent[], buckets: Buckets): Occurrence[] {
  return distinct(events).map(({ firstDay, lastDay, ...rest }) => ({
    ...rest,
    first: bucketOf(firstDay * DAY_MS, buckets),
    last: bucketOf((lastDay + 1) * DAY_MS - 1, buckets),
  }))
}

function distinct(events: readonly PanelEvent[]): PanelEvent[] {
  const seen = new Set<string>()
  return events.filter(({ name, firstDay, lastDay, series }) => {
    if (!(lastDay >= firstDay)) return false
    if (series !== undefined) return true
    const key = JSON.stringify([name, firstDay, lastDay])
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** How far an occasion reaches before its first and after its last step. */
export interface Reach {
  readonly lead: number
  readonly tail: number
}

/**
 * Index of a step in a profile of lead + during + tail entries: before counts back from the first
 * step, after counts on from the last; −1 outside the window. An occurrence longer than the profile
 * repeats the profile's middle, a shorter one leaves the end of the middle out.
 */
export function profileIndex(
  { lead, during, tail }: Reach & { readonly during: number },
  { first, last }: Occurrence,
  step: number,
): number {
  if (step < first) return step >= first - lead ? step - first + lead : -1
  if (step > last) return step <= last + tail ? lead + during + step - last - 1 : -1
  const length = last - first + 1
  const at = step - first
  if (at < during - 1 || length <= during) return lead + Math.min(at, during - 1)
  // The last step of a long occurrence is like the last of the profile, what is between its middle.
  return step === last ? lead + during - 1 : lead + Math.max(0, during - 2)
}

/** Occurrences by name, each list by first step. */
export function byName(occurrences: readonly Occurrence[]): Map<string, Occurrence[]> {
  const groups = new Map<string, Occurrence[]>()
  for (const occurrence of occurrences) {
    const group = groups.get(occurrence.name)
    if (group) group.push(occurrence)
    else groups.set(occurrence.name, [occurrence])
  }
  for (const group of groups.values()) group.sort((a, b) => a.first - b.first)
  return groups
}

/** 1 for each of `count` steps from `first` on that lies in the window of an occurrence. */
export function windowMask(
  occurrences: readonly Occurrence[],
  first: number,
  count: number,
  { lead, tail }: Reach,
): Uint8Array {
  const mask = new Uint8Array(count)
  for (const { first: from, last } of occurrences) {
    const begin = Math.max(0, from - lead - first)
    const end = Math.min(count, last + tail + 1 - first)
    if (end > begin) mask.fill(1, begin, end)
  }
  return mask
}

/**
 * Whose each of `count` steps from `first` on is: the index of the occasion (in the order of
 * byName) whose occurrence is nearest, of two the one to come; −1 outside every window. Occurrences
 * that touch some series alone own nothing.
 */
export function ownersOf(
  grouped: readonly (readonly [string, readonly Occurrence[]])[],
  first: number,
  count: number,
  { lead, tail }: Reach,
): Int32Array {
  const owner = new Int32Array(count).fill(-1)
  const distance = new Float64Array(count).fill(Infinity)
  grouped.forEach(([, list], index) => {
    for (const occurrence of list) {
      if (occurrence.series) continue
      const end = Math.min(first + count, occurrence.last + tail + 1)
      for (let step = Math.max(first, occurrence.first - lead); step < end; step++) {
        // Half a step more for what is past, so that a tie goes to what is to come.
        const off = step > occurrence.last ? step - occurrence.last + 0.5 : occurrence.first - step
        const near = Math.max(0, off)
        if (near >= distance[step - first]!) continue
        distance[step - first] = near
        owner[step - first] = index
      }
    }
  })
  return owner
}
