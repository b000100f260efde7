import { createRandom } from '../../src/core/random/random.ts'
import {
  type ArmTimes,
  chooseArms,
  createSteerer,
  keepArms,
  keepStatements,
  trainSteering,
} from '../../src/warehouse/steering/door.ts'
import type { TableStatistics } from '../../src/warehouse/steering/statistics.ts'
import type { KnownStatement } from '../../src/warehouse/types.ts'
import { cpuMs } from './matrix.ts'
import { isSlower } from './slowdowns.ts'

/** What came of one split on its unseen half. */
export interface SplitResult {
  readonly defaultMs: number
  /** Under the chosen arms, time-outs and their second runs counted, choosing and switching too. */
  readonly tunedMs: number
  /** The best measured arm of each statement: below any choice, by the luck of timers too. */
  readonly bestMs: number
  /** The one arm that was best on the half that was seen. */
  readonly oneArmMs: number
  readonly slowerShare: number
  readonly chooseMsPerStatement: number
  readonly switchesPerStatement: number
  readonly statements: number
}

/** Two halves of the statements; those of one template are in the same. */
export function halves(statements: readonly KnownStatement[], seed: string) {
  const names = [...new Set(statements.map(({ template }) => template.fingerprint))]
  const random = createRandom(seed)
  const drawn = names.map((name) => ({ name, key: random.next() })).sort((a, b) => a.key - b.key)
  const seen = new Set(drawn.slice(0, names.length >> 1).map(({ name }) => name))
  const rows = statements.map((_, i) => i)
  const isSeen = (i: number) => seen.has(statements[i]!.template.fingerprint)
  return { train: rows.filter(isSeen), test: rows.filter((i) => !isSeen(i)) }
}

/** Trains on one half and replays the other on the measured times, learning as it goes. */
export function replaySplit(
  statements: readonly KnownStatement[],
  times: ArmTimes,
  statistics: TableStatistics,
  split: { readonly train: readonly number[]; readonly test: readonly number[] },
  { seed, switchMs }: { readonly seed: number; readonly switchMs: number },
): SplitResult {
  const seenTimes = keepStatements(times, split.train)
  const kept = chooseArms(seenTimes, 0.003, 6)
  const seen = split.train.map((i) => statements[i]!)
  const state = trainSteering(seen, keepArms(seenTimes, kept), statistics, { seed })
  const steerer = createSteerer(statistics, { ...state, history: [] }, { seed })
  const place = new Map(times.arms.map(({ name }, a) => [name, a]))
  const at = (i: number, arm: string) => i * times.arms.length + place.get(arm)!
  const sum = { normal: 0, tuned: 0, best: 0, one: 0, slower: 0, choose: 0, switches: 0 }
  const one = bestOnAverage(seenTimes)
  let standing = 'default'
  for (const i of split.test) {
    const statement = statements[i]!
    const since = cpuMs()
    const arm = steerer.choose(statement)?.arm ?? 'default'
    sum.choose += cpuMs() - since
    const isCut = times.interrupted[at(i, arm)] === 1
    const normal = times.cpuMs[at(i, 'default')]!
    const tuned = times.cpuMs[at(i, arm)]! + (isCut ? normal : 0)
    const learning = cpuMs()
    steerer.learn(statement, { arm, cpuMs: times.cpuMs[at(i, arm)]!, interrupted: isCut })
    sum.choose += cpuMs() - learning
    if (arm !== standing) sum.switches++
    standing = isCut ? 'default' : arm
    sum.normal += normal
    sum.tuned += tuned
    sum.best += Math.min(
      ...times.cpuMs.subarray(at(i, 'default'), at(i, 'default') + times.arms.length),
    )
    const oneAt = i * times.arms.length + one
    sum.one += times.cpuMs[oneAt]! + (times.interrupted[oneAt] === 1 ? normal : 0)
    if (isSlower(tuned, normal)) sum.slower++
  }
  const n = split.test.length
  return {
    defaultMs: sum.normal,
    tunedMs: sum.tuned + sum.choose + sum.switches * switchMs,
    bestMs: sum.best,
    oneArmMs: sum.one,
    slowerShare: sum.slower / n,
    chooseMsPerStatement: sum.choose / n,
    switchesPerStatement: sum.switches / n,
    statements: n,
  }
}

function bestOnAverage({ cpuMs: ms, interrupted, arms, statements }: ArmTimes): number {
  const totals = arms.map((_, a) => {
    let total = 0
    for (let i = 0; i < statements; i++) {
      const cell = i * arms.length + a
      total += ms[cell]! + (interrupted[cell] === 1 ? ms[i * arms.length]! : 0)
    }
    return total
  })
  return totals.indexOf(Math.min(...totals))
}
