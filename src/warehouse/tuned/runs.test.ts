import { describe, expect, it } from 'vitest'
import { type Database, openConnections } from '../../core/sql/database.ts'
import { createScheduler, createWorkPredictor, firstComeFirstServed } from '../schedule/door.ts'
import { choice, nothing, tunedWith } from './testing/tuned-with.ts'
import { tunedDatabase } from './tuned.ts'

describe('running statements', () => {
  it('interrupts a steered statement at its limit, runs it by default and tells the steerer both', async () => {
    const learned: { arm: string; interrupted: boolean }[] = []
    let isFirst = true
    const { tuned, runs } = await tunedWith({
      steerer: {
        choose: () => {
          const chosen = isFirst
            ? choice(
                'slow',
                ["SET disabled_optimizers = 'join_order'"],
                ['RESET disabled_optimizers'],
                5,
              )
            : undefined
          isFirst = false
          return chosen
        },
        learn: (_, { arm, interrupted }) => learned.push({ arm, interrupted }),
      },
    })
    const slow = 'SELECT count(*) FROM range(3000) a(x), range(3000) b(y) WHERE x * y % 7 = 3'
    const { columns } = await tuned.answer(slow)
    expect(columns[0]![0]).toBeGreaterThan(1_000_000n)
    expect(learned).toEqual([
      { arm: 'slow', interrupted: true },
      { arm: 'default', interrupted: false },
    ])
    const { columns: setting } = await tuned.answer("SELECT current_setting('disabled_optimizers')")
    expect(setting).toEqual([['']])
    expect(tuned.counts()).toMatchObject({ steered: 1, interrupted: 1 })
    expect(runs[0]!.arm).toBeUndefined()
    tuned.close()
  })

  it('stops a statement for its user, and does not run it again', async () => {
    const { tuned } = await tunedWith({
      steerer: { choose: () => choice('plain', [], []), learn: () => undefined },
    })
    const asked = tuned.answer(
      'SELECT count(*) FROM range(100000) a(x), range(100000) b(y) WHERE x * y % 7 = 3',
    )
    // An interrupt acts on what is running, which it may not be yet on a busy machine.
    const again = setInterval(() => tuned.interrupt(), 20)
    await expect(asked).rejects.toMatchObject({ code: 'ERR_SQL' })
    clearInterval(again)
    expect(tuned.counts().fellBack).toBe(0)
    tuned.close()
  })

  it('does not run what was stopped while it was read', async () => {
    let go = () => {}
    const held = new Promise<void>((resolve) => {
      go = resolve
    })
    let isRead = false
    const meet = () => {
      isRead = true
      return held
    }
    const { tuned } = await tunedWith({
      rewriter: { ...nothing, rewrite: () => undefined, meet, knows: () => false },
      isPromising: () => true,
    })
    const asked = tuned.answer('SELECT a FROM t')
    await expect.poll(() => isRead).toBe(true)
    tuned.interrupt()
    go()
    await expect(asked).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
    tuned.close()
  })
})

it('waits its turn where connections share a scheduler, and is freed of waiting when it is interrupted', async () => {
  const [a, b] = await openConnections(':memory:', 2, { threads: 1 })
  const scheduler = createScheduler({
    policy: firstComeFirstServed(1),
    predictor: createWorkPredictor({ capacity: 10, cores: 1 }),
    machine: { cores: 1, memoryBytes: 1e9 },
    clock: () => performance.now(),
    cpuClock: () => 0,
  })
  const open = (db: Database) => tunedDatabase(db, { mode: 'automatic', scheduler })
  const [one, other] = [open(a!), open(b!)]
  const running = one.answer('SELECT count(*) FROM range(300000000000) AS r(i) WHERE i % 7 < 3')
  const waiting = other.answer('SELECT count(*) FROM range(100) AS r(i)')
  await expect.poll(() => scheduler.counts()).toEqual({ waiting: 1, running: 1 })
  other.interrupt()
  await expect(waiting).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
  one.interrupt()
  await expect(running).rejects.toThrow()
  expect((await other.answer('SELECT 1')).rowCount).toBe(1)
  expect(scheduler.counts()).toEqual({ waiting: 0, running: 0 })
  one.close()
  other.close()
})
