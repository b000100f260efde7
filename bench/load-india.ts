/**
 * Load of five grid regions of India a year ahead from one origin: hours, days and weeks, against last
 * year's same weekday and, with --python, Prophet and statsforecast's MSTL in the same run; the days
 * around Diwali with and without the moving events.
 * node bench/load-india.ts [--data DIR] [--origin 2022-01-01] [--until 2023-01-01] [--python PATH]
 * DIR holds india/hourly.csv.gz and india/events.csv.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseInstant } from '../src/core/calendar.ts'
import { type LoadEvent, type LoadHistory, longForecaster } from '../src/load/index.ts'
import { argument, cpuSeconds, dataFolder, meanInterval, printFigure, rounded } from './figure.ts'
import { runPeers } from './load-india/peers.ts'
import { aggregate, cut, readEvents, readIndia } from './load-india/read.ts'
import { coverage, type Judged, mape, seasonalNaive, shapeError, sums } from './load-india/score.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const SEED = 1
const MOVING = ['diwali', 'holi']
const origin = parseInstant(argument('origin', '2022-01-01'))
const until = parseInstant(argument('until', '2023-01-01'))
const python = argument('python', '')

interface Case {
  readonly region: string
  readonly train: LoadHistory
  readonly test: LoadHistory
}

function casesOf(all: readonly LoadHistory[], hours: number): Case[] {
  return all.map((one) => {
    const history = hours > 1 ? aggregate(one, hours) : one
    const train = cut(history, -Infinity, origin)
    const from = train.axis.startMs + train.axis.count * train.axis.stepMs
    return { region: one.group['region']!, train, test: cut(history, from, until) }
  })
}

function ours({ train, test }: Case, events: readonly LoadEvent[]): Judged {
  const fitted = longForecaster().fit(train, { events, seed: SEED })
  const forecast = fitted.forecast({ startMs: test.axis.startMs, count: test.axis.count })
  const [q05, q10, q90, q95] = [0.05, 0.1, 0.9, 0.95].map((level) => forecast.quantile(level))
  return {
    point: forecast.quantile(0.5),
    bands: { q05: q05!, q10: q10!, q90: q90!, q95: q95! },
  }
}

const data = () => {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  return `India, five regions, trained before ${day(origin)}, forecast to ${day(until)} from there`
}

function printMape(name: string, cases: readonly Case[], judged: readonly Judged[]): void {
  const errors = cases.map(({ test }, i) => mape(test.values, judged[i]!.point))
  const naive = cases.map(({ train, test }) => {
    return mape(test.values, seasonalNaive(train, test.axis.count).plain)
  })
  const { mean, interval } = meanInterval(errors)
  const baseline = meanInterval(naive).mean
  printFigure({
    figure: `load-india/${name}`,
    value: rounded(mean),
    unit: 'MAPE, mean of regions (interval: over regions)',
    interval: [rounded(interval[0], 3), rounded(interval[1], 3)],
    baseline: rounded(baseline),
    ratio: rounded(mean / baseline, 3),
    ...(name === 'hours' && { target: '<= 0.075', met: mean <= 0.075 }),
    data: data(),
  })
}

function printCoverage(name: string, cases: readonly Case[], judged: readonly Judged[]): void {
  for (const [share, low, high] of [
    [0.8, 'q10', 'q90'],
    [0.9, 'q05', 'q95'],
  ] as const) {
    const covered = cases.map(({ test }, i) => {
      const bands = judged[i]!.bands!
      return coverage(test.values, bands[low], bands[high])
    })
    printFigure({
      figure: `load-india/${name}, steps inside the ${100 * share} % band`,
      value: rounded(meanInterval(covered).mean, 3),
      unit: 'share (interval: lowest and highest region)',
      interval: [rounded(Math.min(...covered), 3), rounded(Math.max(...covered), 3)],
      baseline: share,
      data: data(),
    })
  }
}

/** Days that the shape around Diwali is judged on: from four days before, ten in all. */
const AROUND = { lead: 4, days: 10 }

