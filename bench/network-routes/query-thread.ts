import { parentPort, workerData } from 'node:worker_threads'
import { createRandom } from '../../src/core/random/random.ts'
import type { DepartureRoom } from '../../src/core/routes/departure-book.ts'
import { createRouteReader, type HolderShare } from '../../src/core/routes/holder.ts'
import { lookUpSettings } from '../../src/core/routes/knobs.ts'
import { createLookUp, type LookUp } from '../../src/core/routes/look-up.ts'
import { pairOf } from '../../src/core/routes/route-set.ts'

export interface QueryTask {
  readonly share: HolderShare
  readonly stop: Int32Array
  readonly room: DepartureRoom
  /** Queries so far, and the serial of the version that answered last. */
  readonly answers: Int32Array
}

export interface QueryReport {
  readonly queries: number
  /** Queries that failed or found nothing where a route is sure to be. */
  readonly lost: number
  /** Answers whose cost is not of the version that was taken. */
  readonly mixed: number
}

/** Queries until stopped; each takes one reference and asks three sites through it. */
function query({ share, stop, room, answers }: QueryTask): QueryReport {
  const reader = createRouteReader(share)
  const random = createRandom('queries')
  const lookUps = new Map<number, LookUp>()
  let [queries, lost, mixed] = [0, 0, 0]
  while (Atomics.load(stop, 0) === 0) {
    const area = random.int(share.memory.areas)
    const { set, serial } = reader.take(area)
    const lookUp = lookUps.get(serial) ?? createLookUp(set, room, lookUpSettings())
    lookUps.set(serial, lookUp)
    const parity = Number(set.version.at(-1))
    for (let i = 0; i < 3; i++) {
      const pair = pairOf(set, random.int(set.siteIds.length), area)
      const now = set.baseMinute + random.int(set.spanMinutes >> 1)
      // Without weight the cost is the fixed one, whose parity names its set.
      if (lookUp.find(pair, now, now + 7200, 100, 0) < 0) lost++
      else if (lookUp.mills[0]! % 2 !== parity) mixed++
      queries++
    }
    Atomics.store(answers, 0, queries)
    Atomics.store(answers, 1, serial)
  }
  return { queries, lost, mixed }
}

parentPort?.postMessage(query(workerData as QueryTask))
