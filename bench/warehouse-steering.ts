// Plan steering on unseen templates. Ways to ask: random halves by template are replayed on measured
// times (medians, one thread, CPU time), all overhead counted, once after learning from the other half
// and once from nothing; then statements run end to end from nothing learned, in several orders. With
// --train and --test the first file teaches and the second is measured. --arms 1 also seeks sets of
// optimizer settings and replays them (interleaved repeats, interrupted at three times the default).
//
//   npm run -s bench -- warehouse-steering --data DIR [--train FILE --test FILE] [--splits 20]
//       [--repeats 3] [--rounds 5] [--shuffles a,b] [--arms 1 --samples 24] [--seed 1]
//       [--repeated 40 --times 20: so many templates, each so often with other constants, with arms]
//       [--online 0] [--orders 10: all of them on measured times from nothing, in so many random orders]
import { join } from 'node:path'
import { createRandom } from '../src/core/random/random.ts'
import { readStatements } from '../src/warehouse/replay/read-log.ts'
import { measurable, statisticsOf } from '../src/warehouse/steering/door.ts'
import type { KnownStatement } from '../src/warehouse/types.ts'
import {
  argument,
  dataFolder,
  meanInterval,
  median,
  printFigure,
  rounded,
  spread,
} from './figure.ts'
import {
  cpuMs,
  findArms,
  knowStatements,
  measureAll,
  openTables,
} from './warehouse-steering/matrix.ts'
import { type OnlineResult, runOnline, total } from './warehouse-steering/online.ts'
import { runRepeated } from './warehouse-steering/repeated.ts'
import { slowdowns } from './warehouse-steering/slowdowns.ts'
import { halves, replaySplit } from './warehouse-steering/splits.ts'
import { createTimes, replayWays } from './warehouse-steering/ways.ts'

const SEED = Number(argument('seed', '1'))
const SPLITS = Number(argument('splits', '20'))
const REPEATS = Number(argument('repeats', '3'))
const SAMPLES = Number(argument('samples', '24'))
const REPEATED = Number(argument('repeated', '0'))
const ORDERS = Number(argument('orders', '0'))
const TIMES = Number(argument('times', '20'))
const ROUNDS = Number(argument('rounds', '5'))
const SHUFFLES = argument('shuffles', 'a').split(',').filter(Boolean)
const folder = dataFolder()
const train = argument('train', '')
const test = argument('test', '')

const db = await openTables(folder)
const plain = await openTables(folder)
const firstFile = train === '' ? join(folder, 'queries.sql') : train
const first = await knowStatements(db, readStatements(firstFile))
const second = test === '' ? [] : await knowStatements(db, readStatements(test))
const data = `${folder.split('/').slice(-2).join('/')}, ${first.length + second.length} statements`

if (SPLITS > 0) await benchWays([...first, ...second])
if (ORDERS > 0) await benchOrders([...first, ...second])
if (argument('arms', '') !== '') await benchArms([...first, ...second])
if (REPEATED > 0) await benchRepeated([...first, ...second])
if (argument('online', '1') !== '0') await benchOnline()
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

/** Sets of settings as arms, sought on a sample of the statements: minutes of CPU. */
async function benchArms(statements: readonly KnownStatement[]): Promise<void> {
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
    figure: 'warehouse-steering/arms, unseen half, total CPU over default',
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
    figure: 'warehouse-steering/arms, slower by a quarter and 2 ms',
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
    figure: 'warehouse-steering/arms, overhead',
    value: rounded(overhead.mean, 3),
    unit: `CPU ms a statement: choosing and learning ${rounded(meanInterval(results.map((r) => r.chooseMsPerStatement)).mean, 3)}, ${rounded(meanInterval(results.map((r) => r.switchesPerStatement)).mean, 3)} switches of ${rounded(switchMs, 3)}`,
    interval: [rounded(overhead.interval[0], 3), rounded(overhead.interval[1], 3)],
    target: '≤ 0.2',
    met: overhead.mean <= 0.2,
    data,
    seed,
  })
}

