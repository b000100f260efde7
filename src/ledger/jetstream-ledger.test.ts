import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type NatsServers, skipsNats, startNatsServers } from '../core/testing/nats-servers.ts'
import { openJetStreamLedger } from './jetstream-ledger.ts'
import { describeLedger, readAll, ticks } from './ledger.contract.ts'
import type { Ledger, LedgerOptions } from './ledger.ts'

/** 1.3 MB of text. */
const randomText = () => randomBytes(1_000_000).toString('base64')

// On CI a missing nats-server is a failure, elsewhere it skips.
describe.skipIf(skipsNats)('with a nats-server', () => {
  let nats: NatsServers
  let made = 0
  const names = new Map<Ledger, string>()

  beforeAll(async () => {
    nats = await startNatsServers(1)
  })
  afterAll(() => nats?.close())

  const open = (stream: string, options: LedgerOptions = {}) =>
    openJetStreamLedger({ ...options, servers: nats.addresses, stream })

  describeLedger(
    'jetstream ledger',
    async (options) => {
      const stream = `CONTRACT-${made++}`
      const ledger = await open(stream, options)
      names.set(ledger, stream)
      return ledger
    },
    async (ledger) => open(names.get(ledger)!),
  )

  it('two clients: a number that another has taken is a conflict, a new one is not', async () => {
    const [one, two] = [await open('TWO'), await open('TWO')]
    await one.append(ticks(3), { expectedSequence: 0 })
    await expect(two.append(ticks(1), { expectedSequence: 0 })).rejects.toMatchObject({
      code: 'ERR_LEDGER_CONFLICT',
    })
    // Neither has heard of what the other appended last.
    expect(await two.append(ticks(2), { expectedSequence: 3 })).toEqual({ first: 4, last: 5 })
    expect(await one.append(ticks(1), { expectedSequence: 5 })).toEqual({ first: 6, last: 6 })
    expect(await two.append(ticks(1))).toEqual({ first: 7, last: 7 })
    expect(await readAll(one)).toHaveLength(7)
    await Promise.all([one.close(), two.close()])
  })

  it('an append larger than a message of the server', async () => {
    const ledger = await open('LARGE')
    const large = ticks(3).map((event) => ({ ...event, type: 'test.noted', data: randomText() }))
    expect(await ledger.append(ticks(2))).toEqual({ first: 1, last: 2 })
    expect(await ledger.append(large)).toEqual({ first: 3, last: 5 })
    expect(await ledger.append(ticks(1))).toEqual({ first: 6, last: 6 })
    const read = await readAll(ledger, { from: 3 })
    expect(read.map(({ data }) => data)).toEqual([...large.map(({ data }) => data), { i: 1 }])
    await ledger.close()
  })
})
