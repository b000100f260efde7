import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { requireArgument, StorewrightError } from '../errors.ts'
import type { RouteSet } from './route-set.ts'

// Which version serves which area, for all threads at once.
//
//   current       one word: the number of the assignment that holds; a switch exchanges it
//   assignments   a ring: for each area the place of its version; never written while it holds
//   places        serial of the version kept there (0: none), and parcels in flight with it
//
// A reader takes one reference a request: the assignment, its area's place, the set. It never sees half a
// switch, because the exchange is one word, nor waits for one, because nothing is locked. Sets reach
// other threads as messages before they can be switched to: a reader that meets a serial it does not
// know reads its mail, which is there already.

/** Words of the control block. */
const CURRENT = 0
const NEXT_SERIAL = 1
const CONTROL_WORDS = 2

/** Assignments remembered: so many switches can be rolled back. */
const RING = 16

/** The shared memory of a holder. */
export interface HolderMemory {
  readonly areas: number
  readonly places: number
  readonly control: Int32Array
  readonly assignments: Int32Array
  /** Number of the assignment before each in the ring. */
  readonly before: Int32Array
  readonly serials: Int32Array
  readonly inFlight: Int32Array
}

/** What a thread is given (in `workerData`, `port` in its transfer list) to read a holder. */
export interface HolderShare {
  readonly memory: HolderMemory
  readonly port: MessagePort
}

interface Mail {
  readonly place: number
  readonly serial: number
  readonly set: RouteSet
}

/** One reference to a version; take one a request and use nothing else in it. */
export interface HeldSet {
  readonly set: RouteSet
  readonly place: number
  readonly serial: number
}

/** Reads the current versions in one thread. */
export interface RouteReader {
  /** The set that serves an area now. Throws ERR_ROUTES_VERSION before the first switch. */
  take(area: number): HeldSet
  /** Counts a parcel in flight: its version is kept until `letGo`. */
  keep(held: HeldSet): void
  letGo(held: HeldSet): void
}

/** Which areas go over to a version: all of them, or some (a region, a pioneer). */
export interface SwitchOrder {
  readonly version: string
  readonly areas?: readonly number[] | undefined
}

/** Keeps versions and says which serves: in the thread that plans; others read through shares. */
export interface RouteHolder extends RouteReader {
  /** Number of the assignment that holds: what a switch expects to find. */
  readonly current: number
  /** Makes a set known to all readers, serving no one yet. Throws ERR_ROUTES_FULL, ERR_ARGUMENT. */
  publish(set: RouteSet): void
  /**
   * Switches areas to published versions by one exchange; returns the number of the assignment that
   * holds then. Several orders at once are one switch. Throws ERR_ROUTES_CONFLICT when another
   * assignment than `expected` holds, ERR_ROUTES_VERSION on an unknown version.
   */
  switchTo(orders: readonly SwitchOrder[], expected: number): number
  /** Goes back to what held before the current assignment, by the same exchange. */
  rollBack(expected: number): number
  /** The version of each area, undefined before the first switch. */
  versions(): readonly (string | undefined)[]
  /** Parcels in flight with a version. */
  inFlight(version: string): number
  /** Forgets a version. Throws ERR_ROUTES_VERSION while it serves, can be rolled back to or has parcels in flight. */
  retire(version: string): void
  /** What another thread needs to read along. */
  share(): HolderShare
  /** Ends the ports of all shares, so that the process can end. */
  close(): void
}

/** A holder for so many areas and at most `places` versions at a time. */
export function createRouteHolder(areas: number, places = 64): RouteHolder {
  requireArgument(areas >= 1 && places >= 2, `a holder of ${areas} areas and ${places} versions`)
  const shared = (words: number) => new Int32Array(new SharedArrayBuffer(4 * words))
  const memory: HolderMemory = {
    ...{ areas, places, control: shared(CONTROL_WORDS), assignments: shared(RING * areas) },
    ...{ before: shared(RING), serials: shared(places), inFlight: shared(places) },
  }
  memory.assignments.fill(-1)
  memory.before.fill(-1)
  return new Holder(memory)
}

