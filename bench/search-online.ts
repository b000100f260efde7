/**
 * Learning online which retrieval arms to run, from customers simulated on the retrotech sessions:
 * regret against the best fixed policies in hindsight, click-through beside the best fixed arm, and how
 * far below the static default it ever is.
 * node bench/search-online.ts [--data DIR] [--sessions 20000] [--seeds 1,2,3,4,5] [--kinds thompson,ucb]
 *   [--knobs '{"search.policy-explored-cap": 0.5}']
 */
import { createRandom } from '../src/core/index.ts'
import { learnedPolicy, type PolicyRequest } from '../src/search/policy/door.ts'
import { argument, cpuSeconds, dataFolder, meanInterval, printFigure, rounded } from './figure.ts'
import { clickChance, OFFERS, pageOf, simulate } from './search-online/serve.ts'
import { readShop, type ShopQuery } from './search-online/shop.ts'

const DATA = 'retrotech sessions, simulated customers'
const sessions = Number(argument('sessions', '20000'))
const seeds = argument('seeds', '1,2,3,4,5').split(',').map(Number)
const kinds = argument('kinds', 'thompson,ucb').split(',') as ('thompson' | 'ucb')[]
/** The guard's default: `search.policy-tolerance`. */
const TOLERANCE = 0.03
const MINUTE = 60_000
const settings = JSON.parse(argument('knobs', '{}')) as Readonly<Record<string, number>>
/** Played after the sessions that are learned from, to see what was learned. */
const after = Math.floor(sessions / 4)
const all = sessions + after
const shop = readShop(dataFolder())

function requestOf(query: ShopQuery, seed: number, now: number): PolicyRequest {
  const tokens = query.text.split(' ')
  const analyzed = { raw: query.text, text: query.text, tokens, terms: tokens, unfinished: false }
  return {
    query: { ...analyzed, script: 'latin', language: 'en', interpretations: [] },
    arms: OFFERS,
    seed,
    now,
  }
}

/** Chance of a click of every fixed combination, by query. */
function fixedPolicies() {
  const request = requestOf(shop.queries[0]!, 1, 0)
  const options = learnedPolicy('ucb').distribution(request)
  const chances = options.map(({ shares }) =>
    shop.queries.map((query) => clickChance(shop, query, pageOf(query, shares))),
  )
  const arms = options.flatMap(({ shares, choice }, o) =>
    shares.length === 1 && shares[0]!.count === 10 ? [{ choice, chances: chances[o]! }] : [],
  )
  return { options, chances, arms, default: chances[0]! }
}

const fixed = fixedPolicies()

/** Cumulated chances, session by session, of the policy and of what it is compared with. */
function run(kind: 'thompson' | 'ucb', seed: number) {
  const policy = learnedPolicy(kind, settings)
  const random = createRandom(`customers ${seed}`)
  const earned = new Float64Array(all)
  const visits = new Int32Array(all)
  for (let t = 0; t < all; t++) {
    const q = random.int(shop.queries.length)
    const query = shop.queries[q]!
    const at = t * MINUTE
    const choice = policy.choose(requestOf(query, seed * 1e7 + t, at))
    const { record, events, page } = simulate(shop, query, choice, random, { queryId: `${t}`, at })
    policy.learn(record, events)
    earned[t] = clickChance(shop, query, page)
    visits[t] = q
  }
  return { earned, visits, report: policy.report() }
}

const sum = (values: ArrayLike<number>, from = 0) => {
  let total = 0
  for (let i = from; i < values.length; i++) total += values[i]!
  return total
}

/** Rewards of a fixed policy (a chance by query) on the visits of a run. */
const along = (visits: Int32Array, chances: readonly number[]) =>
  Float64Array.from(visits, (q) => chances[q]!)

/** Exponent of regret ~ t^b between the tenth part and the end, by least squares of logs at 20 places. */
function exponentOf(best: Float64Array, earned: Float64Array): number {
  const points: [number, number][] = []
  let regret = 0
  const places = new Set(
    Array.from({ length: 20 }, (_, i) => Math.round((sessions / 10) * 10 ** (i / 19)) - 1),
  )
  for (let t = 0; t < sessions; t++) {
    regret += best[t]! - earned[t]!
    if (places.has(t) && regret > 0) points.push([Math.log(t + 1), Math.log(regret)])
  }
  const mx = points.reduce((s, [x]) => s + x, 0) / points.length
  const my = points.reduce((s, [, y]) => s + y, 0) / points.length
  const xy = points.reduce((s, [x, y]) => s + (x - mx) * (y - my), 0)
  return xy / points.reduce((s, [x]) => s + (x - mx) ** 2, 0)
}

