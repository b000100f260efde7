import { requireArgument, StorewrightError } from '../errors.ts'
import { type LaneClosure, windowsByLane } from './lane-closures.ts'
import { type DepartureTable, type RouteSet, UNITS_PER_M3, UNLIMITED_UNITS } from './route-set.ts'

// One book for all versions: a truck that leaves tonight is the same truck whichever route set sent
// a parcel to it, so that room is counted by departure (lane and instant) and not by set.
//
//   state   two words a slot, side by side in one cache line: units left, and 1 / capacity as a
//           32-bit float, from which the look-up gets the free share without dividing;
//           after those of all slots a bit a slot, set where room is short. 17 KB for 140,000 slots
//           stay in the first caches: who meets no set bit has room without reading the slots
//
// A departure that is closed keeps its units, moved below zero: whoever looks for room finds none, with
// no look at anything else, and what is given back meanwhile is there when it opens again.

/** Room left on every departure, shared by all threads; changed by this file's functions alone. */
export interface DepartureRoom {
  /**
   * Word 2s: units left on slot s; word 2s + 1: bits of the float 1 / capacity. Bit s % 32 of word
   * 2 × slots + ⌊s / 32⌋: whether the free share is below `TIGHT_SHARE` after `TIGHT_UNITS` more.
   */
  readonly state: Int32Array
}

/** What is asked of a book: a departure of a lane, by the lane's id. */
export interface DepartureRequest {
  readonly laneIds: readonly string[]
  readonly lane: Int32Array
  /** Epoch minutes. */
  readonly minute: Int32Array
  /** Units of 0.0001 m³; UNLIMITED_UNITS where none is stated. */
  readonly capacity: Int32Array
}

/** The register of all departures that route sets refer to, and the room left on them. */
export interface DepartureBook extends DepartureRoom {
  readonly laneIds: readonly string[]
  /** Slots in use. */
  readonly size: number
  /**
   * Slots of departures: known ones keep theirs (a new capacity moves the room left by the
   * difference), new ones are added. Throws ERR_ROUTES_FULL when the book has no slot left.
   */
  slotsOf(request: DepartureRequest): Int32Array
  /** The table as it stands: what a route set built now carries. */
  table(): DepartureTable
  /**
   * Closes the departures of these lanes within their windows, those that are added later included,
   * and opens all others again. Room that parcels hold on them stays theirs. O(slots).
   */
  setClosures(closures: readonly LaneClosure[]): void
  /** True while a departure takes nothing. */
  isClosed(slot: number): boolean
}

/** Room for so many departures unless stated otherwise: four weeks of 70,000. */
const DEFAULT_SLOTS = 280_000

/** Free share below which a departure counts as short of room: above what usual knees of prices are. */
export const TIGHT_SHARE = 0.5
/** Units that a parcel may take where no departure is short: a tenth of a cubic metre. */
export const TIGHT_UNITS = 1000
const BITS = 32

/** Most units that a departure is counted to have room for: 107,374 m³. */
const MOST_ROOM = 2 ** 30 - 1
/** What closing takes from the units left. */
const CLOSED = 2 ** 30
/** Units left on a closed departure that states no capacity. */
const CLOSED_UNLIMITED = -(2 ** 31)

/** Words of a book's state with so many slots. */
function stateWords(slots: number): number {
  return 2 * slots + Math.ceil(slots / BITS)
}

/** First word of the bits of a state: the slots are what `stateWords` gives its length for. */
export function firstTightWord({ state }: DepartureRoom): number {
  return 2 * Math.floor((BITS * state.length) / (2 * BITS + 1))
}

/** An empty book with room for `slots` departures. */
export function createDepartureBook(slots = DEFAULT_SLOTS): DepartureBook {
  requireArgument(Number.isInteger(slots) && slots >= 1, `a book cannot have ${slots} slots`)
  return new Book(slots)
}

/**
 * The book that a set was built against, all departures empty: for a process that opens the set
 * from its file. `slots` leaves room for departures to come; default twice those of the set.
 */
export function bookOfSet(set: RouteSet, slots = 2 * set.departures.lane.length): DepartureBook {
  const book = new Book(Math.max(1, slots))
  book.slotsOf({ laneIds: set.laneIds, ...set.departures })
  return book
}

/** Units of a volume in m³, rounded up: a parcel takes some room always. */
export function unitsOf(m3: number): number {
  requireArgument(m3 >= 0 && m3 * UNITS_PER_M3 < UNLIMITED_UNITS, `${m3} m³ is no volume`)
  return Math.max(1, Math.ceil(m3 * UNITS_PER_M3))
}

