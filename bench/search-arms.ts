// What each arm brings, alone and with others: recall@20 and @100, nDCG@10, CPU a query. Arms that learn
// from judgments are cross-validated by clusters of query words (MSRD, Icecat); clicks of retrotech are
// split by session. Then neighbours: queries a second and recall of the graph against comparing all.
// `--only msrd|icecat|retrotech|neighbours` runs one of them.

import { countClicks, fitPositionModel } from '../src/search/clicks/door.ts'
import { createIndex } from '../src/search/index/door.ts'
import { argument, dataFolder, meanInterval, printFigure, rounded } from './figure.ts'
import {
  actsOfJudgments,
  actsOfSessions,
  learnedQueries,
  memoryArms,
  memoryOf,
  plainArms,
  vectorArm,
} from './search-arms/build.ts'
import { clusterFolds } from './search-arms/folds.ts'
import {
  type Answered,
  ArmRunner,
  fusionOf,
  gains,
  type ListOf,
  listOf,
  recalls,
  unionOf,
} from './search-arms/measure.ts'
import { benchNeighbours, randomEncoder } from './search-arms/neighbours.ts'
import {
  type JudgedQuery,
  type JudgedSet,
  readElectronics,
  readMovies,
  readRetail,
  type Session,
} from './search-arms/sets.ts'

const FOLDS = 5
const SEED = 1
/** The arms whose union is given to a ranking model: one of each way of finding. */
const MIX = ['text-proximity', 'text-combined-prior', 'vectors', 'memory', 'expansion'] as const

const data = dataFolder()
const only = argument('only', '')
const wanted = (name: string) => only === '' || only === name

interface Target {
  readonly baseline?: number
  readonly target?: string
  readonly met?: (value: number) => boolean
}

function print(
  figure: string,
  values: readonly number[],
  where: string,
  target: Target = {},
): number {
  const { mean, interval } = meanInterval(values.filter((value) => !Number.isNaN(value)))
  const { baseline, met } = target
  printFigure({
    figure,
    value: rounded(mean),
    unit: 'mean over queries',
    interval: [rounded(interval[0]), rounded(interval[1])],
    ...(baseline === undefined ? {} : { baseline, ratio: rounded(mean / baseline, 3) }),
    ...(target.target === undefined ? {} : { target: target.target, met: met?.(mean) }),
    data: where,
    seed: SEED,
  })
  return mean
}

/** Rows of every arm, then of their unions. */
function report(name: string, runner: ArmRunner, where: string, unionTarget: Target = {}): void {
  const { answered } = runner
  const arms = [...answered[0]!.found.keys()]
  let best = 0
  for (const arm of arms) {
    const list = listOf(arm)
    best = Math.max(best, print(`${name} ${arm}: recall@20`, recalls(answered, list, 20), where))
    print(`${name} ${arm}: recall@100`, recalls(answered, list, 100), where)
    print(`${name} ${arm}: nDCG@10`, gains(answered, list), where)
    const ms = rounded(runner.milliseconds(arm), 3)
    const speed = { target: '≤ 1', met: ms <= 1 }
    printFigure({
      figure: `${name} ${arm}: CPU`,
      value: ms,
      unit: 'ms a query',
      ...speed,
      data: where,
    })
  }
  const mix = MIX.filter((arm) => arms.includes(arm))
  reportMix(`${name} first 20 of ${mix.join(' + ')}`, answered, unionOf(mix, 20), where, {
    ...unionTarget,
    baseline: rounded(best),
  })
  reportMix(`${name} first 20 of all arms`, answered, unionOf(arms, 20), where, {
    baseline: rounded(best),
  })
  const fused = fusionOf(mix)
  print(`${name} ${mix.length} arms fused by rank: recall@20`, recalls(answered, fused, 20), where)
  print(`${name} ${mix.length} arms fused by rank: nDCG@10`, gains(answered, fused), where)
}

function reportMix(
  figure: string,
  answered: readonly Answered[],
  list: ListOf,
  where: string,
  target: Target,
): void {
  print(`${figure}: recall`, recalls(answered, list, 10_000), where, target)
  const sizes = answered.map((one) => list(one).length)
  print(`${figure}: products`, sizes, where)
}

const hasRelevant = ({ grades }: JudgedQuery) => [...grades.values()].some((grade) => grade > 0)

/** Every query is answered by arms that learned from the other clusters. */
async function benchJudged(
  set: JudgedSet,
  learnVectorsOnce: boolean,
  target: Target,
): Promise<void> {
  const { name, catalogue, queries } = set
  const where = `search/${name.toLowerCase()}, ${queries.length} queries, ${FOLDS} parts by clusters of query words`
  const index = createIndex(catalogue.fields)
  index.add(catalogue.products)
  const plain = plainArms(index)
  const folds = clusterFolds(
    queries.map(({ text }) => text),
    FOLDS,
  )
  const runner = new ArmRunner()
  const once = learnVectorsOnce ? await vectorArm(index, catalogue, [], SEED) : undefined
  for (let fold = 0; fold < FOLDS; fold++) {
    const train = queries.filter((_, i) => folds[i] !== fold)
    const test = queries.filter((query, i) => folds[i] === fold && hasRelevant(query))
    const remembered = memoryArms(index, catalogue, memoryOf(actsOfJudgments(index, train)))
    const vectors = once ?? (await vectorArm(index, catalogue, learnedQueries(train), SEED))
    runner.run(index, [...plain, ...remembered.arms, vectors.arm], test)
    if (fold === 0) reportCosts(name, vectors, remembered.bytes, where)
  }
  report(name, runner, where, target)
}

