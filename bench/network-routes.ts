// Routes at the click: building a set from a timetable, looking routes up, switching versions while
// threads query, and growth to 1,000 sites × 3,221 counties. Timetables are made from seeds, so
// --data is not needed. `--only build|look-ups|switch|growth` runs one part; `--svg FILE` draws growth, `--most
// SITES` ends it earlier; `--seeds` and `--rounds` say how much is measured.
import { writeFileSync } from 'node:fs'
import os from 'node:os'
import type { DepartureBook } from '../src/core/routes/departure-book.ts'
import { type RouteSet, routeSetBytes } from '../src/core/routes/route-set.ts'
import { buildRouteSet } from '../src/network/routes/build.ts'
import { argument, cpuSeconds, median, printFigure, rounded, spread } from './figure.ts'
import { BASE, type FullSize, fullBook, fullSet } from './network-routes/full-set.ts'
import { type Clock, type Draw, measureLookUps, measureReads } from './network-routes/look-ups.ts'
import { type MadeTimetable, makeTimetable } from './network-routes/made-timetable.ts'
import { measureSwitching } from './network-routes/switching.ts'
import { logLogSvg } from './plot.ts'

const SIZE: MadeTimetable = {
  centres: 110,
  sorts: 45,
  stations: 500,
  areas: 885,
  departures: 70_000,
}
const FULL: FullSize = { sites: 110, areas: 885, entries: 64, departures: 140_000 }

const only = argument('only', 'all')
const wants = (part: string) => only === 'all' || only === part
const ROUNDS = Number(argument('rounds', '20'))
const SEEDS = Array.from({ length: Number(argument('seeds', '5')) }, (_, i) => i + 1)
const load = () => `load ${os.loadavg()[0]!.toFixed(1)} on ${os.cpus().length} cores`

function build(seed: number, size: MadeTimetable) {
  const timetable = makeTimetable(seed, size)
  const since = process.cpuUsage()
  const start = performance.now()
  const built = buildRouteSet(timetable, { version: `seed-${seed}`, baseMinute: BASE })
  const cpu = cpuSeconds(since)
  const wall = (performance.now() - start) / 1000
  const lanes = timetable.network.lanes.ids.length
  return { cpu, wall, lanes, departures: timetable.network.departures.lane.length, ...built }
}

function benchBuild(): void {
  const runs = SEEDS.map((seed) => build(seed, SIZE))
  const cpu = runs.map((run) => run.cpu)
  const pairs = SIZE.centres * SIZE.areas
  const { lanes, departures, thinnedPairs } = runs[0]!
  const mean = median(runs.map((run) => run.routes / pairs))
  const megabytes = median(runs.map((run) => routeSetBytes(run.set) / 1e6))
  printFigure({
    figure: 'network-routes-build',
    value: rounded(median(cpu), 3),
    unit: 'CPU s, 110 sites × 885 areas',
    interval: spread(cpu),
    baseline: 0.8,
    target: '≤ 2; baseline: 110 sites × 500 stations with arrival alone',
    met: median(cpu) <= 2,
    data: `made timetables, seeds ${SEEDS.join(', ')}: ${lanes} lanes, ${departures} departures a week over a span of 7 and a horizon of 14 days, 500 stations, 45 sort centres; four criteria, ${rounded(mean, 3)} routes a pair, ${thinnedPairs} pairs over the cap of 64 (seed 1); set ${rounded(megabytes, 3)} MB, process ${Math.round(process.memoryUsage.rss() / 1e6)} MB; wall ${rounded(median(runs.map((run) => run.wall)), 3)} s; ${load()}`,
    seed: SEEDS.join(', '),
  })
}

function benchLookUps(): void {
  const book = fullBook(FULL)
  const set = fullSet(1, FULL, book, 0)
  benchReads()
  benchSet('full', set, book, '64 routes each')
  const built = build(1, SIZE)
  const mean = rounded(built.routes / (SIZE.centres * SIZE.areas), 3)
  benchSet(
    'built',
    built.set,
    built.book,
    `${mean} routes each, built from the timetable of seed 1`,
  )
}

/** What memory allows: reads at random places of as much memory as the full set takes, and of a megabyte. */
function benchReads(): void {
  const [large, small] = [measureReads(40 << 20), measureReads(1 << 18)]
  printFigure({
    figure: 'network-routes-memory',
    value: rounded(large.chained, 3),
    unit: 'ns a read that depends on the one before, 160 MB',
    data: `where it depends on nothing ${rounded(large.free, 3)}; in 1 MB ${rounded(small.chained, 3)} and ${rounded(small.free, 3)}; best of six rounds; ${load()}`,
    seed: 1,
  })
}

/** How pairs are drawn, and how the clock goes. */
const CASES: readonly (readonly [Draw, Clock])[] = [
  ['uniform', 'running'],
  ['zipf', 'running'],
  ['few', 'running'],
  ['uniform', 'jumping'],
  ['zipf', 'jumping'],
]