/** Largest shortfall below the default up to any time, beyond the tolerated share, in clicks. */
function worstShortfall(base: Float64Array, earned: Float64Array): number {
  let worst = 0
  let gap = 0
  let whole = 0
  for (let t = 0; t < sessions; t++) {
    gap += base[t]! - earned[t]!
    whole += base[t]!
    worst = Math.max(worst, gap - TOLERANCE * whole)
  }
  return worst
}

/** Half width of a 95 % interval of a mean over five seeds, by Student's t (2.776). */
function overSeeds(values: readonly number[]) {
  const { mean, interval } = meanInterval(values)
  const half = ((interval[1] - mean) / 1.96) * (values.length === 5 ? 2.776 : 1.96)
  return { mean, interval: [rounded(mean - half), rounded(mean + half)] as const }
}

for (const kind of kinds) {
  const since = process.cpuUsage()
  const runs = seeds.map((seed) => run(kind, seed))
  const milliseconds = (cpuSeconds(since) * 1000) / (all * seeds.length)
  const bestByQuery = shop.queries.map((_, q) =>
    Math.max(...fixed.chances.map((chances) => chances[q]!)),
  )
  const common = { data: DATA, seed: seeds.join(',') }
  const beside = runs.map(({ earned, visits }) => {
    const arms = fixed.arms.map(({ chances }) => sum(along(visits, chances), sessions))
    const single = Math.max(
      ...fixed.chances.map((chances) => sum(along(visits, chances), sessions)),
    )
    const base = sum(along(visits, fixed.default), sessions)
    return { own: sum(earned, sessions), arm: Math.max(...arms), single, base }
  })
  const rate = (value: number) => value / after
  const ahead = beside.map(({ own, arm }) => own / arm)
  const ratio = overSeeds(ahead)
  printFigure({
    figure: `search-online/${kind}: click-through after ${sessions} sessions, over the best fixed arm's`,
    value: rounded(ratio.mean),
    unit: `ratio; click-through ${rounded(rate(beside[0]!.own))}, best arm ${rounded(rate(beside[0]!.arm))}, best fixed combination ${rounded(rate(beside[0]!.single))}, default ${rounded(rate(beside[0]!.base))} (first seed)`,
    interval: ratio.interval,
    target: '≥ 1 on each seed',
    met: ahead.every((r) => r >= 1),
    ...common,
  })
  for (const [name, best] of [
    [
      'the best fixed arm',
      fixed.arms.reduce((a, b) => (sum(a.chances) > sum(b.chances) ? a : b)).chances,
    ],
    ['the best fixed combination', fixed.chances.reduce((a, b) => (sum(a) > sum(b) ? a : b))],
    ['the best fixed combination of each query', bestByQuery],
  ] as const) {
    const regrets = runs.map(
      ({ earned, visits }) =>
        sum(along(visits, best).subarray(0, sessions)) - sum(earned.subarray(0, sessions)),
    )
    const exponents = runs.map(({ earned, visits }) => exponentOf(along(visits, best), earned))
    const { mean, interval } = overSeeds(exponents.filter((e) => Number.isFinite(e)))
    const regret = overSeeds(regrets)
    const isFallen = regrets.every((r) => r <= 0)
    printFigure({
      figure: `search-online/${kind}: exponent of the regret against ${name}`,
      value: Number.isFinite(mean) ? rounded(mean) : 0,
      unit: `of t; regret after ${sessions} sessions ${rounded(regret.mean)} clicks (${regret.interval.join(' … ')})`,
      ...(Number.isFinite(mean) ? { interval } : {}),
      target: 'below 1, the whole interval; or regret below 0 on each seed',
      met: isFallen || interval[1] < 1,
      ...common,
    })
  }
  const shortfalls = runs.map(({ earned, visits }) =>
    worstShortfall(along(visits, fixed.default), earned),
  )
  printFigure({
    figure: `search-online/${kind}: most ever below the default beyond what the guard tolerates`,
    value: rounded(Math.max(...shortfalls)),
    unit: 'clicks, at any time, worst seed',
    target: '0',
    met: shortfalls.every((s) => s <= 0),
    ...common,
  })
  printFigure({
    figure: `search-online/${kind}: choosing and learning`,
    value: rounded(milliseconds),
    unit: `CPU milliseconds a search, customers simulated; ${runs.map(({ report }) => report.state).join(', ')}`,
    ...common,
  })
}