/** The reader of a share, in the thread that was given it. */
export function createRouteReader({ memory, port }: HolderShare): RouteReader {
  const known: (HeldSet | undefined)[] = []
  return readerOn(memory, known, () => {
    for (;;) {
      const mail = receiveMessageOnPort(port)?.message as Mail | undefined
      if (mail === undefined) return
      known[mail.place] = mail
    }
  })
}

function readerOn(
  memory: HolderMemory,
  known: (HeldSet | undefined)[],
  readMail: () => void,
): RouteReader {
  const { control, assignments, serials, inFlight, areas } = memory
  return {
    take(area) {
      for (;;) {
        const assignment = Atomics.load(control, CURRENT)
        const place = Atomics.load(assignments, (assignment % RING) * areas + area)
        // The ring has gone round between the two reads: the place may be of a switch not yet made.
        if (assignment + RING - 1 <= Atomics.load(control, CURRENT)) continue
        if (place < 0 || place === undefined) throw servesNothing(area, areas)
        const serial = Atomics.load(serials, place)
        if (known[place]?.serial !== serial) readMail()
        const held = known[place]
        if (held !== undefined && held.serial === serial) return held
      }
    },
    keep(held) {
      Atomics.add(inFlight, held.place, 1)
      if (Atomics.load(serials, held.place) === held.serial) return
      Atomics.sub(inFlight, held.place, 1)
      throw isGone(held.set.version)
    },
    letGo(held) {
      if (Atomics.load(serials, held.place) !== held.serial) throw isGone(held.set.version)
      Atomics.sub(inFlight, held.place, 1)
    },
  }
}

class Holder implements RouteHolder {
  private readonly memory: HolderMemory
  private readonly known: (HeldSet | undefined)[] = []
  private readonly ports: MessagePort[] = []
  private readonly reader: RouteReader

  constructor(memory: HolderMemory) {
    this.memory = memory
    this.reader = readerOn(memory, this.known, () => {})
  }

  get current(): number {
    return Atomics.load(this.memory.control, CURRENT)
  }

  take(area: number): HeldSet {
    return this.reader.take(area)
  }

  keep(held: HeldSet): void {
    this.reader.keep(held)
  }

  letGo(held: HeldSet): void {
    this.reader.letGo(held)
  }

  publish(set: RouteSet): void {
    const { areas, places, control, serials, inFlight } = this.memory
    requireArgument(
      set.areaIds.length === areas,
      `route set ${set.version} has ${set.areaIds.length} areas, the holder ${areas}`,
    )
    requireArgument(
      this.known.every((held) => held?.set.version !== set.version),
      `route set ${set.version} is published already`,
    )
    let place = 0
    while (place < places && this.known[place] !== undefined) place++
    if (place === places) {
      throw new StorewrightError('ERR_ROUTES_FULL', `All ${places} route sets are in use.`, {
        next: 'Retire the versions that no parcel is in flight with.',
      })
    }
    const serial = Atomics.add(control, NEXT_SERIAL, 1) + 1
    const held: HeldSet = { set, place, serial }
    this.known[place] = held
    for (const port of this.ports) port.postMessage(held)
    Atomics.store(inFlight, place, 0)
    Atomics.store(serials, place, serial)
  }

  switchTo(orders: readonly SwitchOrder[], expected: number): number {
    const placed = orders.map(({ version, areas }) => ({ place: this.placeOf(version), areas }))
    for (const area of orders.flatMap((order) => order.areas ?? [])) {
      requireArgument(area >= 0 && area < this.memory.areas, `the holder has no area ${area}`)
    }
    return this.exchange(expected, expected, (row) => {
      for (const { place, areas } of placed) {
        if (areas === undefined) row.fill(place)
        else for (const area of areas) row[area] = place
      }
    })
  }

