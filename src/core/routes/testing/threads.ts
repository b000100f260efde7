import { type DepartureRoom, release, reserve } from '../departure-book.ts'
import { createRouteReader, type HolderShare } from '../holder.ts'
import { readRoute } from '../route-set.ts'

/** What a reserving thread is asked. */
export interface ReserveTask {
  readonly room: DepartureRoom
  readonly slots: readonly (readonly number[])[]
  readonly units: number
  readonly rounds: number
}

/** Reserves on journeys in turn until none has room in a round; gives every third one back. */
export function reserveUntilFull({ room, slots, units, rounds }: ReserveTask): number[] {
  const taken = slots.map(() => 0)
  for (let round = 0; round < rounds; round++) {
    slots.forEach((journey, i) => {
      if (!reserve(room, journey, journey.length, units)) return
      taken[i]! += 1
      if (round % 3 !== 0) return
      release(room, journey, journey.length, units)
      taken[i]! -= 1
    })
  }
  return taken
}

/** What a reading thread is asked. `stop` is set to 1 when it shall end. */
export interface ReadTask {
  readonly share: HolderShare
  readonly stop: Int32Array
  /** Reads so far by this thread, so that switches fall among them. */
  readonly reads: Int32Array
}

/** What it saw: how often each version, and reads whose routes were not those of their version. */
export interface ReadResult {
  readonly seen: Readonly<Record<string, number>>
  readonly mixed: number
  readonly lost: number
}

/**
 * Takes versions of random areas and checks each against what it holds: a set of version `v7` must
 * cost 7 mills throughout. Two looks through one reference must agree.
 */
export function readUntilStopped({ share, stop, reads }: ReadTask): ReadResult {
  const reader = createRouteReader(share)
  const seen: Record<string, number> = {}
  let [mixed, lost] = [0, 0]
  for (let i = 0; Atomics.load(stop, 0) === 0; i++) {
    try {
      const { set } = reader.take(i % share.memory.areas)
      const expected = Number(set.version.slice(1))
      for (const pair of [0, set.areaIds.length - 1]) {
        if (readRoute(set, pair, 0).fixedMills !== expected) mixed++
      }
      seen[set.version] = (seen[set.version] ?? 0) + 1
    } catch {
      lost++
    }
    Atomics.add(reads, 0, 1)
  }
  share.port.close()
  return { seen, mixed, lost }
}
