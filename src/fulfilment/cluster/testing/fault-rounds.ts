import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { createRandom, type Random } from '../../../core/random/random.ts'
import { type NatsServers, startNatsServers } from '../../../core/testing/nats-servers.ts'
import { untilWhole } from '../../../core/testing/nats-whole.ts'
import { openJetStreamLedger } from '../../../ledger/index.ts'
import { openStockRouter, type StockRouter } from '../router.ts'
import { byShard, type ShardLayout, streamOf } from '../shards.ts'
import { buy, createTold, isAsTold, supply, type Told } from './buyers.ts'
import { createNodeChildren, type NodeChildren } from './node-children.ts'
import { type PlainStock, readPlainly } from './plain-stock.ts'

const SERVERS = 3
const NODES = 2
const LAYOUT: ShardLayout = { cluster: 'faults', shards: 2 }
const LEASE_MILLISECONDS = 300
/** How long buyers go on once the cluster is whole again. */
const AFTER_MILLISECONDS = 300

export interface FaultOptions {
  readonly rounds: number
  readonly seed: number
  readonly buyers: number
  readonly products: number
  /** Owners die, or are paused for longer than their lease and then go on. Default: kill. */
  readonly owners?: 'kill' | 'pause'
  readonly onRound?: (round: number, report: FaultReport) => void
}

/** What happened, counted over all rounds so far. */
export interface FaultReport {
  readonly rounds: number
  /** Units that were reserved and not there, by the ledger's own order of events. */
  readonly soldTwice: number
  /** Reservations that a buyer was told of and that the ledger does not hold as told. */
  readonly lost: number
  /** Requests that became two events, and numbers that are missing. */
  readonly doubled: number
  readonly gaps: number
  readonly acknowledged: number
  readonly refused: number
  readonly unanswered: number
  readonly takeOvers: number
  /** Longest time without any answer to any buyer, of each round, in ms. */
  readonly silences: readonly number[]
  /** Wall time of each round, in ms. */
  readonly times: readonly number[]
  /** What failed in the nodes, in words. */
  readonly failures: readonly string[]
}

interface Scene {
  readonly nats: NatsServers
  readonly nodes: NodeChildren
  readonly routers: readonly StockRouter[]
  readonly manager: JetStreamManager
  readonly plain: readonly PlainStock[]
  readonly productIds: readonly string[]
}

/**
 * Buyers buy scarce products from shards on three NATS servers and two nodes, all processes of their
 * own, while in each round the owner of a shard and one of the servers are killed (`kill -9`) at
 * random times, and started again. Every answer is then held against the ledger. All processes are
 * ended at the end, also after a failure.
 */
export async function runFaultRounds(options: FaultOptions): Promise<FaultReport> {
  const closing: (() => Promise<void> | void)[] = []
  try {
    const scene = await setUp(options, closing)
    return await runRounds(scene, options)
  } finally {
    for (const close of closing.reverse()) await close()
  }
}

async function setUp(
  options: FaultOptions,
  closing: (() => Promise<void> | void)[],
): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'storewright-faults-'))
  closing.push(() => rmSync(folder, { recursive: true, force: true }))
  const nats = await startNatsServers(SERVERS)
  closing.push(() => nats.close())
  const servers = nats.addresses
  const productIds = Array.from({ length: options.products }, (_, k) => `scarce-${k}`)
  const knobs = {
    'fulfilment.cluster-lease-milliseconds': LEASE_MILLISECONDS,
    'fulfilment.cluster-snapshot-events': 500,
    'fulfilment.cluster-command-deadline-milliseconds': 60_000,
  }
  const nodes = createNodeChildren((node) => ({
    ...{ ...LAYOUT, servers, replicas: SERVERS, knobs, productIds, siteIds: ['FC1'] },
    ...{ nodeId: `node-${node}`, folder: join(folder, `node-${node}`) },
  }))
  closing.push(() => nodes.close())
  await Promise.all(Array.from({ length: NODES }, (_, node) => nodes.start(node)))
  const routers = await Promise.all(
    Array.from({ length: 4 }, () => openStockRouter({ ...LAYOUT, servers, knobs })),
  )
  closing.push(...routers.map((router) => () => router.close()))
  const connection = await connect({ servers: [...servers], maxReconnectAttempts: -1 })
  closing.push(() => connection.close())
  const manager = await jetstreamManager(connection, { timeout: 2_000, checkAPI: false })
  await stockUp(routers[0]!, productIds)
  const ledgers = await Promise.all(
    Array.from({ length: LAYOUT.shards }, (_, shard) =>
      openJetStreamLedger({ servers, stream: streamOf(LAYOUT, shard), replicas: SERVERS }),
    ),
  )
  closing.push(...ledgers.map((ledger) => () => ledger.close()))
  return { nats, nodes, routers, manager, plain: ledgers.map(readPlainly), productIds }
}