  rollBack(expected: number): number {
    const before = this.memory.before[expected % RING]!
    if (before <= 0 || expected - before >= RING - 1) {
      throw new StorewrightError('ERR_ROUTES_VERSION', 'There is no switch to roll back.', {
        next: `The last ${RING - 2} switches are remembered; switch to a version by name instead.`,
      })
    }
    return this.exchange(expected, before, () => {})
  }

  versions(): readonly (string | undefined)[] {
    return Array.from(this.row(this.current), (place) => this.known[place]?.set.version)
  }

  inFlight(version: string): number {
    return Atomics.load(this.memory.inFlight, this.placeOf(version))
  }

  retire(version: string): void {
    const place = this.placeOf(version)
    const flying = Atomics.load(this.memory.inFlight, place)
    const why =
      flying > 0
        ? `${flying} parcels are in flight with it`
        : this.row(this.current).includes(place)
          ? 'it serves areas now'
          : undefined
    if (why !== undefined) {
      throw new StorewrightError('ERR_ROUTES_VERSION', `Route set ${version} is kept: ${why}.`, {
        next: 'Switch its areas to another version and wait until its parcels have arrived.',
      })
    }
    this.forgetHistory(place)
    Atomics.store(this.memory.serials, place, 0)
    this.known[place] = undefined
  }

  share(): HolderShare {
    const { port1, port2 } = new MessageChannel()
    for (const held of this.known) if (held !== undefined) port1.postMessage(held)
    port1.unref()
    this.ports.push(port1)
    return { memory: this.memory, port: port2 }
  }

  close(): void {
    for (const port of this.ports) port.close()
    this.ports.length = 0
  }

  /** Writes the next assignment, a changed copy of `from`, and exchanges the reference to it. */
  private exchange(expected: number, from: number, change: (row: Int32Array) => void): number {
    const { control, before } = this.memory
    if (this.current !== expected) throw conflict(expected, this.current)
    const next = expected + 1
    const row = this.row(next)
    row.set(this.row(from))
    change(row)
    before[next % RING] = from === expected ? expected : before[from % RING]!
    const found = Atomics.compareExchange(control, CURRENT, expected, next)
    if (found !== expected) throw conflict(expected, found)
    return next
  }

  private row(assignment: number): Int32Array {
    const { assignments, areas } = this.memory
    const at = (assignment % RING) * areas
    return assignments.subarray(at, at + areas)
  }

  private placeOf(version: string): number {
    const place = this.known.findIndex((held) => held?.set.version === version)
    if (place >= 0) return place
    const names = this.known.flatMap((held) => (held === undefined ? [] : [held.set.version]))
    throw new StorewrightError('ERR_ROUTES_VERSION', `There is no route set ${version}.`, {
      next: `Publish it first. Known are: ${names.join(', ') || 'none'}.`,
    })
  }

  /** Rolling back to an assignment that names a version ends where the version is forgotten. */
  private forgetHistory(place: number): void {
    const { before, control } = this.memory
    let at = Atomics.load(control, CURRENT)
    for (let steps = 0; steps < RING; steps++) {
      const earlier = before[at % RING]!
      if (earlier < 0) return
      if (this.row(earlier).includes(place)) {
        before[at % RING] = -1
        return
      }
      at = earlier
    }
  }
}

function conflict(expected: number, found: number): StorewrightError {
  return new StorewrightError(
    'ERR_ROUTES_CONFLICT',
    `Another switch of route sets was faster: assignment ${found} holds, not ${expected}.`,
    { next: 'Read which versions hold now, and switch again if it is still right.' },
  )
}

function servesNothing(area: number, areas: number): StorewrightError {
  const isKnown = area >= 0 && area < areas
  return new StorewrightError(
    'ERR_ROUTES_VERSION',
    isKnown ? `No route set serves area ${area} yet.` : `The holder has no area ${area}.`,
    { next: 'Publish a route set and switch to it first.' },
  )
}

function isGone(version: string): StorewrightError {
  return new StorewrightError('ERR_ROUTES_VERSION', `Route set ${version} has been retired.`, {
    next: 'Take the current version again and route the parcel with it.',
  })
}
