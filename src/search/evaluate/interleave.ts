import { requireArgument } from '../../core/errors.ts'
import { createRandom } from '../../core/random/random.ts'
import { binomialTest, wilsonInterval } from './sign-test.ts'

/** Which configuration a result was shown for. */
export type Team = 'a' | 'b'

/** A list made of two, and whose each result is. */
export interface Interleaved {
  readonly shown: readonly string[]
  readonly teams: readonly Team[]
}

/**
 * Team-draft interleaving of two rankings: in each round a coin decides who picks first; each picks its
 * best product not yet shown. At most `count` results; a product in both rankings is shown once.
 * Source: Radlinski, Kurup & Joachims 2008, algorithm 2.
 */
export function interleave(
  a: readonly string[],
  b: readonly string[],
  count: number,
  seed: string | number,
): Interleaved {
  requireArgument(count >= 0, `count is ${count}: it must be at least 0`)
  const random = createRandom(seed)
  const shown: string[] = []
  const teams: Team[] = []
  const seen = new Set<string>()
  const lists = { a: { list: a, at: 0 }, b: { list: b, at: 0 } }
  const pick = (team: Team): boolean => {
    const side = lists[team]
    while (side.at < side.list.length && seen.has(side.list[side.at]!)) side.at++
    const id = side.list[side.at]
    if (id === undefined || shown.length >= count) return false
    seen.add(id)
    shown.push(id)
    teams.push(team)
    return true
  }
  for (let isGoing = true; isGoing; ) {
    const first: Team = random.next() < 0.5 ? 'a' : 'b'
    const picked = pick(first)
    isGoing = pick(first === 'a' ? 'b' : 'a') || picked
  }
  return { shown, teams }
}

/** Who won one search: more clicks (or purchases) on its results; 'tie' where alike. */
export function creditOf(list: Interleaved, clicked: readonly string[]): Team | 'tie' {
  let balance = 0
  for (const id of new Set(clicked)) {
    const place = list.shown.indexOf(id)
    if (place >= 0) balance += list.teams[place] === 'a' ? 1 : -1
  }
  return balance > 0 ? 'a' : balance < 0 ? 'b' : 'tie'
}

/** What interleaved searches say of two configurations. */
export interface Preference {
  readonly winsA: number
  readonly winsB: number
  readonly ties: number
  /** Share of searches won by a, ties counted half. */
  readonly shareA: number
  /** 95 % interval (Wilson) of the share of decided searches that a won. */
  readonly interval: readonly [number, number]
  /** Two-sided p value of the exact sign test on decided searches. */
  readonly pValue: number
}

/** Counts wins and tests whether one configuration is preferred. */
export function preferenceOf(credits: readonly (Team | 'tie')[]): Preference {
  const winsA = credits.filter((credit) => credit === 'a').length
  const winsB = credits.filter((credit) => credit === 'b').length
  const ties = credits.length - winsA - winsB
  const decided = winsA + winsB
  return {
    winsA,
    winsB,
    ties,
    shareA: credits.length === 0 ? 0.5 : (winsA + ties / 2) / credits.length,
    interval: wilsonInterval(winsA, decided),
    pValue: binomialTest(winsA, decided),
  }
}
