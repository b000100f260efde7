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
  })

  it('nor when an owner sleeps through the end of its lease and goes on as if it owned', async () => {
    const options = { rounds: 2, seed: 8, buyers: 64, products: 50, owners: 'pause' } as const
    const report = await runFaultRounds(options)
    expect(report).toMatchObject({ rounds: 2, soldTwice: 0, lost: 0, doubled: 0, gaps: 0 })
    expect(report.acknowledged).toBeGreaterThan(50)
    expect(report.takeOvers).toBeGreaterThanOrEqual(3)
  })
})
