import { normalCdf, normalQuantile } from '../../core/distributions/normal.ts'
import {
  MOST_LEGS,
  MOST_MINUTES,
  NEVER_ARRIVES,
  type RouteSet,
  RUN_SCORES,
  type RunTimes,
} from '../../core/routes/door.ts'

// A route's lanes leave at fixed times and take times that vary. A parcel that comes too late for its
// next lane takes the lane's next run. So the arrival of a route is a mixture over the runs of its last
// lane: with the chances of catching each, that of being there by a minute is Σ chance × F_run(minute),
// and the promise is the first minute at which that comes to the chance asked for.

/** When routes of one set are there, at one chance: minutes after the set's base. */
export interface ArrivalTimes {
  /** Of route `at` of the block of `count` routes that starts at word `start` of `words`. */
  arriveBy(words: Int32Array, start: number, count: number, at: number): number
}

/** Runs of a lane that a late parcel may wait for, the planned one among them. */
const RUNS_WAITED_FOR = 4
/** A connection missed more rarely than this is taken for sure. */
const SURE = 1 - 1e-5
const LEVELS = RUN_SCORES.length
const LAST = LEVELS - 1

/**
 * Arrivals with a chance in (0, 1), computed once a route when it is first asked for. A set that does
 * not know its runs (made by hand, or by an older version) states one arrival, whatever the chance.
 */
export function createArrivals(set: RouteSet, chance: number): ArrivalTimes {
  if (set.runs === undefined)
    return { arriveBy: (words, start, _, at) => words[start + 2 * at]! >>> 16 }
  const mixture = new Mixture(set, set.runs, chance)
  // Arrival + 1 of each route by its place in the words; 0 where it is not computed yet.
  const known = new Uint16Array(set.words.length / 2)
  const knownOfOverlay = new Uint16Array(set.overlay.length / 2)
  return {
    arriveBy(words, start, count, at) {
      const memory = words === set.words ? known : knownOfOverlay
      const place = start / 2 + at
      if (memory[place] === 0) {
        const minute = mixture.arrival(words, start + 2 * count + MOST_LEGS * at)
        memory[place] = Math.min(MOST_MINUTES, minute - set.baseMinute) + 1
      }
      // The last minute of a set stands for all after it: not to be promised.
      return memory[place]! > MOST_MINUTES ? Infinity : memory[place]! - 1
    },
  }
}

class Mixture {
  private readonly runs: RunTimes
  private readonly chance: number
  private readonly next: Int32Array
  private slots: number[] = []
  private chances: number[] = []

  constructor({ departures }: RouteSet, runs: RunTimes, chance: number) {
    this.runs = runs
    this.chance = chance
    this.next = nextRuns(departures.lane, departures.minute, runs.deadline)
  }

  /** Epoch minute by which a route whose legs stand from word `leg` on has arrived. */
  arrival(words: Int32Array, leg: number): number {
    this.slots = [words[leg]! - 1]
    this.chances = [1]
    for (let l = 1; l < MOST_LEGS && words[leg + l]! > 0; l++) this.change(words[leg + l]! - 1)
    if (this.chances[0]! >= SURE) return minuteOf(this.runs, this.slots[0]!, this.chance)
    return this.solve()
  }

  /** Goes on to the next lane, planned for the run of `planned`. */
  private change(planned: number): void {
    const slots: number[] = []
    for (let s = planned; s >= 0 && slots.length < RUNS_WAITED_FOR; s = this.next[s]!) slots.push(s)
    const chances = slots.map(() => 0)
    this.slots.forEach((from, i) => {
      let before = 0
      slots.forEach((slot, k) => {
        const inTime = chanceBy(this.runs, from, this.runs.deadline[slot]!)
        chances[k]! += this.chances[i]! * Math.max(0, inTime - before)
        before = Math.max(before, inTime)
      })
    })
    this.slots = slots
    this.chances = chances
  }

