import { type ChildProcess, fork } from 'node:child_process'
import { loadavg } from 'node:os'
import autocannon from 'autocannon'
import { type DriveResult, driveOpenLoop, parseTarget, type StepTally } from '../src/world/index.ts'
import { argument, cpuSeconds, median, printFigure, rounded } from './figure.ts'

// The open-loop driver of game days: a curve about 5,000 requests a second (from 4,000 to 6,000, as a
// sale opens and ends) against a server that answers two letters, in another process. How far each second and
// each tenth of a second is from the curve, what the driver costs, how late it sends; then the same
// with a server that answers nothing for a second. Beside it autocannon at a rate of its own, 5,000.
// Runs alternate; a figure is the median over runs, its interval the range.
//
//   npm run bench -- load-gameday [--runs 5] [--seconds 20] [--rate 5000] [--connections 1000]

const runs = Number(argument('runs', '5'))
const seconds = Number(argument('seconds', '20'))
const rate = Number(argument('rate', '5000'))
const connections = Number(argument('connections', '1000'))
/** The peer keeps to fewer seconds: its rate is constant. */
const peerSeconds = Math.min(10, seconds)
const REQUEST = Buffer.from('GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n')
const STALL_MS = 1000

interface Run {
  readonly worstSecond: number
  readonly worstTenth: number
  /** Share of the seconds that are within a hundredth of the curve. */
  readonly within: number
  /** CPU microseconds a request. */
  readonly micros: number
  readonly total: number
  readonly cores: number
  readonly lagP99: number
  readonly lagMax: number
  readonly p99: number
}

const { child, port } = await startServer()
const url = `http://127.0.0.1:${port}`
await drive(3, 1)
const found: Run[] = []
const stalled: { sent: number; p99: number; uncorrected: number }[] = []
const peers: { worst: number; cores: number; stalledSent: number; stalledP99: number }[] = []
for (let run = 0; run < runs; run++) {
  found.push(await drive(seconds, run + 2))
  peers.push(await drivePeer())
  stalled.push(await driveStalled(run))
}
child.disconnect()
report()

