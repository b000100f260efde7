// Plan steering on unseen templates: every statement under every arm is measured once (medians of
// interleaved repeats, one thread, CPU time, runs interrupted at three times the default); random
// halves by template are replayed on those times; one half is then run end to end against the
// database, arms sought and learned on the other half alone.
//
//   npm run -s bench -- warehouse-steering --data DIR [--train FILE --test FILE] [--splits 20]
//       [--repeats 3] [--samples 24] [--seed 1]
import { join } from 'node:path'
import { readStatements } from '../src/warehouse/replay/read-log.ts'
import { measurable, statisticsOf } from '../src/warehouse/steering/door.ts'
import type { KnownStatement } from '../src/warehouse/types.ts'
import { argument, dataFolder, meanInterval, median, printFigure, rounded } from './figure.ts'
import {
  cpuMs,
  findArms,
  knowStatements,
  measureAll,
  openTables,
} from './warehouse-steering/matrix.ts'
import { runOnline } from './warehouse-steering/online.ts'
import { halves, replaySplit } from './warehouse-steering/splits.ts'

const SEED = Number(argument('seed', '1'))
const SPLITS = Number(argument('splits', '20'))
const REPEATS = Number(argument('repeats', '3'))
const SAMPLES = Number(argument('samples', '24'))
const folder = dataFolder()
const train = argument('train', '')
const test = argument('test', '')

const db = await openTables(folder)
const plain = await openTables(folder)
const firstFile = train === '' ? join(folder, 'queries.sql') : train
const first = await knowStatements(db, readStatements(firstFile))
const second = test === '' ? [] : await knowStatements(db, readStatements(test))
const data = `${folder.split('/').slice(-2).join('/')}, ${first.length + second.length} statements`

if (SPLITS > 0) await benchSplits([...first, ...second])
await benchOnline()
db.close()
plain.close()

/** What taking one arm back and setting another costs: the two statements in one. */
async function switchCost(): Promise<number> {
  const costs: number[] = []
  for (let i = 0; i < 40; i++) {
    const since = cpuMs()
    await db.run("RESET disabled_optimizers; SET disabled_optimizers = 'join_order'")
    costs.push(cpuMs() - since)
  }
  await db.run('RESET disabled_optimizers')
  return median(costs)
}

async function benchSplits(statements: readonly KnownStatement[]): Promise<void> {
  const statistics = await statisticsOf(db, statements, { seed: SEED })
  const measured = statements.map((statement) => measurable(statement, statistics))
  const found = await findArms(db, measured, SAMPLES)
  console.error(found.arms.map(({ name }) => name).join('\n'))
  const times = await measureAll(db, measured, found, REPEATS)
  const switchMs = await switchCost()
  const results = Array.from({ length: SPLITS }, (_, s) =>
    replaySplit(statements, times, statistics, halves(statements, `${SEED} split ${s}`), {
      seed: SEED + s,
      switchMs,
    }),
  )
  const ratio = (of: (r: (typeof results)[number]) => number) =>
    meanInterval(results.map((r) => of(r) / r.defaultMs))
  const tuned = ratio((r) => r.tunedMs)
  const seed = `${SEED}, ${SPLITS} splits`
  printFigure({
    figure: 'warehouse-steering/unseen half, total CPU over default',
    value: rounded(tuned.mean, 3),
    unit: `share of the default; one arm for all ${rounded(ratio((r) => r.oneArmMs).mean, 3)}, best measured arm of each statement ${rounded(ratio((r) => r.bestMs).mean, 3)}; ${times.arms.length - 1} arms`,
    interval: [rounded(tuned.interval[0], 3), rounded(tuned.interval[1], 3)],
    baseline: 1,
    target: '≤ 0.62',
    met: tuned.mean <= 0.62,
    data,
    seed,
  })
  const slower = meanInterval(results.map((r) => r.slowerShare))
  printFigure({
    figure: 'warehouse-steering/slower by a quarter and 2 ms',
    value: rounded(slower.mean, 3),
    unit: `share of statements; most in a split ${rounded(Math.max(...results.map((r) => r.slowerShare)), 3)}`,
    interval: [rounded(slower.interval[0], 3), rounded(slower.interval[1], 3)],
    target: '≤ 0.03',
    met: slower.mean <= 0.03,
    data,
    seed,
  })
  const overhead = meanInterval(
    results.map((r) => r.chooseMsPerStatement + r.switchesPerStatement * switchMs),
  )
  printFigure({
    figure: 'warehouse-steering/overhead',
    value: rounded(overhead.mean, 3),
    unit: `CPU ms a statement: choosing and learning ${rounded(meanInterval(results.map((r) => r.chooseMsPerStatement)).mean, 3)}, ${rounded(meanInterval(results.map((r) => r.switchesPerStatement)).mean, 3)} switches of ${rounded(switchMs, 3)}`,
    interval: [rounded(overhead.interval[0], 3), rounded(overhead.interval[1], 3)],
    target: '≤ 0.2',
    met: overhead.mean <= 0.2,
    data,
    seed,
  })
}

async function benchOnline(): Promise<void> {
  const { train: seen, test: unseen } = halves(first, `${SEED} online`)
  const isGiven = second.length > 0
  const online = await runOnline(
    plain,
    db,
    isGiven ? first : seen.map((i) => first[i]!),
    isGiven ? second : unseen.map((i) => first[i]!),
    { seed: SEED, samples: SAMPLES },
  )
  const { asked, steered, regressions, interrupted } = online.steerer.report()
  printFigure({
    figure: 'warehouse-steering/online, end to end',
    value: rounded(online.tunedMs / online.defaultMs, 3),
    unit: `share of the default, all counted; ${steered} of ${asked} steered, ${regressions} left their arm, ${interrupted} interrupted; slower by a quarter and 2 ms ${rounded(online.slowerShare, 3)}, by chance ${rounded(online.slowerByChanceShare, 3)}; ${online.wrongAnswers} answers differ; learning took ${rounded(online.trainingMs / 1000, 3)} CPU s`,
    baseline: rounded(online.defaultMs, 4),
    target: isGiven ? '≤ 0.62' : 'reported: one split, one run a statement',
    ...(isGiven ? { met: online.tunedMs / online.defaultMs <= 0.62 } : {}),
    data,
    seed: SEED,
  })
}