/** Halves by template on measured times: what is chosen for templates that were not seen. */
async function benchWays(statements: readonly KnownStatement[]): Promise<void> {
  const times = createTimes(db, REPEATS)
  const replay = async (isCold: boolean) => {
    const results: Awaited<ReturnType<typeof replayWays>>[] = []
    for (let s = 0; s < SPLITS; s++) {
      const { train: seen, test: unseen } = halves(statements, `${SEED} split ${s}`)
      const at = (rows: readonly number[]) => rows.map((i) => statements[i]!)
      results.push(await replayWays(db, times, isCold ? [] : at(seen), at(unseen), SEED + s))
    }
    return results
  }
  // Measures what is measured, and lets the runtime compile.
  await replay(false)
  const learned = await replay(false)
  const cold = await replay(true)
  const seed = `${SEED}, ${SPLITS} splits`
  const share = (of: (r: (typeof learned)[number]) => number, from = learned) =>
    meanInterval(from.map((r) => of(r) / r.defaultMs))
  const tuned = share((r) => r.tunedMs)
  const fresh = share((r) => r.tunedMs, cold)
  const most = (from: typeof learned) => rounded(Math.max(...from.map((r) => r.slowerShare)), 3)
  printFigure({
    figure: 'warehouse-steering/unseen half, total CPU over default',
    value: rounded(tuned.mean, 3),
    unit: `share of the default; the better of the ways tried ${rounded(share((r) => r.bestMs).mean, 3)}`,
    interval: [rounded(tuned.interval[0], 3), rounded(tuned.interval[1], 3)],
    ...{ baseline: 1, target: '≤ 0.62', met: tuned.mean <= 0.62, data, seed },
  })
  printFigure({
    figure: 'warehouse-steering/the same, nothing seen before',
    value: rounded(fresh.mean, 3),
    unit: `share of the default; reading tables ${rounded(meanInterval(cold.map((r) => r.readMs)).mean, 3)} CPU ms, slower by a quarter and 2 ms ${rounded(meanInterval(cold.map((r) => r.slowerShare)).mean, 3)} of statements (most ${most(cold)})`,
    interval: [rounded(fresh.interval[0], 3), rounded(fresh.interval[1], 3)],
    ...{ baseline: 1, target: '≤ 0.62', met: fresh.mean <= 0.62, data, seed },
  })
  const slower = meanInterval(learned.map((r) => r.slowerShare))
  printFigure({
    figure: 'warehouse-steering/slower by a quarter and 2 ms',
    value: rounded(slower.mean, 3),
    unit: `share of statements; most in a split ${most(learned)}`,
    interval: [rounded(slower.interval[0], 3), rounded(slower.interval[1], 3)],
    ...{ target: '≤ 0.03', met: slower.mean <= 0.03, data, seed },
  })
  const overhead = meanInterval(cold.map((r) => r.chooseMsPerStatement))
  printFigure({
    figure: 'warehouse-steering/overhead',
    value: rounded(overhead.mean, 3),
    unit: 'CPU ms a statement, each of a template never seen: choosing and learning; no setting is changed',
    interval: [rounded(overhead.interval[0], 3), rounded(overhead.interval[1], 3)],
    ...{ target: '≤ 0.2', met: overhead.mean <= 0.2, data, seed },
  })
}

/**
 * All statements on measured times, from nothing, as given, reversed and in random orders: free of what a
 * busy machine adds to one side or the other of a run end to end.
 */
async function benchOrders(statements: readonly KnownStatement[]): Promise<void> {
  const shuffled = Array.from({ length: ORDERS }, (_, i) => {
    const random = createRandom(`${SEED} order ${i}`)
    const drawn = statements.map((statement) => ({ statement, key: random.next() }))
    return drawn.sort((a, b) => a.key - b.key).map(({ statement }) => statement)
  })
  const orders: readonly (readonly [string, readonly (readonly KnownStatement[])[]])[] = [
    ['as given', [statements]],
    ['reversed', [statements.toReversed()]],
    [`${ORDERS} random orders`, shuffled],
  ]
  const times = createTimes(db, REPEATS)
  // Measures what is measured, and lets the runtime compile.
  for (const [, lists] of orders) await replayWays(db, times, [], lists[0]!, SEED)
  for (const [name, lists] of orders) {
    const results: Awaited<ReturnType<typeof replayWays>>[] = []
    for (const list of lists) results.push(await replayWays(db, times, [], list, SEED))
    const shares = results.map((r) => r.tunedMs / r.defaultMs)
    const slower = results.map((r) => r.slowerShare)
    const share = meanInterval(shares).mean
    const [least, most] = spread(shares)
    printFigure({
      figure: `warehouse-steering/nothing seen before, ${name}, on measured times`,
      value: rounded(share, 3),
      unit: `share of the default; reading tables ${rounded(meanInterval(results.map((r) => r.readMs)).mean, 3)} CPU ms, slower by a quarter and 2 ms ${rounded(meanInterval(slower).mean, 3)} of statements (most ${rounded(Math.max(...slower), 3)})`,
      interval: [rounded(least, 3), rounded(most, 3)],
      ...{ baseline: 1, target: '≤ 0.62', met: share <= 0.62, data, seed: `${SEED}` },
    })
  }
}

