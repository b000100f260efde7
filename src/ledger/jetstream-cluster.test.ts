import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type NatsServers, skipsNats, startNatsServers } from '../core/testing/nats-servers.ts'
import { openJetStreamLedger } from './jetstream-ledger.ts'
import { readAll } from './ledger.contract.ts'
import { ticked } from './testing/event-types.ts'

const WRITERS = 4

// On CI a missing nats-server is a failure, elsewhere it skips.
describe.skipIf(skipsNats)('three nats-servers', () => {
  let nats: NatsServers
  beforeAll(async () => {
    nats = await startNatsServers(3)
  })
  afterAll(() => nats?.close())

  it('each dies in turn: nothing acknowledged is lost, nothing is doubled', async () => {
    const ledger = await openJetStreamLedger({
      servers: nats.addresses,
      stream: 'DYING',
      replicas: 3,
    })
    const acknowledged: { writer: number; i: number; sequence: number }[] = []
    let running = true
    const writers = Array.from({ length: WRITERS }, async (_, writer) => {
      for (let i = 0; running; i++) {
        const { first } = await ledger.append([ticked.of(`writer.${writer}`, { i }, { time: i })])
        acknowledged.push({ writer, i, sequence: first })
      }
    })
    for (const k of [0, 1, 2]) {
      await sleep(200)
      await nats.kill(k)
      await sleep(1_500)
      await nats.restart(k)
      const before = acknowledged.length
      while (acknowledged.length < before + 20) await sleep(50)
      // The others' next to die must not be the last that holds something.
      await sleep(1_500)
    }
    running = false
    await Promise.all(writers)
    const all = await readAll(ledger)
    await ledger.close()
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, k) => k + 1))
    expect(all).toHaveLength(acknowledged.length)
    for (const { writer, i, sequence } of acknowledged) {
      expect(all[sequence - 1]).toMatchObject({ subject: `writer.${writer}`, data: { i } })
    }
  }, 120_000)
})