/** Units of a departure's capacity in m³, rounded down; UNLIMITED_UNITS for Infinity. */
export function capacityUnits(m3: number): number {
  return m3 * UNITS_PER_M3 >= UNLIMITED_UNITS ? UNLIMITED_UNITS : Math.floor(m3 * UNITS_PER_M3)
}

/** Units left on a departure: UNLIMITED_UNITS where it states no capacity, below 0 while it is closed. */
export function unitsLeft({ state }: DepartureRoom, slot: number): number {
  return Atomics.load(state, 2 * slot)
}

/** Share of a departure that stays free after `units` more: 1 or more where it states no capacity. */
export function freeShareAfter({ state }: DepartureRoom, slot: number, units: number): number {
  const inverse = new Float32Array(state.buffer, state.byteOffset + 8 * slot + 4, 1)
  return (unitsLeft({ state }, slot) - units) * inverse[0]!
}

/**
 * Takes `units` on every one of the first `legs` departures of `slots`, or on none: false when one
 * has no room. Never takes more than there is, however many threads take at once.
 */
export function reserve(
  { state }: DepartureRoom,
  slots: ArrayLike<number>,
  legs: number,
  units: number,
): boolean {
  const bits = firstTightWord({ state })
  for (let leg = 0; leg < legs; leg++) {
    if (!takeUnits(state, 2 * slots[leg]!, units, bits)) {
      for (let taken = 0; taken < leg; taken++) giveUnits(state, 2 * slots[taken]!, units, bits)
      return false
    }
  }
  return true
}

/** Gives `units` back on the first `legs` departures of `slots`: a parcel that does not go. */
export function release(
  { state }: DepartureRoom,
  slots: ArrayLike<number>,
  legs: number,
  units: number,
): void {
  const bits = firstTightWord({ state })
  for (let leg = 0; leg < legs; leg++) giveUnits(state, 2 * slots[leg]!, units, bits)
}

/**
 * Takes again what was released a moment before, whether there is room or not: a parcel that stays
 * where it was, on a departure that may have closed.
 */
export function retake(
  { state }: DepartureRoom,
  slots: ArrayLike<number>,
  legs: number,
  units: number,
): void {
  const bits = firstTightWord({ state })
  for (let leg = 0; leg < legs; leg++) giveUnits(state, 2 * slots[leg]!, -units, bits)
}

function takeUnits(state: Int32Array, at: number, units: number, bits: number): boolean {
  let left = Atomics.load(state, at)
  while (left >= units) {
    if (left === UNLIMITED_UNITS) return true
    const seen = Atomics.compareExchange(state, at, left, left - units)
    if (seen === left) {
      markTight(state, at, bits)
      return true
    }
    left = seen
  }
  return false
}

function giveUnits(state: Int32Array, at: number, units: number, bits: number): void {
  const left = Atomics.load(state, at)
  if (left === UNLIMITED_UNITS || left === CLOSED_UNLIMITED) return
  Atomics.add(state, at, units)
  markTight(state, at, bits)
}

const scratch = new Int32Array(1)
const asFloat = new Float32Array(scratch.buffer)

/**
 * Brings a slot's bit in line with the units left. Looks again after each change: of threads that
 * take and give at once the last to look sees what the slot came to.
 */
function markTight(state: Int32Array, at: number, bits = firstTightWord({ state })): void {
  const word = bits + (at >> 6)
  const bit = 1 << (at >> 1)
  for (;;) {
    scratch[0] = state[at + 1]!
    const isTight = (Atomics.load(state, at) - TIGHT_UNITS) * asFloat[0]! < TIGHT_SHARE
    if (isTight === ((Atomics.load(state, word) & bit) !== 0)) return
    if (isTight) Atomics.or(state, word, bit)
    else Atomics.and(state, word, ~bit)
  }
}

class Book implements DepartureBook {
  readonly state: Int32Array
  readonly laneIds: string[] = []
  size = 0
  private readonly inverse: Float32Array
  private readonly lane: Int32Array
  private readonly minute: Int32Array
  private readonly capacity: Int32Array
  private readonly laneNumbers = new Map<string, number>()
  /** lane × 2^32 + minute → slot. */
  private readonly slots = new Map<number, number>()
  private readonly closed: Uint8Array
  private closures: readonly LaneClosure[] = []
  private isShut: (lane: number, minute: number) => boolean = () => false

