/**
 * Recorded dashboards: each log beside its table (NAME.log.jsonl[.gz] and NAME.parquet or .csv), the
 * table upsampled to about a million rows, views tuned on the first half of the log, the second half
 * run untuned and tuned in turn, every answer compared.
 * `--only brushes`: made rows instead, brushed by ranges whose bounds come from anywhere.
 * node bench/warehouse-dashboards.ts --data DIR [--seed 1] [--rows 1000000] [--only NAME] [--share 0.5] [--train-every 1]
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { viewParts } from '../src/warehouse/advise/parts.ts'
import { type ReplayResult, replayLog, type Tuner, tuneWith } from '../src/warehouse/replay/door.ts'
import { argument, printFigure, rounded } from './figure.ts'
import { benchBrushes } from './warehouse-dashboards/brushes.ts'

const folder = argument('data', 'shared/data/warehouse/dashboards')
const seed = Number(argument('seed', '1'))
const only = argument('only', '')
const trainShare = Number(argument('share', '0.5'))
const scale = Number(argument('scale', '10'))

/** What a name known from the issue is to reach; other logs are told without a target. */
const TARGETS: Readonly<Record<string, number>> = { flights: 12, taxis: 7 }

const every = Number(argument('train-every', '1'))

/** Views alone; every so many statements of the first part are run to learn from (--train-every). */
const tune: Tuner = (path, training, options) =>
  tuneWith(viewParts)(
    path,
    training.filter((_, i) => i % every === 0),
    options,
  )

function report(name: string, result: ReplayResult): void {
  const { untuned, tuned, upkeepCpuMs } = result
  const data = `${name}, ${result.replayStatements} statements`
  const print = (figure: string, value: number, unit: string, target?: number) =>
    printFigure({
      figure: `${name}: ${figure}`,
      value: rounded(value, 2),
      unit,
      ...(target === undefined ? {} : { target: `≥ ${target}`, met: value >= target }),
      data,
      seed,
    })
  const aim = TARGETS[name]
  print(
    'CPU in all, upkeep counted',
    untuned.totalCpuMs / (tuned.totalCpuMs + upkeepCpuMs),
    'x less',
    aim,
  )
  print('median', untuned.p50CpuMs / tuned.p50CpuMs, 'x less', aim)
  print('p95', untuned.p95CpuMs / tuned.p95CpuMs, 'x less', aim && 5)
  print('untuned median', untuned.p50CpuMs, 'ms CPU')
  print('tuned median', tuned.p50CpuMs, 'ms CPU')
  for (const [what, ms] of Object.entries(result.upkeep)) print(`upkeep, ${what}`, ms, 'ms CPU')
  print('views', result.actions.length, 'views')
  print('storage', result.storageBytes / 2 ** 20, 'MiB')
  print('answers that differ', result.differingAnswers, 'statements')
  print('slower by a quarter and 2 ms', 100 * result.slowerByQuarterShare, '% of statements')
}

if (only === 'brushes') await benchBrushes(seed, Number(argument('rows', '1000000')))
for (const file of only === 'brushes' ? [] : readdirSync(folder).sort()) {
  const name = /^(.*?)\.(log\.)?(jsonl|sql)(\.gz)?$/.exec(file)?.[1]
  if (name === undefined || (only !== '' && name !== only)) continue
  const log = join(folder, file)
  const options = { tables: folder, log, trainShare, scale, seed, verify: true, threads: 1 }
  report(name, await replayLog(options, tune))
}
