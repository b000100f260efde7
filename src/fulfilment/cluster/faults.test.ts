import { describe, expect, it } from 'vitest'
import { skipsNats } from '../../core/testing/nats-servers.ts'
import { runFaultRounds } from './testing/fault-rounds.ts'

const ROUNDS = 3

// On CI a missing nats-server is a failure, elsewhere it skips. The long form: npm run bench -- fulfilment-faults
describe.skipIf(skipsNats)('kill -9 of owners and servers (needs nats-server)', () => {
  it('sells nothing twice and loses nothing that was acknowledged', async () => {
    const report = await runFaultRounds({ rounds: ROUNDS, seed: 7, buyers: 64, products: 50 })
    expect(report).toMatchObject({ rounds: ROUNDS, soldTwice: 0, lost: 0, doubled: 0, gaps: 0 })
    expect(report.acknowledged).toBeGreaterThan(50)
    // Two at the start, and one more at least for each owner that was killed.
    expect(report.takeOvers).toBeGreaterThanOrEqual(2 + ROUNDS)
  }, 240_000)
})