  constructor(slots: number) {
    this.state = new Int32Array(new SharedArrayBuffer(4 * stateWords(slots)))
    this.inverse = new Float32Array(this.state.buffer)
    this.lane = new Int32Array(slots)
    this.minute = new Int32Array(slots)
    this.capacity = new Int32Array(slots)
    this.closed = new Uint8Array(slots)
  }

  slotsOf(request: DepartureRequest): Int32Array {
    const lanes = request.laneIds.map((id) => this.laneNumber(id))
    if (this.closures.length > 0) this.isShut = windowsByLane(this.closures, this.laneIds)
    const result = new Int32Array(request.lane.length)
    for (let i = 0; i < result.length; i++) {
      const lane = lanes[request.lane[i]!]!
      result[i] = this.slotOf(lane, request.minute[i]!, request.capacity[i]!)
    }
    return result
  }

  table(): DepartureTable {
    return {
      lane: shared(this.lane.subarray(0, this.size)),
      minute: shared(this.minute.subarray(0, this.size)),
      capacity: shared(this.capacity.subarray(0, this.size)),
    }
  }

  setClosures(closures: readonly LaneClosure[]): void {
    this.closures = closures
    this.isShut = windowsByLane(closures, this.laneIds)
    for (let slot = 0; slot < this.size; slot++) {
      this.shut(slot, this.isShut(this.lane[slot]!, this.minute[slot]!))
    }
  }

  isClosed(slot: number): boolean {
    return this.closed[slot] === 1
  }

  private shut(slot: number, isShut: boolean): void {
    if (isShut === this.isClosed(slot)) return
    this.closed[slot] = isShut ? 1 : 0
    if (this.capacity[slot] === UNLIMITED_UNITS) {
      Atomics.store(this.state, 2 * slot, isShut ? CLOSED_UNLIMITED : UNLIMITED_UNITS)
    } else Atomics.add(this.state, 2 * slot, isShut ? -CLOSED : CLOSED)
    markTight(this.state, 2 * slot)
  }

  private laneNumber(id: string): number {
    const known = this.laneNumbers.get(id)
    if (known !== undefined) return known
    this.laneNumbers.set(id, this.laneIds.length)
    return this.laneIds.push(id) - 1
  }

  private slotOf(lane: number, minute: number, capacity: number): number {
    const key = lane * 2 ** 32 + minute
    const known = this.slots.get(key)
    if (known !== undefined) {
      this.resize(known, capacity)
      return known
    }
    const slot = this.size
    if (slot === this.lane.length) throw bookIsFull(slot)
    this.slots.set(key, slot)
    this.lane[slot] = lane
    this.minute[slot] = minute
    this.capacity[slot] = capacity
    this.inverse[2 * slot + 1] = inverseOf(capacity)
    Atomics.store(this.state, 2 * slot, roomOf(capacity))
    markTight(this.state, 2 * slot)
    this.size += 1
    this.shut(slot, this.isShut(lane, minute))
    return slot
  }

  private resize(slot: number, capacity: number): void {
    const before = this.capacity[slot]!
    if (before === capacity) return
    const isShut = this.isClosed(slot)
    this.shut(slot, false)
    this.capacity[slot] = capacity
    this.inverse[2 * slot + 1] = inverseOf(capacity)
    const isBounded = before !== UNLIMITED_UNITS && capacity !== UNLIMITED_UNITS
    if (isBounded) Atomics.add(this.state, 2 * slot, roomOf(capacity) - roomOf(before))
    else Atomics.store(this.state, 2 * slot, roomOf(capacity))
    markTight(this.state, 2 * slot)
    this.shut(slot, isShut)
  }
}

function roomOf(capacity: number): number {
  return capacity === UNLIMITED_UNITS ? capacity : Math.min(capacity, MOST_ROOM)
}

/** Unlimited departures look all but empty whatever they carry. */
function inverseOf(capacity: number): number {
  return capacity === UNLIMITED_UNITS || capacity <= 0 ? 1 : 1 / capacity
}

function shared(values: Int32Array): Int32Array {
  const copy = new Int32Array(new SharedArrayBuffer(values.byteLength))
  copy.set(values)
  return copy
}

function bookIsFull(slots: number): StorewrightError {
  return new StorewrightError(
    'ERR_ROUTES_FULL',
    `The book of departures has only ${slots} slots.`,
    {
      next: 'Make the book with more slots, or start a new one once the parcels of past departures have arrived.',
    },
  )
}
