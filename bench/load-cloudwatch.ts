import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { alarmRuns, type LoadHistory, scoreAnomalies } from '../src/load/index.ts'
import { cpuSeconds, dataFolder, printFigure, rounded } from './figure.ts'
import { readSteps, utcMs } from './load/history.ts'
import { ORDINARY_KINDS, ordinaryHistory } from './load/ordinary.ts'

// Anomalies that people labelled in series of Amazon CloudWatch (Numenta benchmark): a labelled window is
// found where an alarm falls into it; alarms less than twelve hours apart are one episode, and an episode
// without an alarm in a window is a false alarm. As in that benchmark, the first 15 % of a series are not
// judged. Counted besides as a phone would ring: once an episode, at its first alarm.
//
//   npm run -s bench -- load-cloudwatch --data DIR [--verbose]
//
// DIR/cloudwatch holds series (timestamp, value; .csv, .csv.gz) and anomaly-windows.json: {file: [[from, to], …]}.
// --verbose tells of each series on stderr. Nothing of the labels is learned from.

const SILENCE_MS = 12 * 3_600_000
const MONTH_MS = 30.4 * 86_400_000
const UNJUDGED = 0.15
/** Of days more than a few alarms a month would be most days. */
const ORDINARY = [
  { word: 'minutes', stepMs: 60_000, days: 14, seeds: 2, rates: [0.1, 1, 5] },
  { word: 'five minutes', stepMs: 300_000, days: 30, seeds: 8, rates: [0.1, 1, 5] },
  { word: 'hours', stepMs: 3_600_000, days: 60, seeds: 8, rates: [0.1, 1, 5] },
  { word: 'days', stepMs: 86_400_000, days: 700, seeds: 4, rates: [0.1, 1] },
]
const SENSITIVITIES = [0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10]

type Reference = 'past' | 'whole'

interface Judged {
  readonly file: string
  readonly history: LoadHistory
  readonly windows: readonly (readonly [number, number])[]
  readonly months: number
  readonly scores: Readonly<Record<Reference, Float64Array>>
}

interface Count {
  readonly found: number
  readonly windows: number
  readonly falseAlarms: number
  readonly months: number
  /** As a phone rings: windows in which an episode begins, and episodes that begin in none. */
  readonly rungIn: number
  readonly rungOut: number
}

const folder = join(dataFolder(), 'cloudwatch')
const began = process.cpuUsage()
const series = readSeries()
const cpu = cpuSeconds(began)
const data = `CloudWatch, ${series.length} series, ${rounded(totalMonths(series), 3)} months judged`
for (const reference of ['past', 'whole'] as const) report(reference)
reportHalves()
printFigure({
  ...{ figure: 'load-cloudwatch: CPU a series, both references', unit: 's', data },
  value: rounded(cpu / series.length),
})
reportOrdinary()

function readSeries(): readonly Judged[] {
  const labels = JSON.parse(readFileSync(join(folder, 'anomaly-windows.json'), 'utf8')) as Record<
    string,
    [string, string][]
  >
  // Labels may name files with their folder, as the benchmark itself does.
  const windowsOf = new Map(Object.entries(labels).map(([name, own]) => [basename(name), own]))
  const files = readdirSync(folder).filter((file) => /\.csv(\.gz)?$/.test(file))
  return files.sort().map((file) => {
    const history = readSteps(join(folder, file))
    const { count, stepMs } = history.axis
    const scores = { past: judged(history, 'past'), whole: judged(history, 'whole') }
    const months = ((1 - UNJUDGED) * count * stepMs) / MONTH_MS
    const own = windowsOf.get(file.replace(/\.gz$/, '')) ?? []
    const windows = own.map(([from, to]) => [instant(from), instant(to)] as const)
    return { file, history, windows, months, scores }
  })
}

function instant(text: string): number {
  return utcMs(text.slice(0, 19))
}

function judged(history: LoadHistory, reference: Reference): Float64Array {
  const score = scoreAnomalies(history, { reference })
  score.fill(Number.NEGATIVE_INFINITY, 0, Math.floor(UNJUDGED * score.length))
  return score
}

function totalMonths(some: readonly Judged[]): number {
  return some.reduce((sum, { months }) => sum + months, 0)
}

/** Counts alarms of one series at a sensitivity. */
function countOne(one: Judged, reference: Reference, sensitivity: number): Count {
  const { history, windows, months, scores } = one
  const { startMs, stepMs } = history.axis
  const score = scores[reference]
  const limit = -Math.log(sensitivity)
  const windowAt = (t: number) => {
    const at = startMs + t * stepMs
    return windows.findIndex(([from, to]) => at >= from && at <= to)
  }
  const found = new Set<number>()
  const rung = new Set<number>()
  let [falseAlarms, rungOut] = [0, 0]
  for (const { from, to } of alarmRuns(score, limit, Math.round(SILENCE_MS / stepMs))) {
    let hits = 0
    for (let t = from; t < to; t++) {
      if (!(score[t]! > limit) || windowAt(t) < 0) continue
      found.add(windowAt(t))
      hits++
    }
    if (hits === 0) falseAlarms++
    if (windowAt(from) < 0) rungOut++
    else rung.add(windowAt(from))
  }
  const counted = { found: found.size, windows: windows.length, falseAlarms, months }
  return { ...counted, rungIn: rung.size, rungOut }
}

function countAll(some: readonly Judged[], reference: Reference, sensitivity: number): Count {
  return some
    .map((one) => countOne(one, reference, sensitivity))
    .reduce((a, b) => ({
      found: a.found + b.found,
      windows: a.windows + b.windows,
      falseAlarms: a.falseAlarms + b.falseAlarms,
      months: a.months + b.months,
      rungIn: a.rungIn + b.rungIn,
      rungOut: a.rungOut + b.rungOut,
    }))
}

