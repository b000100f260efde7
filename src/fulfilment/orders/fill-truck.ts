/** A parcel that stands at the dock when a departure closes. */
export interface DockedParcel {
  readonly m3: number
  /** True where the next departure of the lane still keeps its promise. */
  readonly mayWait: boolean
  /** Minutes between its arrival by the next departure and its promise: who has most waits first. */
  readonly slackMinutes: number
}

/** A departure that closes now. */
export interface ClosingDeparture {
  /** Room of one truck, m³, and what one costs to run; as many run as the load needs. */
  readonly truckM3: number
  readonly truckCents: number
  /** Loads that came to past departures of the lane, m³: what the next one may carry anyway. */
  readonly pastLoadsM3: readonly number[]
}

/** Who goes and who waits for the next departure. */
export interface TruckLoad {
  /** Indices into the parcels, rising. */
  readonly goes: readonly number[]
  readonly waits: readonly number[]
  /** Trucks that run now, and the cents expected to be saved by waiting; 0 where nobody waits. */
  readonly trucks: number
  readonly savedCents: number
}

/**
 * Decides which parcels of a closing departure wait for the next one inside their promises, so that
 * trucks go full. With n trucks, from those that parcels without time need to those that all need:
 *
 *   cost(n) = n · truck + truck · mean over past loads F of (⌈(F + rest) / room⌉ − ⌈F / room⌉)
 *
 * where the rest waits, those with most slack first. The least cost wins, ties go to nobody waiting.
 * Without past loads nobody waits. O(parcels · log parcels + trucks · past loads).
 */
export function fillTruck(
  departure: ClosingDeparture,
  parcels: readonly DockedParcel[],
): TruckLoad {
  const { truckM3, truckCents, pastLoadsM3 } = departure
  const order = parcels
    .map((_, index) => index)
    .sort((a, b) => urgency(parcels[a]!) - urgency(parcels[b]!) || a - b)
  const total = parcels.reduce((sum, { m3 }) => sum + m3, 0)
  const all = trucksFor(total, truckM3)
  const hurried = parcels.reduce((sum, { m3, mayWait }) => sum + (mayWait ? 0 : m3), 0)
  const everyone = { goes: parcels.map((_, index) => index), waits: [], trucks: all, savedCents: 0 }
  if (pastLoadsM3.length === 0) return everyone
  let best: TruckLoad = everyone
  for (let trucks = trucksFor(hurried, truckM3); trucks < all; trucks++) {
    const { goes, waits, restM3 } = loadUp(order, parcels, trucks * truckM3)
    const next = truckCents * expectedTrucks(restM3, departure)
    const savedCents = (all - trucks) * truckCents - next
    if (savedCents > best.savedCents) best = { goes, waits, trucks, savedCents }
  }
  return best
}

/** Trucks that a load needs. */
export function trucksFor(m3: number, truckM3: number): number {
  // A load that fills its trucks to the last drop of rounding needs no further one.
  return Math.max(0, Math.ceil(m3 / truckM3 - 1e-9))
}

function urgency({ mayWait, slackMinutes }: DockedParcel): number {
  return mayWait ? slackMinutes : Number.NEGATIVE_INFINITY
}

/** Parcels in order of urgency into the room there is; who has no time goes in any case. */
function loadUp(order: readonly number[], parcels: readonly DockedParcel[], roomM3: number) {
  const goes: number[] = []
  const waits: number[] = []
  let left = roomM3
  let restM3 = 0
  for (const index of order) {
    const { m3, mayWait } = parcels[index]!
    if (!mayWait || m3 <= left + 1e-9) {
      goes.push(index)
      left -= m3
    } else {
      waits.push(index)
      restM3 += m3
    }
  }
  return { goes: goes.sort((a, b) => a - b), waits: waits.sort((a, b) => a - b), restM3 }
}

/**
 * Trucks that a load adds to a departure, in the mean over the loads F that it may carry anyway:
 * mean of ⌈(F + load) / room⌉ − ⌈F / room⌉. Near 0 where a truck runs anyway and has room, near 1
 * where none would run: times a truck's cents, the price of room at the margin. 0 loads: load / room.
 */
export function expectedTrucks(
  m3: number,
  { truckM3, pastLoadsM3 }: Pick<ClosingDeparture, 'truckM3' | 'pastLoadsM3'>,
): number {
  if (pastLoadsM3.length === 0) return m3 / truckM3
  let added = 0
  for (const load of pastLoadsM3) {
    added += trucksFor(load + m3, truckM3) - trucksFor(load, truckM3)
  }
  return added / pastLoadsM3.length
}
