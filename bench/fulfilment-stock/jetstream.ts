import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasNatsServer, startNatsServers } from '../../src/core/testing/nats-servers.ts'
import {
  openStockKeeper,
  openStockRouter,
  type StockKeeper,
  startStockNode,
} from '../../src/fulfilment/index.ts'
import { openJetStreamLedger } from '../../src/ledger/index.ts'
import { argument } from '../figure.ts'
import { measureCase } from './measure-case.ts'
import { productName, type StockWork, siteName, stockUp } from './stock-work.ts'

const TARGET = 15_000
const REPLICAS = 3
const ABOUT =
  'acknowledged by two of three nats-servers 2.9 (replicated; each flushes every 2 minutes, its default, so that is no flush on each); all three servers, the owner and the buyers share the cores of one machine'
const full: StockWork = {
  ...{ products: 100_000, sites: 24, sitesAProduct: 6 },
  ...{ underWay: 1_024, draw: 'uniform', events: 200_000, warmUp: 40_000 },
}
const cases: readonly StockWork[] = [
  full,
  { ...full, draw: 'zipf' },
  { ...full, underWay: 256, events: 120_000, warmUp: 20_000 },
  { ...full, underWay: 64, events: 60_000, warmUp: 10_000 },
]

/** Events of stock a second that three JetStream replicas acknowledge. */
export async function measureJetStream(seed: string, rounds: number): Promise<void> {
  if (!hasNatsServer) {
    console.error('the JetStream half needs nats-server (apt-get install nats-server)')
    return
  }
  const folder = mkdtempSync(join(argument('data', tmpdir()), 'storewright-bench-'))
  const nats = await startNatsServers(REPLICAS, folder)
  try {
    await measureOwner(nats.addresses, folder, seed, rounds)
    await measureRouted(nats.addresses, folder, seed, rounds)
  } finally {
    await nats.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The owner of a shard and its buyers in one process. */
async function measureOwner(
  servers: readonly string[],
  folder: string,
  seed: string,
  rounds: number,
): Promise<void> {
  const ledger = await openJetStreamLedger({ servers, stream: 'owner', replicas: REPLICAS })
  const keeper = await openStockKeeper({ ledger, folder, clock: () => Date.now() })
  await stockUp(keeper, full)
  for (const one of cases) {
    const target = one.underWay >= 256 ? TARGET : undefined
    await measureCase({ name: 'jetstream', about: ABOUT, keeper, target, seed, rounds }, one)
  }
  await keeper.close()
  await ledger.close()
}

/** The same with buyers that reach the owner over NATS, through a router. */
async function measureRouted(
  servers: readonly string[],
  folder: string,
  seed: string,
  rounds: number,
): Promise<void> {
  const layout = { cluster: 'routed', shards: 1 }
  const node = await startStockNode({
    ...{ ...layout, servers, replicas: REPLICAS, nodeId: 'bench', folder },
    clock: () => Date.now(),
    siteIds: Array.from({ length: full.sites }, (_, site) => siteName(site)),
    productIds: Array.from({ length: full.products }, (_, product) => productName(product)),
  })
  const router = await openStockRouter({ ...layout, servers })
  const submit: StockKeeper['submit'] = (command) => router.submit(command, 0)
  const keeper = {
    submit,
    submitMany: (commands: Parameters<StockKeeper['submitMany']>[0]) =>
      Promise.all(commands.map(submit)),
    introduce: async () => {},
  }
  await stockUp(keeper, full)
  const about = `${ABOUT}; through the router`
  const rest = { about, keeper, target: TARGET, seed, rounds }
  await measureCase({ name: 'jetstream-routed', ...rest }, full)
  await router.close()
  await node.close()
}