  /** The first minute at which the mixture comes to the chance; never where it does not. */
  private solve(): number {
    let low = minuteOf(this.runs, this.slots[0]!, this.chance)
    let high = low
    for (const slot of this.slots) high = Math.max(high, minuteOf(this.runs, slot, 0.9999))
    if (high >= NEVER_ARRIVES || this.inAll(high) < this.chance) return NEVER_ARRIVES
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if (this.inAll(middle) >= this.chance) high = middle
      else low = middle + 1
    }
    return low
  }

  private inAll(minute: number): number {
    return this.slots.reduce(
      (sum, slot, i) => sum + this.chances[i]! * chanceBy(this.runs, slot, minute),
      0,
    )
  }
}

/** The slot of each lane's next run, −1 after the last. */
function nextRuns(lane: Int32Array, minute: Int32Array, deadline: Int32Array): Int32Array {
  const known = Array.from(deadline.keys()).filter((slot) => deadline[slot]! > 0)
  const order = known.sort((a, b) => lane[a]! - lane[b]! || minute[a]! - minute[b]!)
  const next = new Int32Array(lane.length).fill(-1)
  for (let i = 1; i < order.length; i++) {
    const [before, slot] = [order[i - 1]!, order[i]!]
    if (lane[before] === lane[slot]) next[before] = slot
  }
  return next
}

/**
 * Minute by which a run is there with a chance: straight between the held scores, except where a
 * closed day lies between two of them; there it is the later one.
 */
function minuteOf({ arrive }: RunTimes, slot: number, chance: number): number {
  const score = normalQuantile(chance)
  const first = LEVELS * slot
  if (score <= RUN_SCORES[0]) return arrive[first]!
  if (score > RUN_SCORES[LAST]!) {
    const sd = deviation(arrive, first)
    return Math.min(
      NEVER_ARRIVES,
      Math.ceil(arrive[first + LAST]! + (score - RUN_SCORES[LAST]!) * sd),
    )
  }
  let k = 1
  while (RUN_SCORES[k]! < score) k++
  const [low, high] = [arrive[first + k - 1]!, arrive[first + k]!]
  if (!isPlain(arrive, first, k)) return high
  return Math.ceil(
    low + ((score - RUN_SCORES[k - 1]!) / (RUN_SCORES[k]! - RUN_SCORES[k - 1]!)) * (high - low),
  )
}

/** Chance that a run is there by a minute; between two scores around a closed day that of the lower. */
function chanceBy({ arrive }: RunTimes, slot: number, minute: number): number {
  const first = LEVELS * slot
  if (minute < arrive[first]!) return 0
  if (minute >= arrive[first + LAST]!) {
    const sd = deviation(arrive, first)
    if (sd === 0) return 1
    return normalCdf(RUN_SCORES[LAST]! + (minute - arrive[first + LAST]!) / sd)
  }
  let k = 1
  while (arrive[first + k]! <= minute) k++
  const [low, high] = [arrive[first + k - 1]!, arrive[first + k]!]
  if (!isPlain(arrive, first, k)) return normalCdf(RUN_SCORES[k - 1]!)
  const share = (minute - low) / (high - low)
  return normalCdf(RUN_SCORES[k - 1]! + share * (RUN_SCORES[k]! - RUN_SCORES[k - 1]!))
}

/** Minutes a score, where no closed day lies between. */
function deviation(arrive: Int32Array, first: number): number {
  let least = Infinity
  for (let k = 1; k < LEVELS; k++) {
    const minutes = arrive[first + k]! - arrive[first + k - 1]!
    least = Math.min(least, minutes / (RUN_SCORES[k]! - RUN_SCORES[k - 1]!))
  }
  return least
}

function isPlain(arrive: Int32Array, first: number, k: number): boolean {
  const minutes = arrive[first + k]! - arrive[first + k - 1]!
  const expected = deviation(arrive, first) * (RUN_SCORES[k]! - RUN_SCORES[k - 1]!)
  return minutes <= 1.5 * expected + 4
}