/** Looks pairs of a set up; targets are for the full one. */
function benchSet(kind: 'full' | 'built', set: RouteSet, book: DepartureBook, what: string): void {
  const size = `110 × 885 pairs, ${what}, ${rounded(routeSetBytes(set) / 1e6, 3)} MB`
  for (const [draw, clock] of CASES) {
    const speeds = measureLookUps(set, book, draw, ROUNDS, clock)
    const how = clock === 'running' ? draw : `${draw}-jumping`
    const names = {
      batch: 'in batches',
      single: 'one by one',
      reserved: 'in batches, room taken and given back',
    }
    for (const name of ['batch', 'single', 'reserved'] as const) {
      const values = speeds[name]
      const isJudged = clock === 'running' && draw !== 'few'
      const isTarget = kind === 'full' && name !== 'reserved' && isJudged
      printFigure({
        figure: `network-routes-look-up-${kind}-${name}-${how}`,
        value: rounded(median(values), 3),
        unit: 'M/s a core, CPU',
        interval: spread(values),
        ...(isTarget ? { target: '≥ 4', met: median(values) >= 4 } : {}),
        data: `${size}; with capacity check, ${names[name]}; best round ${rounded(Math.max(...values), 3)}; ${rounded(speeds.found, 3)} found; ${ROUNDS} minutes ${clock === 'running' ? 'one after the other' : 'anywhere in the week'}, 131,072 requests each, promised in 3 days; ${load()}`,
        seed: 1,
      })
    }
    printFigure({
      figure: `network-routes-look-up-${kind}-p99-${how}`,
      value: rounded(speeds.p99 / 1000, 3),
      unit: 'µs, wall',
      ...(kind === 'full' ? { target: '≤ 2', met: speeds.p99 <= 2000 } : {}),
      data: `${size}; one by one, the timer included; p50 ${rounded(speeds.p50 / 1000, 3)} µs; ${load()}`,
      seed: 1,
    })
  }
}

async function benchSwitch(): Promise<void> {
  const book = fullBook(FULL)
  const sets = [fullSet(1, FULL, book, 0), fullSet(2, FULL, book, 1)] as const
  const report = await measureSwitching(sets, book, 200)
  const { call, seen, queries, lost, mixed } = report
  const worst = Math.max(...call)
  printFigure({
    figure: 'network-routes-switch',
    value: rounded(median(call), 3),
    unit: 'ms a switch of all areas',
    interval: spread(call),
    target: '≤ 1, none lost, none mixed',
    met: spread(call)[1] <= 1 && lost === 0 && mixed === 0,
    data: `200 switches between two full sets, 2 threads querying: ${queries} queries, ${lost} lost, ${mixed} mixed; slowest ${rounded(worst, 3)} ms; every thread answers from the new set after ${rounded(median(seen), 3)} ms (median; middle nine tenths ${spread(seen).join(' … ')}; three busy threads on ${os.cpus().length} cores); ${load()}`,
    seed: '1, 2',
  })
}

function benchGrowth(): void {
  const sizes = [
    [30, 250],
    [110, 885],
    [250, 1500],
    [500, 2200],
    [1000, 3221],
  ] as const
  const most = Number(argument('most', '1000'))
  const points = sizes
    .filter(([centres]) => centres <= most)
    .map(([centres, areas]) => {
      const [sorts, stations] = [Math.round(12 + 0.3 * centres), Math.round(0.565 * areas)]
      // About sixteen departures a week on every lane, as in the timetable of 70,000.
      const lanes = 15 * centres + 8 * sorts + 2 * stations + 1.5 * areas
      const size = { centres, sorts, stations, areas, departures: Math.round(16 * lanes) }
      const { cpu, routes, set, departures } = build(1, size)
      const empty = set.index.reduce((sum, word, i) => sum + (i % 2 === 1 && word === 0 ? 1 : 0), 0)
      const reached = rounded(1 - empty / (centres * areas), 3)
      const megabytes = routeSetBytes(set) / 1e6
      printFigure({
        figure: 'network-routes-growth',
        value: rounded(cpu, 3),
        unit: `CPU s, ${centres} sites × ${areas} areas`,
        data: `${departures} departures a week, ${routes} routes (${rounded(routes / (centres * areas), 3)} a pair, ${reached} of the pairs have any), set ${rounded(megabytes, 3)} MB, process ${Math.round(process.memoryUsage.rss() / 1e6)} MB; ${load()}`,
        seed: 1,
      })
      return { pairs: centres * areas, cpu, megabytes }
    })
  const file = argument('svg', '')
  if (file !== '') writeFileSync(file, growthChart(points))
}

function growthChart(
  points: readonly { readonly pairs: number; readonly cpu: number; readonly megabytes: number }[],
): string {
  const line = (name: string, of: (point: (typeof points)[number]) => number) => ({
    name,
    points: points.map((point) => ({ x: point.pairs, y: of(point) })),
  })
  return logLogSvg({
    title: 'Building route sets: from 30 × 250 to 1,000 sites × 3,221 counties',
    x: 'pairs of a site and an area',
    y: 'CPU seconds, megabytes',
    lines: [line('CPU s', (p) => p.cpu), line('set, MB', (p) => p.megabytes)],
  })
}

if (wants('build')) benchBuild()
if (wants('look-ups')) benchLookUps()
if (wants('switch')) await benchSwitch()
if (wants('growth')) benchGrowth()
