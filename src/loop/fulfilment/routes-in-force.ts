import { createRouteHolder, type HeldSet, type RouteHolder } from '../../core/routes/door.ts'
import type { Ledger } from '../../ledger/index.ts'
import { type RouteSwitch, readSwitches, routeSetsAt } from '../network/switches.ts'
import type { RouteSource } from './route-sources.ts'

const DAY_MS = 86_400_000
/** Sets that serve no one any more and are kept all the same: a rollback finds its set open. */
const KEPT_SETS = 4

/** What serves whom now. */
export interface ServingSet {
  /** Name that promises carry. */
  readonly routeVersion: string
  /** Number in `storewright network status`; undefined: today's timetable, because nothing was switched to. */
  readonly version: number | undefined
  readonly areas: number
}

/** The route sets that serve a store's areas, as the ledger's switches say. */
export interface RoutesInForce {
  readonly areaIds: readonly string[]
  readonly holder: RouteHolder
  /** The set that serves an area; one reference a request. */
  take(area: number): HeldSet
  serving(): readonly ServingSet[]
  /** Brings what serves up to `now` (epoch ms): scheduled switches that are due, sets of a new day. */
  refresh(now: number): Promise<void>
  /** Takes up switches of any process as they come, until the signal. */
  follow(signal: AbortSignal): Promise<void>
}

export interface RoutesInForceOptions {
  /** Epoch ms now. */
  readonly clock: () => number
  /** Told of a switch that could not be followed: what served before serves on. */
  readonly onFailure?: ((error: unknown) => void) | undefined
}

/**
 * Opens the sets that serve now. Areas that no switch names are served by today's timetable, and so
 * are those whose set cannot be opened. Throws as RouteSource.open does for the timetable.
 */
export async function openRoutesInForce(
  ledger: Ledger,
  source: RouteSource,
  areaIds: readonly string[],
  options: RoutesInForceOptions,
): Promise<RoutesInForce> {
  const follower = new Follower(ledger, source, areaIds, options)
  await follower.readHistory()
  await follower.refresh(options.clock())
  return follower
}

interface OpenSet {
  readonly name: string
  readonly version: number | undefined
  readonly day: number
}

class Follower implements RoutesInForce {
  readonly areaIds: readonly string[]
  readonly holder: RouteHolder
  private readonly ledger: Ledger
  private readonly source: RouteSource
  private readonly options: RoutesInForceOptions
  private switches: readonly RouteSwitch[] = []
  private sequence = 0
  /** Newest last. */
  private opened: OpenSet[] = []
  /** Sets that could not be opened since the last switch. */
  private readonly failed = new Set<string>()
  private turn: Promise<void> = Promise.resolve()

  constructor(
    ledger: Ledger,
    source: RouteSource,
    areaIds: readonly string[],
    options: RoutesInForceOptions,
  ) {
    this.ledger = ledger
    this.source = source
    this.areaIds = areaIds
    this.options = options
    this.holder = createRouteHolder(areaIds.length)
  }

  take(area: number): HeldSet {
    return this.holder.take(area)
  }

  serving(): readonly ServingSet[] {
    const areas = new Map<string, number>()
    for (const name of this.holder.versions())
      if (name !== undefined) areas.set(name, (areas.get(name) ?? 0) + 1)
    return [...areas].map(([routeVersion, count]) => ({
      routeVersion,
      version: this.opened.find(({ name }) => name === routeVersion)?.version,
      areas: count,
    }))
  }

  refresh(now: number): Promise<void> {
    // One after the other: each finds what the one before has opened and switched to.
    const mine = this.turn.then(() => this.switchToWanted(now))
    this.turn = mine.catch(() => undefined)
    return mine
  }

  async follow(signal: AbortSignal): Promise<void> {
    const { onFailure, clock } = this.options
    const tail = { from: this.sequence + 1, prefix: 'network', signal }
    for await (const event of this.ledger.tail(tail)) {
      if (event.sequence <= this.sequence) continue
      try {
        await this.readHistory()
        await this.refresh(clock())
      } catch (error) {
        onFailure?.(error)
      }
    }
  }

  async readHistory(): Promise<void> {
    const { switches, sequence } = await readSwitches(this.ledger)
    this.switches = switches
    this.sequence = sequence
    this.failed.clear()
  }

  private async switchToWanted(now: number): Promise<void> {
    const day = Math.floor(now / DAY_MS)
    const wanted = routeSetsAt(this.switches, this.areaIds, now)
    const names = new Map<number | undefined, string | undefined>()
    for (const version of new Set(wanted)) names.set(version, await this.tryNameOf(version, day))
    const serving = this.holder.versions()
    const bare = wanted.some((version, area) => names.get(version) === undefined && !serving[area])
    const standIn = bare ? await this.nameOf(undefined, day) : undefined
    const areasOf = new Map<string, number[]>()
    wanted.forEach((version, area) => {
      const name = names.get(version) ?? serving[area] ?? standIn!
      if (serving[area] === name) return
      const areas = areasOf.get(name)
      if (areas === undefined) areasOf.set(name, [area])
      else areas.push(area)
    })
    if (areasOf.size > 0) {
      const orders = [...areasOf].map(([version, areas]) => ({ version, areas }))
      this.holder.switchTo(orders, this.holder.current)
    }
    this.retireOld()
  }

  /** As nameOf; undefined where the set cannot be opened, which is told once a day and switch. */
  private async tryNameOf(version: number | undefined, day: number): Promise<string | undefined> {
    const key = `${version}@${day}`
    if (this.failed.has(key)) return undefined
    try {
      return await this.nameOf(version, day)
    } catch (error) {
      // Without a timetable there is nothing to fall back on.
      if (version === undefined) throw error
      this.failed.add(key)
      this.options.onFailure?.(error)
      return undefined
    }
  }

  /** Name of the set of `version` that serves on `day`; opened where it is not yet. */
  private async nameOf(version: number | undefined, day: number): Promise<string> {
    const known = this.opened.find((one) => one.version === version && one.day === day)
    if (known !== undefined) return known.name
    const set = await this.source.open(version, day)
    const isPublished = this.opened.some(({ name }) => name === set.version)
    if (!isPublished) this.holder.publish(set)
    this.opened = this.opened.filter(({ name }) => name !== set.version)
    this.opened.push({ name: set.version, version, day })
    return set.version
  }

  private retireOld(): void {
    const serving = new Set(this.holder.versions())
    const idle = this.opened.filter(({ name }) => !serving.has(name))
    for (const { name } of idle.slice(0, -KEPT_SETS)) {
      // Parcels in flight with it keep it.
      if (this.holder.inFlight(name) > 0) continue
      this.holder.retire(name)
      this.opened = this.opened.filter((one) => one.name !== name)
    }
  }
}
