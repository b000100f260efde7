/**
 * Fixed-charge network design on the Canad instances: designs found in so many CPU seconds, one
 * line an instance, then how many meet the target of their size.
 * node bench/network-design.ts [--data DIR] [--only PATTERN] [--seconds 60] [--sample N] [--seed 1] [--done FILE]
 * FILE holds lines of an earlier run with the same seconds and seed that was ended before its time:
 * its instances count and are not run again.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StorewrightError } from '../src/core/errors.ts'
import { cpuSeconds as threadSeconds } from '../src/core/optimize/cpu-seconds.ts'
import { design } from '../src/network/index.ts'
import { argument, cpuSeconds, dataFolder, printFigure, rounded } from './figure.ts'

/** Proven optima that came with the data (its README). */
const OPTIMA: Readonly<Record<string, number>> = {
  c33: 423848,
  c35: 371475,
  c36: 643036,
  'r01.1': 74079,
  'r04.1': 31730,
}
/** Sets whose target counts; the others are reported. */
const JUDGED = ['C', 'R']
/** Share of the time given to the search: its last step may end late. */
const SEARCH_SHARE = 0.96
const seconds = Number(argument('seconds', '60'))
const only = new RegExp(argument('only', '.'))
const sample = Number(argument('sample', 'Infinity'))
const seed = argument('seed', '1')
const doneFile = argument('done', '') || undefined

interface Instance {
  readonly set: string
  readonly name: string
  readonly file: string
}

/** All instances of all sets, or `sample` of them spread evenly over the list. */
function instances(): readonly Instance[] {
  const given = dataFolder()
  const folder = join(existsSync(join(given, 'canad')) ? given : join(given, 'network'), 'canad')
  const all = readdirSync(folder)
    .sort()
    .flatMap((set) =>
      readdirSync(join(folder, set))
        .filter((file) => file.endsWith('.dow'))
        .sort()
        .map((file) => ({ set, name: file.slice(0, -4), file: join(folder, set, file) })),
    )
    .filter(({ set, name }) => only.test(`${set}/${name}`))
  if (sample >= all.length) return all
  return Array.from(
    { length: sample },
    (_, i) => all[Math.floor(((i + 0.5) * all.length) / sample)]!,
  )
}

/** Designs one instance and prints its line; tells whether it met the target of its size, or that nothing can. */
async function measure({ set, name, file }: Instance): Promise<'met' | 'missed' | 'infeasible'> {
  const problem = design.readDow(readFileSync(file, 'utf8'), file)
  const begun = process.cpuUsage()
  const budget = { seconds: SEARCH_SHARE * seconds, clock: threadSeconds }
  const answer = await design.designNetwork(problem, { seed, budget }).catch(refusalOf)
  if (typeof answer === 'string') {
    const figure = 'network-design'
    const used = rounded(cpuSeconds(begun), 4)
    console.log(
      JSON.stringify({ figure, instance: `${set}/${name}`, infeasible: answer, cpuSeconds: used }),
    )
    return 'infeasible'
  }
  const commodities = problem.commodities.from.length
  const { value, bound, gap, proven, windows } = answer
  const optimum = OPTIMA[name]
  const gapPercent = 100 * (optimum === undefined ? gap : (value - optimum) / optimum)
  const target = commodities <= 100 ? 1 : 3
  const met = gapPercent <= (optimum === undefined ? target : 1e-4)
  const line = {
    figure: 'network-design',
    instance: `${set}/${name}`,
    commodities,
    value: rounded(value, 10),
    ...(optimum === undefined ? {} : { optimum }),
    bound: rounded(bound, 8),
    gapPercent: Number(gapPercent.toFixed(4)),
    boundGapPercent: Number((100 * gap).toFixed(4)),
    proven,
    windows,
    cpuSeconds: rounded(cpuSeconds(begun), 4),
    target,
    met,
  }
  console.log(JSON.stringify(line))
  return met ? 'met' : 'missed'
}

/** What cannot be carried, in words; other errors are thrown on. */
function refusalOf(error: unknown): string {
  if (error instanceof StorewrightError && error.code === 'ERR_INFEASIBLE') return error.message
  throw error
}

type Outcome = Awaited<ReturnType<typeof measure>>

/** What an earlier run said of its instances, by set/name. */
function readDone(file: string | undefined): ReadonlyMap<string, Outcome> {
  if (file === undefined) return new Map()
  const lines = readFileSync(file, 'utf8').trim().split('\n').filter(Boolean)
  return new Map(
    lines.flatMap((line) => {
      const { instance, met, infeasible } = JSON.parse(line)
      if (instance === undefined) return []
      const outcome = infeasible === undefined ? (met === true ? 'met' : 'missed') : 'infeasible'
      return [[instance, outcome] as const]
    }),
  )
}

const done = readDone(doneFile)
const counts = { met: 0, missed: 0, infeasible: 0 }
for (const instance of instances()) {
  const outcome = done.get(`${instance.set}/${instance.name}`) ?? (await measure(instance))
  if (JUDGED.includes(instance.set)) counts[outcome]++
}
const judged = counts.met + counts.missed
printFigure({
  figure: 'network-design',
  value: judged === 0 ? 1 : counts.met / judged,
  unit: 'share of instances of C and R within their target of the optimum, or else of the bound',
  target: 1,
  met: counts.missed === 0,
  data: `canad, ${judged} instances of C and R, ${counts.infeasible} more that nothing can carry, ${seconds} CPU seconds each`,
  seed,
})
