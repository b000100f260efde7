/*
 * Flushed appends per second: `npm run bench -- ledger [--data FOLDER]`. FOLDER is where the
 * ledgers of the run are made (default: the folder for temporary files), so that another disk can
 * be measured; they are removed afterwards.
 *
 * Events are those of a store: seven in ten a stock movement, two an order of one to four lines,
 * one an approved purchase line; subjects name the product, the area and the plan line. An append
 * counts when its promise has resolved, that is when it is on disk. The baseline is the plainest
 * durable record: one JSON line an event, `fdatasync` after each batch.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type NewEvent, openLedger } from '../src/ledger/index.ts'
import { printFigure } from './figure.ts'
import { storeEvents } from './ledger/store-events.ts'

const SEED = 1
const REPETITIONS = 9

/** Batches of one size, repeated until `events` are written. */
interface Work {
  readonly batches: readonly (readonly NewEvent[])[]
  readonly underWay: number
  readonly events: number
}

interface Measured {
  readonly perSecond: number
  readonly cpuMicroseconds: number
}

/** Runs `write` over the batches, again and again up to `events`, `underWay` of them at a time. */
async function timed(
  { batches, underWay, events }: Work,
  write: (batch: readonly NewEvent[]) => Promise<unknown>,
): Promise<Measured> {
  const size = batches[0]!.length
  const cpu = process.cpuUsage()
  const start = performance.now()
  let next = 0
  const worker = async () => {
    while (next * size < events) await write(batches[next++ % batches.length]!)
  }
  await Promise.all(Array.from({ length: underWay }, worker))
  const seconds = (performance.now() - start) / 1_000
  const used = process.cpuUsage(cpu)
  const written = next * size
  return { perSecond: written / seconds, cpuMicroseconds: (used.user + used.system) / written }
}

async function measureLedger(folder: string, work: Work): Promise<Measured> {
  const ledger = openLedger(join(folder, 'ledger'))
  const measured = await timed(work, (batch) => ledger.append(batch))
  await ledger.close()
  return measured
}

async function measureLines(folder: string, work: Work): Promise<Measured> {
  const file = await open(join(folder, 'lines.jsonl'), 'w')
  const measured = await timed({ ...work, underWay: 1 }, async (batch) => {
    await file.write(`${batch.map((event) => JSON.stringify(event)).join('\n')}\n`)
    await file.datasync()
  })
  await file.close()
  return measured
}

/** Few enough different events that the collector of the bench's own heap stays out of it. */
const DIFFERENT_EVENTS = 32_000

function workOf({ batch, underWay, events }: Case): Work {
  const different = storeEvents(DIFFERENT_EVENTS, SEED)
  const batches = Array.from({ length: Math.floor(DIFFERENT_EVENTS / batch) }, (_, k) =>
    different.slice(k * batch, (k + 1) * batch),
  )
  return { batches, underWay, events }
}

/** Runs `measure` in a folder of its own, which is removed. */
async function inFolder(
  base: string,
  measure: (folder: string) => Promise<Measured>,
): Promise<Measured> {
  const folder = mkdtempSync(join(base, 'storewright-bench-'))
  try {
    return await measure(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!

interface Case {
  readonly batch: number
  readonly underWay: number
  readonly events: number
  readonly target?: number
}

const cases: readonly Case[] = [
  { batch: 64, underWay: 16, events: 128_000, target: 100_000 },
  { batch: 64, underWay: 1, events: 64_000 },
  { batch: 1_000, underWay: 4, events: 400_000, target: 700_000 },
  { batch: 1_000, underWay: 1, events: 200_000 },
]

async function measureCase(base: string, one: Case): Promise<void> {
  const { batch, underWay, events, target } = one
  const work = workOf(one)
  const jsonBytes = JSON.stringify(work.batches).length / work.batches.flat().length
  const measured: Measured[] = []
  const plain: Measured[] = []
  // The first repetition warms up; the two take turns, so that both see the machine's moods.
  for (let repetition = 0; repetition <= REPETITIONS; repetition++) {
    measured.push(await inFolder(base, (folder) => measureLedger(folder, work)))
    plain.push(await inFolder(base, (folder) => measureLines(folder, work)))
  }
  const rates = measured.slice(1).map(({ perSecond }) => perSecond)
  const value = median(rates)
  const baseline = median(plain.slice(1).map(({ perSecond }) => perSecond))
  const cpu = median(measured.slice(1).map(({ cpuMicroseconds }) => cpuMicroseconds))
  printFigure({
    figure: `ledger-appends-batch-${batch}-under-way-${underWay}`,
    value,
    unit: 'flushed events/s (wall clock)',
    interval: [Math.min(...rates), Math.max(...rates)],
    baseline,
    ratio: value / baseline,
    ...(target === undefined ? {} : { target, met: value >= target }),
    data: `${events} generated store events of ${Math.round(jsonBytes)} bytes as JSON; median and range of ${REPETITIONS} runs; ${cpu.toFixed(2)} CPU µs an event; baseline: JSON lines, fdatasync after each batch`,
    seed: SEED,
  })
}

const { values } = parseArgs({ options: { data: { type: 'string' } } })
for (const one of cases) await measureCase(values.data ?? tmpdir(), one)
