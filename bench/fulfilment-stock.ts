// Durable events of stock a second: `npm run -s bench -- fulfilment-stock [--data DIR] [--seed N]
// [--rounds N] [--only PART]`. DIR is where the ledgers of the run are made (default: the folder for
// temporary files); they are removed afterwards. Stock is made from the seed.
import { argument } from './figure.ts'
import { measureEmbedded } from './fulfilment-stock/embedded.ts'
import { measureJetStream } from './fulfilment-stock/jetstream.ts'

const parts: Readonly<Record<string, (seed: string, rounds: number) => Promise<void>>> = {
  embedded: measureEmbedded,
  jetstream: measureJetStream,
}
const only = argument('only', 'all')
for (const [name, measure] of Object.entries(parts)) {
  if (only === 'all' || only === name) {
    await measure(argument('seed', '1'), Number(argument('rounds', '5')))
  }
}
