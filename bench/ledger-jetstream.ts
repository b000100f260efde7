/*
 * Replicated appends per second: `npm run bench -- ledger-jetstream [--data FOLDER]`. Needs
 * nats-server. FOLDER is where the servers of the run keep their streams (default: the folder for
 * temporary files); they are removed afterwards.
 *
 * Events are those of `ledger`. An append counts when its promise has resolved: its message is in the
 * memory of a majority of the replicas. Each server flushes every two minutes (the default of NATS).
 * The servers and the client share the cores of one machine.
 */
import { tmpdir } from 'node:os'
import { hasNatsServer, startNatsServers } from '../src/core/testing/nats-servers.ts'
import { openJetStreamLedger } from '../src/ledger/index.ts'
import { argument, printFigure, rounded } from './figure.ts'
import { storeEvents } from './ledger/store-events.ts'

const SEED = 1
const REPETITIONS = 5
const DIFFERENT_EVENTS = 32_000
const cases = [
  { batch: 1, underWay: 1, events: 1_000 },
  { batch: 1, underWay: 64, events: 20_000 },
  { batch: 64, underWay: 16, events: 128_000 },
  { batch: 1_000, underWay: 4, events: 200_000 },
] as const

if (!hasNatsServer) {
  console.error('ledger-jetstream needs nats-server (apt-get install nats-server)')
  process.exit(1)
}
const events = storeEvents(DIFFERENT_EVENTS, SEED)

async function measure(replicas: number): Promise<void> {
  const nats = await startNatsServers(replicas, argument('data', tmpdir()))
  try {
    for (const { batch, underWay, events: total } of cases) {
      const rates: number[] = []
      const cpu: number[] = []
      // The first repetition warms up.
      for (let repetition = 0; repetition <= REPETITIONS; repetition++) {
        const stream = `bench-${batch}-${underWay}-${repetition}`
        const run = await timed(nats.addresses, stream, replicas, { batch, underWay, total })
        if (repetition > 0) rates.push(run.perSecond)
        if (repetition > 0) cpu.push(run.cpuMicroseconds)
      }
      rates.sort((a, b) => a - b)
      cpu.sort((a, b) => a - b)
      printFigure({
        figure: `ledger-jetstream-replicas-${replicas}-batch-${batch}-under-way-${underWay}`,
        value: Math.round(rates[rates.length >> 1]!),
        unit: 'acknowledged events/s (wall clock)',
        interval: [Math.round(rates[0]!), Math.round(rates.at(-1)!)],
        data: `generated store events; ${replicas} nats-server on this machine, flushed every 2 minutes; ${rounded(cpu[cpu.length >> 1]!, 3)} CPU µs an event in the client; median and range of ${REPETITIONS} runs of ${total} events`,
        seed: SEED,
      })
    }
    await measureReading(nats.addresses, replicas)
  } finally {
    await nats.close()
  }
}

async function timed(
  servers: readonly string[],
  stream: string,
  replicas: number,
  { batch, underWay, total }: { batch: number; underWay: number; total: number },
) {
  const ledger = await openJetStreamLedger({ servers, stream, replicas })
  const cpu = process.cpuUsage()
  const start = performance.now()
  let next = 0
  const worker = async () => {
    while (next < total) {
      const from = next % (DIFFERENT_EVENTS - batch)
      next += batch
      await ledger.append(events.slice(from, from + batch))
    }
  }
  await Promise.all(Array.from({ length: underWay }, worker))
  const seconds = (performance.now() - start) / 1_000
  const used = process.cpuUsage(cpu)
  await ledger.close()
  return { perSecond: next / seconds, cpuMicroseconds: (used.user + used.system) / next }
}

/** Reads back what the last case wrote, through a ledger that was just opened. */
async function measureReading(servers: readonly string[], replicas: number): Promise<void> {
  const { batch, underWay, events: total } = cases.at(-1)!
  const rates: number[] = []
  for (let repetition = 1; repetition <= REPETITIONS; repetition++) {
    const stream = `bench-${batch}-${underWay}-${repetition}`
    const ledger = await openJetStreamLedger({ servers, stream, replicas })
    const start = performance.now()
    let read = 0
    for await (const event of ledger.read()) read = event.sequence
    rates.push(read / ((performance.now() - start) / 1_000))
    await ledger.close()
  }
  rates.sort((a, b) => a - b)
  printFigure({
    figure: `ledger-jetstream-replicas-${replicas}-read`,
    value: Math.round(rates[rates.length >> 1]!),
    unit: 'events/s read back (wall clock)',
    interval: [Math.round(rates[0]!), Math.round(rates.at(-1)!)],
    data: `the ${total} events of the last case; median and range of ${REPETITIONS} runs`,
    seed: SEED,
  })
}

await measure(3)
await measure(1)
