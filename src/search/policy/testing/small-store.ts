import { createRandom } from '../../../core/random/random.ts'
import type { FeedbackEvent, SearchRecord } from '../../feedback/events.ts'
import type { PolicyChoice, RetrievalPolicy } from '../types.ts'
import { offers, requestOf } from './requests.ts'

/** Chance of a purchase where an arm runs, by query: the best arm's decides. */
export type Worth = (query: string, arm: string) => number

/** The record of a search in which each arm that ran brought one product, named after it. */
export function recordOf(
  raw: string,
  queryId: string,
  at: number,
  choice: PolicyChoice,
): SearchRecord {
  return {
    queryId,
    raw,
    text: raw,
    at,
    shown: choice.shares.map(({ arm }) => arm),
    broughtBy: choice.shares.map((_, i) => [i]),
    shares: choice.shares,
    choice: choice.choice,
    propensity: choice.propensity,
    defaultPropensity: choice.defaultPropensity,
    seen: choice.seen,
    version: 1,
  }
}

/** What a combination earns: the chance of its best arm, less what looking at many costs. */
export function chanceOf(query: string, choice: PolicyChoice, worth: Worth): number {
  const best = Math.max(0, ...choice.shares.map(({ arm }) => worth(query, arm)))
  return Math.max(0, best - 0.05 * (choice.shares.length - 1))
}

/** Plays searches one a minute; returns each one's chance and whether it left the default. */
export function playStore(
  policy: RetrievalPolicy,
  queries: readonly string[],
  worth: Worth,
  searches: number,
  from = 0,
): { readonly chances: number[]; readonly explored: number } {
  const random = createRandom(`customers ${from}`)
  const chances: number[] = []
  let explored = 0
  for (let t = from; t < from + searches; t++) {
    const raw = queries[random.int(queries.length)]!
    const choice = policy.choose({ ...requestOf(raw, t, t * 60_000), arms: offers })
    const chance = chanceOf(raw, choice, worth)
    chances.push(chance)
    if (choice.explored) explored++
    const best = [...choice.shares].sort((a, b) => worth(raw, b.arm) - worth(raw, a.arm))[0]!
    const record = recordOf(raw, `s${t}`, t * 60_000, choice)
    const event: FeedbackEvent = {
      kind: 'purchase',
      queryId: record.queryId,
      productId: best.arm,
      at: record.at + 1000,
    }
    policy.learn(record, random.next() < chance ? [event] : [])
  }
  return { chances, explored: explored / searches }
}