type Vectors = Awaited<ReturnType<typeof vectorArm>>

function reportCosts(
  name: string,
  { learned, learning, filling, bytes }: Vectors,
  memory: Readonly<Record<string, number>>,
  where: string,
): void {
  const { recall, chosen, judged } = learned
  for (const kind of ['factors', 'towers'] as const) {
    const figure = `${name} vectors by ${kind}${kind === chosen ? ' (chosen)' : ''}: recall@20 of ${judged} held out`
    printFigure({ figure, value: rounded(recall[kind]), unit: 'share', data: where, seed: SEED })
  }
  printFigure({
    figure: `${name} vectors: learning`,
    value: rounded(learning, 3),
    unit: 'CPU s',
    data: where,
  })
  printFigure({
    figure: `${name} vectors: encoding the catalogue`,
    value: rounded(filling, 3),
    unit: 'CPU s',
    data: where,
  })
  for (const [part, size] of Object.entries({ vectors: bytes, ...memory })) {
    printFigure({
      figure: `${name} ${part}: saved`,
      value: rounded(size / 2 ** 20, 3),
      unit: 'MiB',
      data: where,
    })
  }
}

/** Sessions with a click, each as a query whose clicked products are to be found. */
const clickedOf = (sessions: readonly Session[]): JudgedQuery[] =>
  sessions
    .filter(({ clicked }) => clicked.length > 0)
    .map(({ query, clicked }) => ({ text: query, grades: new Map(clicked.map((id) => [id, 1])) }))

/** Learns from every second session how places are looked at and what is clicked. */
async function benchRetail(): Promise<void> {
  const { catalogue, sessions } = await readRetail(data)
  const where = `search/retrotech, ${sessions.length} sessions, half of them to learn from`
  const index = createIndex(catalogue.fields)
  index.add(catalogue.products)
  const train = sessions.filter((_, i) => i % 2 === 0)
  const test = clickedOf(sessions.filter((_, i) => i % 2 === 1))
  const { cells } = countClicks(
    train.flatMap(({ query, shown, clicked }) =>
      shown.map((productId, rank) => ({
        query,
        productId,
        rank,
        clicked: clicked.includes(productId),
      })),
    ),
  )
  const { examination } = fitPositionModel(cells)
  const memory = memoryOf(actsOfSessions(index, train), [...examination])
  const remembered = memoryArms(index, catalogue, memory)
  const vectors = await vectorArm(index, catalogue, clicksByQuery(train), SEED)
  reportCosts('retrotech', vectors, remembered.bytes, where)
  // Few queries were asked often: each is answered once.
  const distinct = new ArmRunner()
  const asked = [...new Map(test.map((query) => [query.text, query])).values()]
  distinct.run(index, [...plainArms(index), ...remembered.arms, vectors.arm], asked)
  const found = new Map(distinct.answered.map((one) => [one.query.text, one.found]))
  const runner = new ArmRunner()
  for (const query of test) runner.answered.push({ query, found: found.get(query.text)! })
  for (const [arm, spent] of distinct.spent) {
    runner.spent.set(arm, (spent * test.length) / asked.length)
  }
  report('retrotech', runner, where)
  benchNeighbours('retrotech, learned', catalogue, vectors.learned.encoder, where)
}

/** Clicks a query and product, as pairs to learn from. */
function clicksByQuery(sessions: readonly Session[]) {
  const counts = new Map<string, Map<string, number>>()
  for (const { query, clicked } of sessions) {
    const own = counts.get(query) ?? new Map<string, number>()
    counts.set(query, own)
    for (const id of clicked) own.set(id, (own.get(id) ?? 0) + 1)
  }
  return [...counts].map(([text, own]) => {
    const most = Math.max(1, ...own.values())
    return { text, positives: [...own.keys()], weights: [...own.values()].map((n) => n / most) }
  })
}

if (wanted('msrd')) {
  const target = { target: '≥ 0.985', met: (value: number) => value >= 0.985 }
  await benchJudged(await readMovies(data), false, target)
}
if (wanted('icecat')) await benchJudged(await readElectronics(data), true, {})
if (wanted('retrotech')) await benchRetail()
if (wanted('neighbours')) {
  const { catalogue } = await readRetail(data)
  const encoder = randomEncoder(384, 32_768)
  benchNeighbours('retrotech, random directions', catalogue, encoder, 'search/retrotech, titles')
}
