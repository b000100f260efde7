/**
 * Off-policy evaluation on the Open Bandit data (men): estimators against the printed formulas,
 * effective samples, coverage of intervals over semi-synthetic redraws, warnings.
 * node bench/search-ope.ts [--data DIR] [--redraws 200] [--interval gamma]
 */
import { bandits } from '../src/learn/index.ts'
import { argument, dataFolder, printFigure, rounded } from './figure.ts'
import { crossFittedRates, fitClickModel } from './search-ope/model.ts'
import { type ObdLog, readObd } from './search-ope/read.ts'
import { countCoverage, type SyntheticWorld, sharesByPosition } from './search-ope/redraws.ts'
import { plainDirect, plainDr, plainEss, plainIps, plainSnips } from './search-ope/reference.ts'

const DATA = 'Open Bandit, men'
/** Effective samples of the men's set as given beside the data. */
const KNOWN_EFFECTIVE = 656
const redraws = Number(argument('redraws', '200'))
const interval = argument('interval', 'gamma') as bandits.IntervalName
const folder = dataFolder()
const levels = Array.from({ length: 4 }, () => new Map<string, number>())
const read = ['random', 'bts'].map((policy) => readObd(folder, policy, levels))
const logs = read.map((log) => ({ ...log, userLevels: levels.map(({ size }) => size) }))
const [random, bts] = [logs[0]!, logs[1]!]
const items = 1 + Math.max(...random.items, ...bts.items)
const uniform = new Float64Array(3 * items).fill(1 / items)

/** The log of one policy, weighed for a target given by position and item. */
function weighed(log: ObdLog, target: Float64Array): bandits.OffPolicyLog {
  const { rateOf } = crossFittedRates(log.items, log.clicks, items)
  const probabilities = Float64Array.from(
    log.items,
    (item, i) => target[log.positions[i]! * items + item]!,
  )
  return {
    rewards: log.clicks,
    weights: bandits.importanceWeights(probabilities, log.propensities),
    predictedLogged: Float64Array.from(log.items, (item, i) => rateOf(i, item)),
    predictedTarget: Float64Array.from(log.positions, (position, i) => {
      let sum = 0
      for (let a = 0; a < items; a++) sum += target[position * items + a]! * rateOf(i, a)
      return sum
    }),
  }
}

function printAgreement(name: string, log: bandits.OffPolicyLog): void {
  const rows = Array.from(log.rewards, (reward, i) => ({
    reward,
    weight: log.weights[i]!,
    logged: log.predictedLogged![i]!,
    target: log.predictedTarget![i]!,
  }))
  const plain = {
    ips: plainIps,
    snips: plainSnips,
    direct: plainDirect,
    'doubly-robust': plainDr,
  } as const
  const { estimates, overlap } = bandits.evaluateOffPolicy(log)
  for (const { estimator, value, interval } of estimates) {
    if (!(estimator in plain)) continue
    const reference = plain[estimator as keyof typeof plain](rows)
    const others = estimates.filter((e) => ['ips', 'snips', 'doubly-robust'].includes(e.estimator))
    const isAmong = others.every((e) => e.interval[0] <= value && value <= e.interval[1])
    printFigure({
      figure: `search-ope/${name} ${estimator}`,
      value: rounded(value, 5),
      unit: 'clicks an impression',
      interval: [rounded(interval[0]), rounded(interval[1])],
      baseline: rounded(reference, 5),
      ratio: rounded(value / reference, 10),
      target: 'the printed formula to 1e-9, and within the intervals of the others',
      met: Math.abs(value / reference - 1) < 1e-9 && isAmong,
      data: DATA,
    })
  }
  const effective = plainEss(rows)
  printFigure({
    figure: `search-ope/${name} effective samples`,
    value: rounded(overlap.effectiveRows, 6),
    unit: `of ${overlap.rows}`,
    baseline: rounded(effective, 6),
    ratio: rounded(overlap.effectiveRows / effective, 8),
    target: 'within 2 % of the printed formula',
    met: Math.abs(overlap.effectiveRows / effective - 1) < 0.02,
    data: DATA,
  })
}

