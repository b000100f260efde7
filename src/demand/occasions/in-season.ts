import type { events } from '../../learn/index.ts'

/**
 * Names of the occasions that a season of `season` slots holds already: each of their occurrences, from
 * the season before slot `first` on, has one in the same slots a season before and one a season after, as
 * far as the past (from `first`) and the calendar (`occurrences`, all of them) reach. What stood elsewhere, is new, or does not come back is
 * none of them: the slot of the last season is wrong about it. Nothing is said of slots behind the last
 * date of the calendar; there the season stands.
 */
export function namesInSeason(
  occurrences: readonly events.Occurrence[],
  season: number,
  first: number,
): ReadonlySet<string> {
  const last = occurrences.reduce((most, o) => Math.max(most, o.first), first)
  const place = (o: events.Occurrence, shift: number) =>
    JSON.stringify([o.name, o.first + shift, o.last + shift])
  const told = new Set(occurrences.map((o) => place(o, 0)))
  const stays = (o: events.Occurrence) =>
    (o.first - season < first || told.has(place(o, -season))) &&
    (o.first + season > last || told.has(place(o, season)))
  const held = new Set(occurrences.map(({ name }) => name))
  for (const o of occurrences) if (o.first >= first - season && !stays(o)) held.delete(o.name)
  return held
}