function report(reference: Reference): void {
  const name = reference === 'past' ? 'from the past alone' : 'from the whole series'
  const { found, windows, falseAlarms, months, rungIn, rungOut } = countAll(series, reference, 1)
  const judge = reference === 'past'
  printFigure({
    ...{ figure: `load-cloudwatch ${name}: labelled anomalies found at sensitivity 1`, data },
    ...{ value: rounded(found / windows), unit: 'share', interval: wilson(found, windows) },
    ...(judge ? { target: '≥ 0.8', met: found >= 0.8 * windows } : {}),
  })
  printFigure({
    ...{ figure: `load-cloudwatch ${name}: false alarms at sensitivity 1`, data },
    ...{ value: rounded(falseAlarms / months, 3), unit: 'a series a month' },
    interval: poissonInterval(falseAlarms).map((n) => rounded(n / months, 3)) as [number, number],
    ...(judge ? { target: '≤ 1', met: falseAlarms <= months } : {}),
  })
  printFigure({
    ...{ figure: `load-cloudwatch ${name}: found, counted as a phone rings`, data },
    ...{ value: rounded(rungIn / windows), unit: 'share', interval: wilson(rungIn, windows) },
  })
  printFigure({
    ...{ figure: `load-cloudwatch ${name}: false alarms, counted as a phone rings`, data },
    ...{ value: rounded(rungOut / months, 3), unit: 'a series a month' },
  })
  for (const sensitivity of SENSITIVITIES) {
    const at = countAll(series, reference, sensitivity)
    console.log(JSON.stringify({ curve: `load-cloudwatch ${name}`, sensitivity, ...at }))
    const words = `${at.found} of ${at.windows} found, ${(at.falseAlarms / at.months).toFixed(2)} false a month`
    process.stderr.write(`${name}, sensitivity ${sensitivity}: ${words}\n`)
  }
  if (judge && process.argv.includes('--verbose')) tellSeries()
}

/** The sensitivity that finds most within the target on one half of the files, judged on the other. */
function reportHalves(): void {
  const halves = [0, 1].map((odd) => series.filter((_, i) => i % 2 === odd))
  const counts = halves.map((half, i) => {
    const inBudget = SENSITIVITIES.filter((s) => {
      const { falseAlarms, months } = countAll(half, 'past', s)
      return falseAlarms <= months
    })
    return countAll(halves[1 - i]!, 'past', inBudget.at(-1) ?? SENSITIVITIES[0]!)
  })
  const sum = (pick: (count: Count) => number) => counts.reduce((total, c) => total + pick(c), 0)
  printFigure({
    figure: 'load-cloudwatch, sensitivity chosen on the other half of the files: found',
    ...{ value: rounded(sum((c) => c.found) / sum((c) => c.windows)), unit: 'share', data },
  })
  printFigure({
    figure: 'load-cloudwatch, sensitivity chosen on the other half of the files: false alarms',
    value: rounded(sum((c) => c.falseAlarms) / sum((c) => c.months), 3),
    ...{ unit: 'a series a month', data },
  })
}

function tellSeries(): void {
  for (const one of series) {
    const { found, windows, falseAlarms } = countOne(one, 'past', 1)
    process.stderr.write(`${one.file}: ${found} of ${windows}, ${falseAlarms} false\n`)
  }
}

/** False alarms on load in which nothing happens, beside the sensitivity that names their rate. */
function reportOrdinary(): void {
  for (const { word, stepMs, days, seeds, rates } of ORDINARY) {
    const scores = ORDINARY_KINDS.map((kind) =>
      Array.from({ length: seeds }, (_, i) =>
        scoreAnomalies(ordinaryHistory(kind, days, stepMs, i + 1)),
      ),
    )
    for (const sensitivity of rates) {
      const seen = scores.map((some) => alarmRate(some, stepMs, sensitivity))
      printFigure({
        figure: `load-cloudwatch: false alarms on made-up ordinary ${word} at sensitivity ${sensitivity}`,
        value: rounded(seen.reduce((a, b) => a + b, 0) / seen.length, 3),
        ...{ unit: 'a series a month', target: `about ${sensitivity}`, seed: `1…${seeds}` },
        interval: [rounded(Math.min(...seen), 3), rounded(Math.max(...seen), 3)],
        data: `${seen.length} kinds of ${days} days (interval: lowest and highest kind)`,
      })
    }
  }
}

/** Alarms a month of the steps that could raise one. */
function alarmRate(scores: readonly Float64Array[], stepMs: number, sensitivity: number): number {
  const silence = Math.max(1, Math.round(SILENCE_MS / stepMs))
  let [alarms, steps] = [0, 0]
  for (const score of scores) {
    alarms += alarmRuns(score, -Math.log(sensitivity), silence).length
    for (const value of score) if (value > Number.NEGATIVE_INFINITY) steps++
  }
  return (alarms * MONTH_MS) / (steps * stepMs)
}

/** 95 % interval of a share (Wilson 1927). */
function wilson(hits: number, of: number): readonly [number, number] {
  if (of === 0) return [0, 1]
  const z2 = 1.96 ** 2
  const middle = (hits + z2 / 2) / (of + z2)
  const half = (1.96 * Math.sqrt((hits * (of - hits)) / of + z2 / 4)) / (of + z2)
  return [rounded(Math.max(0, middle - half), 3), rounded(Math.min(1, middle + half), 3)]
}

/** 95 % interval of a count, by the square root (Freeman & Tukey 1950). */
function poissonInterval(count: number): readonly [number, number] {
  const low = Math.max(0, Math.sqrt(count + 0.375) - 0.98) ** 2
  return [count === 0 ? 0 : low, (Math.sqrt(count + 0.375) + 0.98) ** 2]
}