/** Templates that come back with other constants: ways to ask alone, and with arms of settings. */
async function benchRepeated(statements: readonly KnownStatement[]): Promise<void> {
  const found = await runRepeated({ plain, steered: db }, statements, {
    seed: SEED,
    rounds: ROUNDS,
    templates: REPEATED,
    times: TIMES,
  })
  const { rounds, advice } = found
  const arms = advice.actions[0]?.summary ?? advice.refusals[0]?.reason ?? 'no arms'
  for (const [k, name] of ['ways', 'ways and arms'].entries()) {
    const ratios = rounds.map(({ normal, tuned }) => {
      const { ms, besideMs } = tuned[k]!
      return (total(ms) + besideMs) / total(normal)
    })
    const slower = slowdowns(
      rounds.map(({ normal }) => [...normal]),
      rounds.map(({ again }) => [...again]),
      rounds.map(({ tuned }) => [...tuned[k]!.ms]),
    )
    const wrong = rounds.reduce((sum, round) => sum + round.wrong, 0)
    const value = meanInterval(ratios).mean
    printFigure({
      figure: `warehouse-steering/repeated templates, ${name}`,
      value: rounded(value, 3),
      unit: `share of the default, ${found.templates} templates with other constants each time, ${found.statements} statements behind ${found.statements / 3} learned from; slower by a quarter and 2 ms by medians ${rounded(slower.share, 3)}, the default against itself ${rounded(slower.chance, 3)}; of single runs ${rounded(slower.runs, 3)}, by chance ${rounded(slower.runsByChance, 3)}; ${wrong} answers differ${k === 0 ? '' : `; finding arms took ${rounded(found.adviseMs / 1000, 3)} CPU s: ${arms}`}`,
      interval: [rounded(Math.min(...ratios), 3), rounded(Math.max(...ratios), 3)],
      ...{ baseline: rounded(total(rounds[0]!.normal), 4), target: '≤ 0.62' },
      ...{ met: value <= 0.62, data, seed: `${SEED}, ${ROUNDS} rounds` },
    })
  }
}

/** End to end from nothing learned, in several orders; or from what --train taught. */
async function benchOnline(): Promise<void> {
  const rounds = ROUNDS
  if (second.length > 0) {
    const { state } = await runOnline(plain, db, first, { seed: SEED, rounds: 1 })
    const learned = await runOnline(plain, db, second, { seed: SEED, state, rounds })
    printOnline('learned on --train', learned, second)
    printOnline('--test alone', await runOnline(plain, db, second, { seed: SEED, rounds }), second)
    return
  }
  const shuffled = (name: string) => {
    const { train: one, test: other } = halves(first, `${SEED} ${name}`)
    return [...one, ...other].map((i) => first[i]!)
  }
  const orders: readonly (readonly [string, readonly KnownStatement[]])[] = [
    ['as given', first],
    ['reversed', first.toReversed()],
    ...SHUFFLES.map((name) => [`halves ${name}`, shuffled(name)] as const),
  ]
  for (const [name, statements] of orders) {
    printOnline(name, await runOnline(plain, db, statements, { seed: SEED, rounds }), statements)
  }
}

function printOnline(
  name: string,
  online: OnlineResult,
  statements: readonly KnownStatement[],
): void {
  const { asked, straight, switched, regressions } = online.report
  const { slower } = online
  const ratio = online.tunedMs / online.defaultMs
  const seed = `${SEED}, ${online.ratios.length} rounds`
  printFigure({
    figure: `warehouse-steering/online, end to end, ${name}`,
    value: rounded(ratio, 3),
    unit: `share of the default, all counted; reading tables beside ${rounded(online.besideMs, 3)} CPU ms; ${asked} with another way, ${straight} asked so at once, ${switched} after a stop, ${regressions} regressions; ${online.wrongAnswers} answers differ`,
    interval: [rounded(Math.min(...online.ratios), 3), rounded(Math.max(...online.ratios), 3)],
    baseline: rounded(online.defaultMs, 4),
    ...{ target: '≤ 0.62', met: ratio <= 0.62, data, seed },
  })
  const net = slower.share - slower.chance
  const shown = slower.which.map(([, was, is]) => `${rounded(was, 3)} → ${rounded(is, 3)} ms`)
  printFigure({
    figure: `warehouse-steering/online, slower by a quarter and 2 ms, net of chance, ${name}`,
    value: rounded(net, 3),
    unit: `share of statements by medians: ${rounded(slower.share, 3)}, the default against itself ${rounded(slower.chance, 3)}; of single runs ${rounded(slower.runs, 3)}, by chance ${rounded(slower.runsByChance, 3)}; half of the statements take ${rounded(slower.middleMs, 2)} ms more or less, by chance ${rounded(slower.middleByChanceMs, 2)}`,
    ...{ target: '≤ 0.03', met: net <= 0.03, data, seed },
  })
  if (shown.length > 0) console.error(`${name}: ${shown.join(', ')}`)
  if (argument('show', '') !== '')
    for (const [i, was, is] of slower.which) console.error(was, is, statements[i]!.sql)
}