function startServer(): Promise<{ child: ChildProcess; port: number }> {
  const path = new URL('load-gameday/server.ts', import.meta.url).pathname
  const forked = fork(path, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  return new Promise((resolve) => {
    forked.once('message', (message) =>
      resolve({ child: forked, port: (message as { port: number }).port }),
    )
  })
}

/** A sale: a rush at the beginning, a plateau, a last run; the mean over the run is `rate`. */
function saleCurve(tenths: number): Float64Array {
  const shape = Float64Array.from({ length: tenths }, (_, i) => {
    const at = i / tenths
    return 0.82 + 0.38 * Math.exp(-at / 0.1) + 0.38 * Math.max(0, 1 - (1 - at) / 0.3)
  })
  const mean = shape.reduce((a, b) => a + b, 0) / tenths
  return shape.map((value) => (value / mean) * rate)
}

async function openLoop(perSecond: Float64Array, seed: number, onSend: (dueMs: number) => void) {
  return await driveOpenLoop({
    target: parseTarget(url, []),
    curves: { intervalMs: 100, steps: [{ step: 'page', perSecond }] },
    ...{ spacing: 'even', seed, objectivesMs: [1000], connections, backlog: 50_000 },
    ...{ timeoutMs: 10_000, safety: { errorShare: 1, p99Ms: 60_000 } },
    nextRequest(_, dueMs) {
      onSend(dueMs)
      return { bytes: REQUEST }
    },
    clock: () => performance.now(),
  })
}

async function drive(length: number, seed: number): Promise<Run> {
  const perSecond = saleCurve(length * 10)
  const tenths = new Float64Array(length * 10 + 10)
  const began = performance.now()
  const cpu = process.cpuUsage()
  const onSend = () => {
    tenths[Math.min(tenths.length - 1, Math.floor((performance.now() - began) / 100))]! += 1
  }
  const result = await openLoop(perSecond, seed, onSend)
  const used = cpuSeconds(cpu)
  const page = onlyStep(result)
  const planned = perSecond.map((value) => value / 10)
  return {
    worstSecond: furthest(page.sent, page.planned),
    worstTenth: furthest(tenths.subarray(0, planned.length), planned),
    within: shareWithin(page.sent, page.planned),
    micros: (1e6 * used) / sum(page.sent),
    total: Math.abs(sum(page.sent) / sum(page.planned) - 1),
    cores: used / (result.elapsedMs / 1000),
    lagP99: result.sendLag.quantile(0.99),
    lagMax: result.sendLag.maxMs,
    p99: page.latency.quantile(0.99),
  }
}

/** Six seconds at the rate, the server silent from the second to the third. */
async function driveStalled(seed: number) {
  const perSecond = new Float64Array(60).fill(rate)
  const timer = setTimeout(() => child.send(STALL_MS), 2000)
  const page = onlyStep(await openLoop(perSecond, 100 + seed, () => {}))
  clearTimeout(timer)
  const asked = page.due[2]!
  const [p99, uncorrected] = [page.latency.quantile(0.99), page.service.quantile(0.99)]
  return { sent: asked / rate, p99, uncorrected }
}

function onlyStep({ steps }: DriveResult): StepTally {
  return steps[0]!
}

async function drivePeer() {
  const steady = await cannon(peerSeconds)
  const timer = setTimeout(() => child.send(STALL_MS), 2000)
  const stall = await cannon(6)
  clearTimeout(timer)
  // It counts answers, not sends: the fewest of a second is what it let through while nothing came.
  return {
    worst: Math.max(1 - steady.requests.min / rate, steady.requests.max / rate - 1),
    cores: steady.cores,
    stalledSent: stall.requests.min / rate,
    stalledP99: stall.latency.p99,
  }
}

async function cannon(duration: number) {
  const cpu = process.cpuUsage()
  const result = await autocannon({ url, duration, connections: 100, overallRate: rate })
  return { requests: result.requests, latency: result.latency, cores: cpuSeconds(cpu) / duration }
}

function sum(values: ArrayLike<number>): number {
  let total = 0
  for (let i = 0; i < values.length; i++) total += values[i]!
  return total
}

function shareWithin(sent: ArrayLike<number>, planned: ArrayLike<number>): number {
  let count = 0
  for (let i = 0; i < planned.length; i++) {
    if (Math.abs(sent[i]! - planned[i]!) <= 0.01 * planned[i]!) count++
  }
  return count / planned.length
}

function furthest(sent: ArrayLike<number>, planned: ArrayLike<number>): number {
  let worst = 0
  for (let i = 0; i < planned.length; i++) {
    worst = Math.max(worst, Math.abs(sent[i]! - planned[i]!) / planned[i]!)
  }
  return worst
}

function report(): void {
  const data = `${runs} runs of ${seconds} s, curve about ${rate}/s (0.8 to 1.2 of it), a server of two letters beside it; load of the machine ${loadavg()[0]!.toFixed(1)}`
  const print = (
    figure: string,
    unit: string,
    values: readonly number[],
    more: { target?: string; met?: boolean; peer?: readonly number[]; note?: string } = {},
  ) => {
    const value = rounded(median(values), 3)
    const interval = [rounded(Math.min(...values), 3), rounded(Math.max(...values), 3)] as const
    const baseline = more.peer === undefined ? undefined : rounded(median(more.peer), 3)
    printFigure({
      figure: `game day driver: ${figure}`,
      ...{ value, unit, interval, baseline },
      ...(more.target === undefined ? {} : { target: more.target, met: more.met ?? false }),
      data: more.note === undefined ? data : `${data}; ${more.note}`,
    })
  }
  const of = (key: keyof Run) => found.map((run) => run[key])
  const worst = of('worstSecond')
  print('furthest second from the curve', 'share', worst, {
    ...{ target: '≤ 0.01', met: median(worst) <= 0.01 },
    ...{ peer: peers.map((peer) => peer.worst), note: 'baseline: autocannon, answers a second' },
  })
  print('all requests against the curve', 'share', of('total'), {
    target: '≤ 0.01',
    met: median(of('total')) <= 0.01,
  })
  print('seconds within 1 % of the curve', 'share', of('within'))
  print('furthest tenth of a second', 'share', of('worstTenth'))
  print('CPU', 'cores', of('cores'), {
    ...{ target: '≤ 1', met: median(of('cores')) <= 1 },
    ...{ peer: peers.map((peer) => peer.cores), note: 'baseline: autocannon' },
  })
  print('CPU of a request', 'µs', of('micros'))
  print('send lag, p99', 'ms', of('lagP99'))
  print('send lag, largest', 'ms', of('lagMax'))
  print('latency p99, corrected', 'ms', of('p99'))
  const silent = 'server silent for 1 s of 6'
  print(
    'requests due while the server is silent',
    'of those the curve asks for',
    stalled.map(({ sent }) => sent),
    {
      ...{
        peer: peers.map((peer) => peer.stalledSent),
        note: `${silent}; baseline: autocannon, answers in its slowest second`,
      },
    },
  )
  print(
    'latency p99 of a server silent for a second',
    'ms',
    stalled.map(({ p99 }) => p99),
    {
      ...{ peer: peers.map((peer) => peer.stalledP99), note: `${silent}; baseline: autocannon` },
    },
  )
  print(
    'the same from the moment of writing',
    'ms',
    stalled.map(({ uncorrected }) => uncorrected),
    { note: silent },
  )
}
