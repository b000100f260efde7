import { createRandom, type Random } from '../../src/core/random/random.ts'
import type {
  StockCommand,
  StockKeeper,
  StockLine,
  StockOutcome,
} from '../../src/fulfilment/index.ts'

/** How stock is asked in a run: the same for each keeper that is measured. */
export interface StockWork {
  readonly products: number
  readonly sites: number
  /** Sites that hold a product. */
  readonly sitesAProduct: number
  /** Commands that wait for their answers at a time, each from a buyer of its own. */
  readonly underWay: number
  readonly draw: 'uniform' | 'zipf'
  /** Events after which the run ends, and those before measuring begins. */
  readonly events: number
  readonly warmUp: number
}

export interface MeasuredWork {
  readonly perSecond: number
  readonly cpuMicroseconds: number
  /** Milliseconds from asking to the answer: median, 99 in 100. */
  readonly median: number
  readonly p99: number
  readonly refused: number
}

export const siteName = (site: number) => `FC${site}`
export const productName = (product: number) => `SKU-${100_000 + product}`

/** Names everything, and counts plenty of each product at its sites. */
export async function stockUp(
  keeper: Pick<StockKeeper, 'introduce' | 'submitMany'>,
  work: StockWork,
): Promise<void> {
  const siteIds = Array.from({ length: work.sites }, (_, site) => siteName(site))
  const productIds = Array.from({ length: work.products }, (_, product) => productName(product))
  await keeper.introduce({ siteIds, productIds })
  const commands = productIds.map(
    (productId, product): StockCommand => ({
      kind: 'count',
      requestId: `count-${product}`,
      lines: Array.from({ length: work.sitesAProduct }, (_, k) => ({
        siteId: siteName(siteOf(work, product, k)),
        productId,
        quantity: 100_000,
      })),
    }),
  )
  for (let i = 0; i < commands.length; i += 50_000) {
    await keeper.submitMany(commands.slice(i, i + 50_000))
  }
}

function siteOf(work: StockWork, product: number, k: number): number {
  return (product * 7 + k) % work.sites
}

/**
 * Buyers ask one after the other and wait for each answer: a basket of one to three products is
 * reserved, placed, and then leaves (four in five) or is given back; one in twenty steps receives.
 * What counts are events on disk a second (wall clock).
 */
export async function runBuyers(
  keeper: Pick<StockKeeper, 'submit'>,
  work: StockWork,
  seed: string,
): Promise<MeasuredWork> {
  const run = { events: 0, refused: 0, waits: [] as number[], from: 0, cpu: process.cpuUsage() }
  const submit = async (command: StockCommand): Promise<StockOutcome> => {
    const asked = performance.now()
    const outcome = await keeper.submit(command)
    if (++run.events === work.warmUp) {
      run.from = performance.now()
      run.cpu = process.cpuUsage()
    }
    if (!outcome.ok) run.refused++
    if (run.events > work.warmUp) run.waits.push(performance.now() - asked)
    return outcome
  }
  const isOver = () => run.events >= work.events
  const random = createRandom(`stock-${seed}`)
  await Promise.all(
    Array.from({ length: work.underWay }, (_, buyer) =>
      buy(work, random.split(buyer), `${seed}-${buyer}`, submit, isOver),
    ),
  )
  const seconds = (performance.now() - run.from) / 1_000
  const used = process.cpuUsage(run.cpu)
  const measured = run.waits.length
  const waits = Float64Array.from(run.waits).sort()
  return {
    perSecond: measured / seconds,
    cpuMicroseconds: (used.user + used.system) / measured,
    median: waits[Math.floor(measured / 2)]!,
    p99: waits[Math.floor(0.99 * measured)]!,
    refused: run.refused,
  }
}

async function buy(
  work: StockWork,
  random: Random,
  name: string,
  submit: (command: StockCommand) => Promise<StockOutcome>,
  isOver: () => boolean,
): Promise<void> {
  for (let step = 0; !isOver(); step++) {
    const id = `${name}-${step}`
    const lines = Array.from({ length: 1 + random.int(3) }, () => drawLine(work, random))
    if (step % 20 === 19) await submit({ kind: 'receive', requestId: `in-${id}`, lines })
    const about = { reservationId: `order-${id}`, requestId: `a-${id}` }
    const expiresAt = Date.now() + 600_000
    const reserved = await submit({ kind: 'reserve', ...about, expiresAt, lines })
    if (!reserved.ok) continue
    await submit({ kind: 'keep', ...about, requestId: `b-${id}` })
    const kind = random.int(5) < 4 ? 'confirm' : 'release'
    await submit({ kind, ...about, requestId: `c-${id}` })
  }
}

function drawLine(work: StockWork, random: Random): StockLine {
  const share = random.next()
  // By Zipf with exponent 1: the density over ranks is 1 / rank, its integral a logarithm.
  const product =
    work.draw === 'zipf'
      ? Math.floor(work.products ** share) - 1
      : Math.floor(share * work.products)
  const siteId = siteName(siteOf(work, product, random.int(work.sitesAProduct)))
  return { siteId, productId: productName(product), quantity: 1 + random.int(2) }
}