async function stockUp(router: StockRouter, productIds: readonly string[]): Promise<void> {
  const all = productIds.map((productId) => ({ siteId: 'FC1', productId, quantity: 4 }))
  for (const [shard, lines] of byShard(LAYOUT, all)) {
    await router.submit({ kind: 'count', requestId: `count-${shard}`, lines }, shard)
  }
}

async function runRounds(scene: Scene, options: FaultOptions): Promise<FaultReport> {
  const random = createRandom(options.seed)
  const told = createTold()
  const silences: number[] = []
  const times: number[] = []
  let report = reportOf(scene, told, silences, times)
  for (let round = 0; round < options.rounds; round++) {
    const start = performance.now()
    told.longestSilence = 0
    told.lastAnswer = start
    await runRound(scene, options, round, random.split(round), told)
    silences.push(told.longestSilence)
    times.push(performance.now() - start)
    for (const plain of scene.plain) await plain.catchUp()
    report = reportOf(scene, told, silences, times)
    options.onRound?.(round, report)
  }
  return report
}

async function runRound(
  scene: Scene,
  { buyers, owners = 'kill' }: FaultOptions,
  round: number,
  random: Random,
  told: Told,
): Promise<void> {
  const { nats, nodes, routers, productIds } = scene
  const stop = new AbortController()
  const buying = Array.from({ length: buyers }, (_, k) => {
    const router = routers[k % routers.length]!
    return buy(router, `b${round}-${k}`, productIds, random.split(`buyer ${k}`), told, stop.signal)
  })
  const supplying = routers.map((router, k) =>
    supply(router, `s${round}-${k}`, productIds, random.split(`supply ${k}`), stop.signal),
  )
  const killOwner = async (): Promise<void> => {
    await sleep(random.int(500))
    const victim = nodes.ownerOf(random.int(LAYOUT.shards)) ?? 0
    if (owners === 'pause') return nodes.pause(victim, 4 * LEASE_MILLISECONDS)
    await nodes.kill(victim)
    await sleep(random.int(300))
    await nodes.start(victim)
  }
  const killServer = async () => {
    await sleep(random.int(500))
    const victim = random.int(SERVERS)
    await nats.kill(victim)
    await sleep(random.int(500))
    await nats.restart(victim)
  }
  try {
    await Promise.all([killOwner(), killServer()])
    for (let shard = 0; shard < LAYOUT.shards; shard++) {
      await untilWhole(scene.manager, streamOf(LAYOUT, shard), SERVERS)
    }
    await sleep(AFTER_MILLISECONDS)
  } finally {
    stop.abort()
    await Promise.all([...buying, ...supplying])
  }
}

function reportOf(
  { plain, nodes }: Scene,
  told: Told,
  silences: readonly number[],
  times: readonly number[],
): FaultReport {
  const sum = (count: (one: PlainStock) => number) =>
    plain.reduce((total, one) => total + count(one), 0)
  return {
    rounds: times.length,
    soldTwice: sum((one) => one.soldTwice()),
    lost: told.bought.filter((bought) => !isAsTold(plain, bought)).length,
    doubled: sum((one) => one.doubled()),
    gaps: sum((one) => one.gaps()),
    acknowledged: told.bought.length,
    refused: told.refused,
    unanswered: told.unanswered,
    takeOvers: nodes.taken(),
    silences: [...silences],
    times: [...times],
    failures: [...nodes.failures],
  }
}
