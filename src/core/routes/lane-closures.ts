/** Lanes over which nothing goes for a time. */
export interface LaneClosure {
  readonly laneIds: readonly string[]
  /** Epoch minutes: departures from the first up to, and without, the second are closed. */
  readonly fromMinute: number
  readonly toMinute: number
}

/** Tells whether a lane (number in `laneIds`) is closed at an epoch minute. */
export function windowsByLane(
  closures: readonly LaneClosure[],
  laneIds: readonly string[],
): (lane: number, minute: number) => boolean {
  const byId = new Map<string, LaneClosure[]>()
  for (const closure of closures) {
    for (const id of closure.laneIds) {
      const own = byId.get(id)
      if (own === undefined) byId.set(id, [closure])
      else own.push(closure)
    }
  }
  const byLane = laneIds.map((id) => byId.get(id))
  return (lane, minute) =>
    byLane[lane]?.some(({ fromMinute, toMinute }) => minute >= fromMinute && minute < toMinute) ===
    true
}
