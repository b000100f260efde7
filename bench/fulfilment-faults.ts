/*
 * Stock under faults: `npm run bench -- fulfilment-faults [--seed N] [--rounds N]
 * [--owners kill|pause]`. Needs nats-server.
 *
 * 64 buyers reserve, keep, release and confirm 50 scarce products (two shards, brought a few units at
 * a time) over three NATS servers with three replicas and two nodes that own the shards; all are
 * processes on 127.0.0.1. In each round the owner of a random shard and one random server are killed
 * (`kill -9`) at random times while the buyers go on, and are started again. After each round every
 * answer that a buyer was given is held against the ledger, which is read without the keeper's code.
 * With `--owners pause` owners are stopped for four leases (SIGSTOP) instead of killed, and wake up
 * believing that they own their shards.
 */
import { hasNatsServer } from '../src/core/testing/nats-servers.ts'
import { runFaultRounds } from '../src/fulfilment/cluster/testing/fault-rounds.ts'
import { argument, printFigure, rounded } from './figure.ts'

const seed = Number(argument('seed', '1'))
const rounds = Number(argument('rounds', '100'))
const owners = argument('owners', 'kill') === 'pause' ? 'pause' : 'kill'
if (!hasNatsServer) {
  console.error('fulfilment-faults needs nats-server (apt-get install nats-server)')
  process.exit(1)
}

const report = await runFaultRounds({
  ...{ rounds, seed, buyers: 64, products: 50, owners },
  onRound(round, { soldTwice, lost, acknowledged }) {
    console.error(`round ${round + 1}: ${acknowledged} held, ${soldTwice} twice, ${lost} lost`)
  },
})
const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b)
const at = (values: readonly number[], part: number) =>
  rounded((sorted(values)[Math.floor((values.length - 1) * part)] ?? 0) / 1_000, 3)
const data = `${rounds} rounds, owners ${owners === 'kill' ? 'killed' : 'paused'}, 64 buyers, 50 products, ${report.acknowledged} reservations acknowledged, ${report.refused} refused, ${report.unanswered} without an answer, ${report.takeOvers} take-overs`
const zero = (figure: string, value: number, unit: string) =>
  printFigure({ figure, value, unit, target: 0, met: value === 0, data, seed })

zero('fulfilment-faults-sold-twice', report.soldTwice, 'units')
zero('fulfilment-faults-lost', report.lost, 'reservations')
zero('fulfilment-faults-doubled', report.doubled, 'requests')
zero('fulfilment-faults-gaps', report.gaps, 'numbers')
printFigure({
  ...{ figure: 'fulfilment-faults-silence', value: at(report.silences, 0.5), unit: 's' },
  ...{ interval: [at(report.silences, 0.05), at(report.silences, 0.95)] as const, data, seed },
})
printFigure({
  ...{ figure: 'fulfilment-faults-round', value: at(report.times, 0.5), unit: 's' },
  ...{ interval: [at(report.times, 0.05), at(report.times, 0.95)] as const, data, seed },
})
for (const failure of new Set(report.failures)) console.error(failure)