function printDiwali(
  cases: readonly Case[],
  judged: readonly Judged[],
  events: readonly LoadEvent[],
) {
  const diwali = events.find((e) => e.kind === 'diwali' && e.startMs >= origin)
  if (diwali === undefined || diwali.startMs + 6 * DAY_MS > until) return
  const plain = events.filter(({ kind }) => !MOVING.includes(kind))
  const from = (diwali.startMs - AROUND.lead * DAY_MS - origin) / HOUR_MS
  const window = (v: ArrayLike<number>) => {
    return Float64Array.from({ length: 24 * AROUND.days }, (_, t) => v[from + t]!)
  }
  const curves = cases.map((one, i) => ({
    actual: window(one.test.values),
    with: window(judged[i]!.point),
    without: window(ours(one, plain).point),
  }))
  const total = (name: 'actual' | 'with' | 'without') => {
    return curves[0]![name].map((_, t) => curves.reduce((sum, curve) => sum + curve[name][t]!, 0))
  }
  const all = [{ actual: total('actual'), with: total('with'), without: total('without') }]
  for (const [what, set] of [
    ['mean of regions', curves],
    ['load of all regions together', all],
  ] as const) {
    for (const [grain, width] of [
      ['hours', 1],
      ['days', 24],
    ] as const) {
      const error = (name: 'with' | 'without') =>
        meanInterval(set.map((c) => shapeError(sums(c.actual, width), sums(c[name], width)))).mean
      const [value, baseline] = [error('with'), error('without')]
      printFigure({
        figure: `load-india/shape of ${grain} around Diwali, ${what}`,
        value: rounded(value, 3),
        unit: 'mean |share of the mean of ten days|',
        baseline: rounded(baseline, 3),
        ratio: rounded(value / baseline, 3),
        target: '<= 0.5 times the same model without moving events',
        met: value <= 0.5 * baseline,
        data: data(),
      })
    }
  }
}

function printPeers(cases: readonly Case[], events: readonly LoadEvent[]): void {
  const count = cases[0]!.test.axis.count
  const { forecasts, cpuSeconds: took } = runPeers(
    python,
    cases.map(({ train }) => train),
    events.filter(({ startMs }) => startMs < until),
    count,
  )
  for (const [peer, byRegion] of forecasts) {
    const judged = cases.map(({ region }) => byRegion.get(region)!)
    printMape(`hours by ${peer} (${rounded(took[peer]!, 3)} CPU s)`, cases, judged)
    printCoverage(`hours by ${peer}`, cases, judged)
  }
}

function main(): void {
  const given = dataFolder()
  const folder = [join(given, 'india'), join(given, 'load', 'india'), given].find((one) =>
    existsSync(join(one, 'hourly.csv.gz')),
  )
  if (folder === undefined) throw new Error(`there is no india/hourly.csv.gz in ${given}`)
  const [all, events] = [readIndia(folder), readEvents(folder)]
  const hours = casesOf(all, 1)
  const start = process.cpuUsage()
  const judged = hours.map((one) => ours(one, events))
  const seconds = cpuSeconds(start) / hours.length
  printMape('hours', hours, judged)
  printCoverage('hours', hours, judged)
  const grown = hours.map(({ train, test }) => {
    return mape(test.values, seasonalNaive(train, test.axis.count).grown)
  })
  printFigure({
    figure: 'load-india/hours by last year times growth',
    value: rounded(meanInterval(grown).mean),
    unit: 'MAPE, mean of regions',
    data: data(),
  })
  for (const [name, width] of [
    ['days', 24],
    ['weeks', 168],
  ] as const) {
    const cases = casesOf(all, width)
    const own = cases.map((one) => ours(one, events))
    printMape(name, cases, own)
    printCoverage(name, cases, own)
  }
  printDiwali(hours, judged, events)
  printFigure({
    figure: 'load-india/fit and forecast of hours',
    value: rounded(seconds, 3),
    unit: 'CPU s a series',
    target: '<= 2',
    met: seconds <= 2,
    data: data(),
  })
  if (python !== '') printPeers(hours, events)
}

main()
