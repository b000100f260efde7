import { setTimeout as sleep } from 'node:timers/promises'
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type NatsServers, skipsNats, startNatsServers } from '../core/testing/nats-servers.ts'
import { untilWhole } from '../core/testing/nats-whole.ts'
import { openJetStreamLedger } from './jetstream-ledger.ts'
import { readAll } from './ledger.contract.ts'
import type { Ledger } from './ledger.ts'
import { ticked } from './testing/event-types.ts'

const SERVERS = [0, 1, 2]
const WRITERS = 4

// On CI a missing nats-server is a failure, elsewhere it skips.
describe.skipIf(skipsNats)('three replicas (needs nats-server)', () => {
  let nats: NatsServers
  let connection: NatsConnection
  let manager: JetStreamManager
  beforeAll(async () => {
    nats = await startNatsServers(SERVERS.length)
    connection = await connect({ servers: [...nats.addresses], maxReconnectAttempts: -1 })
    manager = await jetstreamManager(connection, { checkAPI: false })
  })
  afterAll(async () => {
    await connection?.close()
    await nats?.close()
  })

  const open = (stream: string) =>
    openJetStreamLedger({ servers: nats.addresses, stream, replicas: SERVERS.length })

  /** Writers append on and on while `disturb` goes on; then all is held against what they were told. */
  async function appendThrough(
    ledger: Ledger,
    disturb: (some: () => Promise<void>) => Promise<void>,
  ) {
    const acknowledged: { writer: number; i: number; sequence: number }[] = []
    let running = true
    const writers = Array.from({ length: WRITERS }, async (_, writer) => {
      for (let i = 0; running; i++) {
        const { first } = await ledger.append([ticked.of(`writer.${writer}`, { i }, { time: i })])
        acknowledged.push({ writer, i, sequence: first })
      }
    })
    const someMore = async () => {
      const before = acknowledged.length
      while (acknowledged.length < before + 20) await sleep(20)
    }
    try {
      await disturb(someMore)
    } finally {
      running = false
      await Promise.all(writers)
    }
    const all = await readAll(ledger)
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, k) => k + 1))
    expect(all).toHaveLength(acknowledged.length)
    for (const { writer, i, sequence } of acknowledged) {
      expect(all[sequence - 1]).toMatchObject({ subject: `writer.${writer}`, data: { i } })
    }
  }

  it('each server is killed in its turn: nothing acknowledged is lost, nothing is doubled', async () => {
    const ledger = await open('IN-TURN')
    await appendThrough(ledger, async (someMore) => {
      for (const k of SERVERS) {
        await someMore()
        await nats.kill(k)
        await someMore()
        await nats.restart(k)
        await untilWhole(manager, 'IN-TURN', SERVERS.length)
      }
    })
    await ledger.close()
  })

  it('all servers are killed at once: appends wait until they are back, nothing is lost', async () => {
    const ledger = await open('AT-ONCE')
    await appendThrough(ledger, async (someMore) => {
      await someMore()
      await Promise.all(SERVERS.map((k) => nats.kill(k)))
      await Promise.all(SERVERS.map((k) => nats.restart(k)))
      await someMore()
    })
    await ledger.close()
  })
})
