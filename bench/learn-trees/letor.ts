import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type TreeData, type TreeFeature, trainTrees } from '../../src/learn/trees/index.ts'
import { meanInterval, printFigure, rounded } from '../figure.ts'
import { ndcgOf } from './score.ts'

const FEATURES = 301
const SEEDS = [1, 2, 3]
const TARGETS = { 1: 0.567, 3: 0.578 } as const
/** Rounds tried by cross-validation over the queries of the training file. */
const MOST_ROUNDS = 150
const FOLDS = 5

/** LibSVM rows and query sizes; a feature that a row does not name is 0. */
function readPart(folder: string, part: 'train' | 'test'): TreeData {
  const text = gunzipSync(readFileSync(join(folder, `rank.${part}.gz`))).toString('utf8')
  const lines = text.trim().split('\n')
  const columns = Array.from({ length: FEATURES }, () => new Float32Array(lines.length))
  const target = new Float64Array(lines.length)
  lines.forEach((line, row) => {
    const [grade, ...pairs] = line.trim().split(/\s+/)
    target[row] = Number(grade)
    for (const pair of pairs) {
      const [feature, value] = pair.split(':')
      columns[Number(feature)]![row] = Number(value)
    }
  })
  const sizes = readFileSync(join(folder, `rank.${part}.query`), 'utf8')
    .trim()
    .split(/\s+/)
  const features = columns.map(
    (values, f): TreeFeature => ({ name: `f${f}`, kind: 'number', values }),
  )
  return { rows: lines.length, features, target, groups: Int32Array.from(sizes, Number) }
}

/** The queries of `data` for which `keep` holds. */
function queriesOf(data: TreeData, keep: (query: number) => boolean): TreeData {
  const rows: number[] = []
  const groups: number[] = []
  let begin = 0
  data.groups!.forEach((size, query) => {
    if (keep(query)) groups.push(size)
    for (let row = begin; keep(query) && row < begin + size; row++) rows.push(row)
    begin += size
  })
  const features = (data.features as readonly TreeFeature[]).map((feature) => ({
    ...feature,
    values: Float32Array.from(rows, (row) => feature.values[row]!),
  }))
  const target = Float64Array.from(rows, (row) => data.target[row]!)
  return { rows: rows.length, features, target, groups: Int32Array.from(groups) }
}

const parametersOf = (seed: number, rounds: number) =>
  ({
    objective: { kind: 'lambdarank' },
    rounds,
    learningRate: 0.05,
    leaves: 15,
    minRows: 20,
    rowFraction: 0.8,
    columnFraction: 0.5,
    metric: { kind: 'ndcg', at: 3 },
    seed,
  }) as const

/** Number of rounds with the best mean nDCG@3 over folds of training queries; the test is not seen. */
function chooseRounds(train: TreeData, seed: number): number {
  const sums = new Float64Array(MOST_ROUNDS)
  for (let fold = 0; fold < FOLDS; fold++) {
    const inner = queriesOf(train, (query) => query % FOLDS !== fold)
    const held = queriesOf(train, (query) => query % FOLDS === fold)
    const { history } = trainTrees(inner, parametersOf(seed, MOST_ROUNDS), { validation: held })
    history.forEach((loss, round) => {
      sums[round]! += loss
    })
  }
  let best = 0
  sums.forEach((sum, round) => {
    if (sum < sums[best]!) best = round
  })
  return best + 1
}

/** nDCG of LambdaMART on LightGBM's ranking example. */
export function benchLetor(dataFolder: string): void {
  const folder = join(dataFolder, 'search/letor')
  if (!existsSync(folder)) {
    console.error(`no ranking data in ${folder}: skipped`)
    return
  }
  const train = readPart(folder, 'train')
  const test = readPart(folder, 'test')
  const runs = SEEDS.map((seed) => {
    const rounds = chooseRounds(train, seed)
    const model = trainTrees(train, parametersOf(seed, rounds))
    return { rounds, scores: model.predict(test.features) }
  })
  for (const places of [1, 3] as const) {
    const values = runs.map(({ scores }) => ndcgOf(test.target, scores, test.groups!, places))
    const { mean, interval } = meanInterval(values)
    printFigure({
      figure: `learn-trees/letor ndcg@${places}`,
      value: rounded(mean),
      unit: `nDCG, mean of 3 seeds, ${runs.map((run) => run.rounds).join('/')} rounds by cross-validation`,
      interval: [rounded(interval[0]), rounded(interval[1])],
      target: `> ${TARGETS[places]}`,
      met: Math.min(...values) > TARGETS[places],
      data: 'search/letor test part',
      seed: SEEDS.join(','),
    })
  }
}
