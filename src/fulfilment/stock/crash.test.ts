import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { type LedgerEvent, openLedger } from '../../ledger/index.ts'
import type { StockData } from './events.ts'
import { countsOf, PRODUCTS, SITES, scratchFolder, smallKeeper } from './testing/small-keeper.ts'
import type { StockKeeper } from './types.ts'

const { folder, remove } = scratchFolder('stock-crash')
afterAll(remove)

const ROUNDS = 5
const random = createRandom('crash')

/** Lets a seller sell, and kills it amid its work; returns what it acknowledged. */
function sellUntilKilled(name: string): Promise<Map<string, number>> {
  const program = fileURLToPath(new URL('./testing/seller.ts', import.meta.url))
  const child = spawn(process.execPath, [program, folder, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const acknowledged = new Map<string, number>()
  const most = 200 + random.int(2_000)
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (text + chunk).split('\n')
    // The last piece may be half a line: the seller can be killed while it writes.
    text = lines.pop() ?? ''
    for (const one of lines) {
      const [requestId = '', sequence] = one.split(' ')
      acknowledged.set(requestId, Number(sequence))
    }
    if (acknowledged.size >= most) child.kill('SIGKILL')
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (_, signal) =>
      signal === 'SIGKILL' ? resolve(acknowledged) : reject(new Error('the seller ended itself')),
    )
  })
}

/** Counts added up from the events by themselves: what came in, is held, and left, by cell. */
function addUp(events: readonly LedgerEvent[]): Map<string, [onHand: number, reserved: number]> {
  const counts = new Map<string, [number, number]>()
  const held = new Map<string, readonly number[]>()
  const add = (n: readonly number[], onHand: number, reserved: number) => {
    for (let i = 0; i < n.length; i += 3) {
      const key = `${SITES[n[i + 1]!]} ${PRODUCTS[n[i]!]}`
      const [there, taken] = counts.get(key) ?? [0, 0]
      counts.set(key, [there + onHand * n[i + 2]!, taken + reserved * n[i + 2]!])
      // Never more promised than there is, after any event.
      expect(counts.get(key)![1]).toBeLessThanOrEqual(counts.get(key)![0])
    }
  }
  for (const { type, data } of events) {
    const { ids, n } = data as StockData
    if (type === 'stock.received') add(n, 1, 0)
    if (type === 'stock.reserved') {
      add(n.slice(1), 0, 1)
      held.set(ids[1]!, n.slice(1))
    }
    if (type === 'stock.confirmed') add(held.get(ids[1]!)!, -1, -1)
  }
  return counts
}

function compare(keeper: StockKeeper, counts: ReturnType<typeof addUp>): void {
  for (const siteId of SITES) {
    for (const productId of PRODUCTS) {
      const [onHand, reserved] = counts.get(`${siteId} ${productId}`) ?? [0, 0]
      expect(countsOf(keeper.book, siteId, productId)).toEqual([onHand, reserved, 0])
    }
  }
}

it('killed amid its work, a keeper loses nothing acknowledged and sells nothing twice', async () => {
  const acknowledged = new Map<string, number>()
  for (let round = 0; round < ROUNDS; round++) {
    for (const [id, sequence] of await sellUntilKilled(`round-${round}`)) {
      acknowledged.set(id, sequence)
    }
    const ledger = openLedger(`${folder}/ledger`)
    const events: LedgerEvent[] = []
    for await (const event of ledger.read()) events.push(event)
    for (const [id, sequence] of acknowledged) {
      expect(events[sequence - 1]).toMatchObject({ data: { ids: expect.arrayContaining([id]) } })
    }
    const counts = addUp(events)
    // From the snapshot that was there when it was killed, and from the ledger alone.
    for (const from of ['snapshots', 'nowhere']) {
      const { keeper } = await smallKeeper({ ledger, folder: `${folder}/${from}` })
      compare(keeper, counts)
      const [id, sequence] = [...acknowledged].at(-1)!
      const again = { kind: 'reserve', requestId: id, reservationId: id, lines: [] } as const
      expect(await keeper.submit(again)).toEqual({ ok: true, sequence, shortages: [] })
      await keeper.close()
    }
    await ledger.close()
  }
  expect(acknowledged.size).toBeGreaterThan(200 * ROUNDS)
})
