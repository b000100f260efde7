// The keys that look-ups are measured on: values, times and ids as stores have them.
import type { Random } from '../../src/core/random/random.ts'

const DAY = 86_400_000

export type Fill = (keys: Float64Array, random: Random) => void
const byDraw =
  (draw: (random: Random) => number): Fill =>
  (keys, random) => {
    for (let i = 0; i < keys.length; i++) keys[i] = draw(random)
  }
export const DISTRIBUTIONS: Readonly<Record<string, Fill>> = {
  uniform: byDraw((random) => 1e9 * random.next()),
  lognormal: byDraw((random) => Math.exp(random.normal())),
  'seasonal timestamps': byDraw((random) => {
    const day = Math.floor(365 * Math.sqrt(random.next()))
    const hour = (20 + 3 * random.normal() + 24) % 24
    return 1.7e12 + day * DAY + Math.floor(hour * 3_600_000)
  }),
  'ids in clusters with gaps': (keys, random) => {
    let [id, left] = [1e6, 0]
    for (let i = 0; i < keys.length; i++) {
      if (left <= 0) {
        left = 1000 * Math.exp(1.5 * random.normal())
        id += Math.floor(1e5 * Math.exp(3 * random.normal()))
      }
      left--
      id += 1 + (random.next() < 0.1 ? random.int(20) : 0)
      keys[i] = id
    }
  },
  'gaps by a power law': (keys, random) => {
    let id = 0
    for (let i = 0; i < keys.length; i++) {
      id += Math.floor(Math.min(1e6, (1 / random.next()) ** 1.2))
      keys[i] = id
    }
  },
  'order ids by shard': byDraw((random) => {
    const shard = Math.floor(64 * random.next() ** 2)
    return shard * 2 ** 40 + Math.floor(2 ** 31 * random.next() ** (1 + (shard % 5)))
  }),
  'cell ids of a map': byDraw(cellId),
  'ids with huge outliers': (keys, random) => {
    for (let i = 0; i < keys.length; i++) {
      keys[i] = i < 21 ? 2 ** (40 + 12 * random.next()) : Math.floor(2 ** 35 * random.next())
    }
  },
  'dense whole numbers': (keys) => {
    for (let i = 0; i < keys.length; i++) keys[i] = i
  },
  'few values': byDraw((random) => Math.floor(1000 * random.next() ** 2)),
  'Zipf with repeats': byDraw((random) => Math.floor(Math.exp(random.next() * Math.log(1e6)))),
}

/** A place on a map as the path down a tree of quarters, each of which has a favourite: crowds in crowds. */
function cellId(random: Random): number {
  let id = 0
  for (let level = 1; level <= 24; level++) {
    let hash = Math.imul((id % 2 ** 32) ^ Math.imul(level, 0x9e3779b1), 0x85ebca6b) >>> 0
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35) >>> 0
    const share = 0.3 + (0.6 * (hash >>> 8)) / 2 ** 24
    const drawn = random.next()
    const other = Math.floor((3 * (drawn - share)) / (1 - share))
    id = id * 4 + (drawn < share ? hash & 3 : ((hash & 3) + 1 + other) & 3)
  }
  return id
}