function printTruth(log: bandits.OffPolicyLog): void {
  const rows = random.rows
  const truth = random.clicks.reduce((a, b) => a + b, 0) / rows
  const half = 1.96 * Math.sqrt((truth * (1 - truth)) / rows)
  const { estimates, overlap } = bandits.evaluateOffPolicy(log)
  const { interval, value } = estimates.find(({ estimator }) => estimator === 'doubly-robust')!
  printFigure({
    figure:
      'search-ope/random policy from the log of Thompson sampling, against what it earned itself',
    value: rounded(value),
    unit: `clicks an impression; it earned ${truth} (${rounded(truth - half)} … ${rounded(truth + half)})`,
    interval: [rounded(interval[0]), rounded(interval[1])],
    baseline: truth,
    target: 'the interval holds what it earned',
    met: interval[0] <= truth && truth <= interval[1],
    data: DATA,
  })
  const known = overlap.effectiveRows
  printFigure({
    figure: 'search-ope/effective samples beside the value given with the data',
    value: rounded(known, 6),
    unit: `of ${overlap.rows}`,
    baseline: KNOWN_EFFECTIVE,
    ratio: rounded(known / KNOWN_EFFECTIVE),
    target: 'within 2 % (of this file; other periods have another value)',
    met: Math.abs(known / KNOWN_EFFECTIVE - 1) < 0.02,
    data: DATA,
  })
  printWarning('the log of Thompson sampling for the random policy', overlap, true)
}

function printWarning(name: string, overlap: bandits.Overlap, isPoor: boolean): void {
  printFigure({
    figure: `search-ope/warnings: ${name}`,
    value: overlap.warnings.length,
    unit: overlap.warnings.join(' ') || 'none',
    target: isPoor ? 'a warning: overlap is poor' : 'none: overlap is good',
    met: overlap.isPoor === isPoor,
    data: DATA,
  })
}

/** Contexts of the other half of the random log, with the chances of a model fitted on this half. */
function syntheticWorlds(): Readonly<Record<string, SyntheticWorld>> {
  const model = fitClickModel(logs, items, (row) => row % 2 === 0)
  const log = random
  const contexts = Array.from({ length: log.rows }, (_, i) => i).filter((i) => i % 4 === 1)
  const positions = Int32Array.from(contexts, (row) => log.positions[row]!)
  const chances = new Float64Array(contexts.length * items)
  contexts.forEach((row, c) => {
    chances.set(model.chances(log, row, positions[c]!), c * items)
  })
  const learned = sharesByPosition(bts.items, bts.positions, items)
  const sharp = sharesByPosition(bts.items, bts.positions, items, 1.5)
  const world = { chances, positions, items }
  return {
    'random from learned': { ...world, logging: learned, target: uniform },
    'learned from random': { ...world, logging: uniform, target: learned },
    'random from sharply learned (poor overlap)': { ...world, logging: sharp, target: uniform },
  }
}

function printCoverage(name: string, world: SyntheticWorld): void {
  for (const rows of [2000, 10_000]) {
    const { truth, held, warned } = countCoverage(world, rows, redraws, interval, 0.95)
    for (const [estimator, entry] of held) {
      const { width } = entry
      const covered = Math.min(1, entry.covered)
      const half = 1.96 * Math.sqrt((covered * (1 - covered)) / redraws)
      const isJudged = estimator !== 'direct'
      printFigure({
        figure: `search-ope/coverage, ${name}, ${rows} rows, ${estimator}`,
        value: rounded(covered),
        unit: `share of ${redraws} redraws; truth ${rounded(truth)}, mean width ${rounded(width)}, warned in ${rounded(warned)}`,
        interval: [rounded(Math.max(0, covered - half)), rounded(Math.min(1, covered + half))],
        ...(isJudged ? { target: '≥ 0.9', met: covered >= 0.9 } : {}),
        data: `${DATA}, semi-synthetic`,
        seed: `1 … ${redraws}`,
      })
    }
  }
}

const fromBts = weighed(bts, uniform)
printAgreement('random from Thompson', fromBts)
const learned = sharesByPosition(bts.items, bts.positions, items)
const fromRandom = weighed(random, learned)
printAgreement('Thompson from random', fromRandom)
printTruth(fromBts)
printWarning(
  'the random log for the shares of Thompson sampling',
  bandits.overlapOf(fromRandom.weights),
  false,
)
for (const [name, world] of Object.entries(syntheticWorlds())) printCoverage(name, world)
