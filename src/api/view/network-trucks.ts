import type { TruckPage, TruckRow, TrucksQuery } from '../schemas/network-lanes.ts'
import { weekday } from '../schemas/network-lanes.ts'
import { hasWords, severityOf } from './network-lanes.ts'
import type { NetworkPicture, PlannedLanes } from './network-picture.ts'

const DAY_MINUTES = 1440

/** The trucks that leave on a weekday, with what each is expected to carry; emptiest money first. */
export function truckPage(
  { network }: Pick<NetworkPicture, 'network'>,
  planned: PlannedLanes,
  { day, q = '', offset, limit }: TrucksQuery,
): TruckPage {
  const all = trucksOf(network.lanes.ids, planned, weekday.options.indexOf(day)).filter((row) =>
    hasWords(row, q),
  )
  const sorted = [...all].sort(
    (a, b) =>
      emptyCents(b) - emptyCents(a) || a.minute - b.minute || (a.laneId < b.laneId ? -1 : 1),
  )
  return {
    day,
    total: all.length,
    fill: fillOf(all),
    hours: Array.from({ length: 24 }, (_, hour) => {
      const leaving = all.filter(({ minute }) => Math.floor(minute / 60) === hour)
      return { trucks: leaving.length, fill: fillOf(leaving) }
    }),
    rows: sorted.slice(offset, offset + limit),
  }
}

const emptyCents = ({ costCents, fill }: TruckRow) => costCents * (1 - fill)

/** Departures on a day of lanes that run; what a week carries is spread evenly over its departures. */
function trucksOf(
  laneIds: readonly string[],
  { rows, departures }: PlannedLanes,
  day: number,
): TruckRow[] {
  const running = new Map(
    rows.filter((row) => row.status === 'runs').map((row) => [row.laneId, row]),
  )
  const trucks: TruckRow[] = []
  departures.minuteOfWeek.forEach((minuteOfWeek, at) => {
    if (Math.floor(minuteOfWeek / DAY_MINUTES) !== day) return
    const row = running.get(laneIds[departures.lane[at]!]!)
    if (row === undefined) return
    const minute = minuteOfWeek % DAY_MINUTES
    const count = row.departuresAWeek + row.extraDepartures
    const room = row.roomM3 ?? Number.POSITIVE_INFINITY
    trucks.push({
      laneId: row.laneId,
      from: row.from,
      to: row.to,
      purpose: row.purpose,
      minute,
      packedByMinute: minute - departures.cutoffMinutes[at]!,
      m3: row.meanM3 / count,
      roomM3: row.roomM3,
      fill: row.fill,
      fullestFill: row.mostM3 / row.departuresAWeek / room,
      costCents: Math.round(row.costCents / count),
      severity: severityOf(row.fill, 'runs'),
    })
  })
  return trucks
}

/** Volume over room of trucks that state their room. */
function fillOf(trucks: readonly TruckRow[]): number | null {
  const stated = trucks.filter(({ roomM3 }) => roomM3 !== null)
  const room = stated.reduce((sum, { roomM3 }) => sum + roomM3!, 0)
  return room > 0 ? Math.min(1, stated.reduce((sum, { m3 }) => sum + m3, 0) / room) : null
}
