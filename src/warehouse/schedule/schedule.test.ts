import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { openShared } from '../../core/sql/database.ts'
import { createTemplates } from '../watch/templates.ts'
import { createWorkPredictor } from './expect.ts'
import { firstComeFirstServed, type SchedulePolicy, shortestExpectedFirst } from './policy.ts'
import { scheduledDatabase } from './scheduled.ts'
import { createScheduler } from './scheduler.ts'
import { type SimulatedWork, sharesOf, simulateSchedule } from './simulate.ts'
import { standardScheduler } from './standard.ts'

const MACHINE = { cores: 2, memoryBytes: 1e9 }
const OPTIONS = { shortMs: 100, shortSlots: 2, ageing: 0.2, firstShare: 0.1, awaitedShare: 0.5 }
const POLICY = shortestExpectedFirst(OPTIONS)

const workOf = (id: number, arrivedAt: number, cpuMs: number, width = 1): SimulatedWork => ({
  id,
  arrivedAt,
  cpuMs,
  width,
  group: cpuMs < 100 ? 'dashboard' : 'nightly',
  expected: { cpuMs, width, memoryBytes: 1e7 },
})

const anyWork = fc
  .array(
    fc.record({
      arrivedAt: fc.integer({ min: 0, max: 5000 }),
      cpuMs: fc.integer({ min: 1, max: 3000 }),
      width: fc.constantFrom(1, 1.5, 2),
      memoryBytes: fc.integer({ min: 0, max: 2e9 }),
      error: fc.double({ min: 0.2, max: 5, noNaN: true }),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((list) =>
    list.map(
      ({ arrivedAt, cpuMs, width, memoryBytes, error }, id): SimulatedWork => ({
        id,
        arrivedAt,
        cpuMs,
        width,
        group: 'any',
        expected: { cpuMs: cpuMs * error, width, memoryBytes },
      }),
    ),
  )

describe('sharesOf', () => {
  it('gives no more than the width, and leaves no core idle that someone could use', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.1, max: 4, noNaN: true }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 8 }),
        (widths, cores) => {
          const shares = sharesOf(widths, cores)
          const given = shares.reduce((a, b) => a + b, 0)
          const wanted = widths.reduce((a, b) => a + b, 0)
          expect(given).toBeCloseTo(Math.min(cores, wanted), 6)
          for (const [i, share] of shares.entries())
            expect(share).toBeLessThanOrEqual(widths[i]! + 1e-9)
        },
      ),
    )
  })
})

describe('shortestExpectedFirst', () => {
  it('runs everything, whatever is expected of it, and never more memory than there is together', () => {
    fc.assert(
      fc.property(anyWork, (work) => {
        let most = 0
        const runs = simulateSchedule(
          work,
          (waiting, running, machine, now) => {
            const bytes = running.reduce((s, { expected }) => s + expected.memoryBytes, 0)
            if (running.length > 1) most = Math.max(most, bytes)
            return POLICY(waiting, running, machine, now)
          },
          MACHINE,
        )
        expect(runs.length).toBe(work.length)
        expect(most).toBeLessThanOrEqual(MACHINE.memoryBytes)
      }),
    )
  })

  it('halves the wait of dashboards beside nightly work, which ends as early', () => {
    const work: SimulatedWork[] = []
    for (let i = 0; i < 20; i++) work.push(workOf(i, 0, 1500, 1 + (i % 2)))
    for (let i = 0; i < 60; i++) work.push(workOf(100 + i, 50 + i * 220, 20))
    const p95 = (runs: ReturnType<typeof simulateSchedule>) =>
      runs
        .filter(({ id }) => id >= 100)
        .map(({ arrivedAt, endedAt }) => endedAt - arrivedAt)
        .sort((a, b) => a - b)[57]!
    const end = (runs: ReturnType<typeof simulateSchedule>) =>
      Math.max(...runs.map(({ endedAt }) => endedAt))
    const plain = simulateSchedule(work, firstComeFirstServed(4), MACHINE)
    const ours = simulateSchedule(work, POLICY, MACHINE)
    expect(p95(ours)).toBeLessThan(0.5 * p95(plain))
    expect(end(ours)).toBeLessThan(1.05 * end(plain))
  })

  it.each([
    { what: 'twice what the machine can answer', gapMs: 40, cpuMs: [80, 240], wide: 1 },
    { what: 'as much, of short ones alone', gapMs: 20, cpuMs: [80], wide: 1 },
    { what: 'all that it can answer', gapMs: 60, cpuMs: [60, 180], wide: 2 },
    { what: 'a half of it', gapMs: 50, cpuMs: [20, 80], wide: 1 },
  ])('is not notably worse than order of arrival, asked $what', ({ gapMs, cpuMs, wide }) => {
    const work: SimulatedWork[] = []
    for (let i = 0; i < 20; i++) work.push(workOf(i, 0, 1500, 1 + (i % 2)))
    for (let i = 0; i < 800; i++) {
      work.push(workOf(100 + i, 50 + i * gapMs, cpuMs[(i * 7 + (i >> 3)) % cpuMs.length]!, wide))
    }
    const outcome = (runs: ReturnType<typeof simulateSchedule>) => {
      const waits = runs
        .filter(({ id }) => id >= 100)
        .map(({ arrivedAt, endedAt }) => endedAt - arrivedAt)
        .sort((a, b) => a - b)
      const night = runs.filter(({ id }) => id < 100).map(({ endedAt }) => endedAt)
      return {
        p95: waits[760]!,
        mean: waits.reduce((a, b) => a + b, 0) / waits.length,
        night: Math.max(...night),
      }
    }
    const ours = outcome(simulateSchedule(work, POLICY, MACHINE))
    for (const slots of [2, 4]) {
      const plain = outcome(simulateSchedule(work, firstComeFirstServed(slots), MACHINE))
      expect(ours.mean).toBeLessThan(plain.mean)
      // What came later has a fifth of the CPU at most while the night waits, and a burst; beside its
      // last statements, which run, as much as others that run.
      expect(ours.night).toBeLessThan(plain.night / (1 - OPTIONS.firstShare) + 2000)
      // Who comes while the night waits, and is not put first, waits for it so much longer.
      expect(ours.p95).toBeLessThan(plain.p95 + (ours.night - plain.night))
    }
  })

  it('ends nightly work a third later without a share: it waits for whatever comes', () => {
    const work = Array.from({ length: 10 }, (_, i) => workOf(i, 0, 1500))
    for (let i = 0; i < 800; i++) work.push(workOf(100 + i, 50 + i * 20, 80))
    const night = (firstShare: number) =>
      Math.max(
        ...simulateSchedule(work, shortestExpectedFirst({ ...OPTIONS, firstShare }), MACHINE)
          .filter(({ id }) => id < 100)
          .map(({ endedAt }) => endedAt),
      )
    expect(night(1)).toBeGreaterThan(1.3 * night(0.2))
  })

  it('lets no long statement wait for ever behind shorter ones', () => {
    const work = [workOf(0, 0, 3000, 2), workOf(1, 0, 5000, 2)]
    for (let i = 2; i < 200; i++) work.push(workOf(i, i * 100, 150, 2))
    const run = simulateSchedule(work, POLICY, MACHINE).find(({ id }) => id === 1)!
    // Statements of 150 ms wait 5 s at least before one of 5 s that waits since 25 s.
    expect(run.startedAt).toBeLessThan(30_000)
  })

  it('puts beside what runs what disturbs it least', () => {
    const running = [workOf(0, 0, 1000)]
    const waiting = [
      { ...workOf(1, 0, 1000), group: 'same disk' },
      { ...workOf(2, 0, 1050), group: 'other' },
    ]
    const policy = shortestExpectedFirst({
      ...OPTIONS,
      interference: (a, b) => (a === 'same disk' || b === 'same disk' ? 1.5 : 1),
    })
    expect(policy(waiting, running, MACHINE, 0)?.id).toBe(2)
  })
})

describe('the night in the background', () => {
  const inBackground = (work: SimulatedWork): SimulatedWork => ({ ...work, isBackground: true })
  const endOf = (runs: ReturnType<typeof simulateSchedule>) =>
    Math.max(...runs.map(({ endedAt }) => endedAt))

  it('ends within a hundredth of its bound where shortest first leaves a core idle at the end', () => {
    const random = createRandom('nights')
    let [plain, ours, bound] = [0, 0, 0]
    for (let k = 0; k < 50; k++) {
      const work = Array.from({ length: 30 }, (_, i) =>
        workOf(i, 0, Math.exp(4 + 4.5 * random.next())),
      )
      const all = work.reduce((sum, { cpuMs }) => sum + cpuMs, 0)
      bound += Math.max(all / MACHINE.cores, ...work.map(({ cpuMs }) => cpuMs))
      plain += endOf(simulateSchedule(work, POLICY, MACHINE))
      ours += endOf(simulateSchedule(work.map(inBackground), POLICY, MACHINE))
    }
    expect(ours).toBeLessThan(1.01 * bound)
    expect(plain).toBeGreaterThan(1.04 * bound)
  })

  it('lets those that somebody waits for go first, also where they take as long as its own', () => {
    const night = Array.from({ length: 60 }, (_, i) => inBackground(workOf(i, 0, 70)))
    const asked = Array.from({ length: 6 }, (_, i) => workOf(100 + i, 60 + i * 300, 80))
    const waits = (runs: ReturnType<typeof simulateSchedule>) =>
      runs.filter(({ id }) => id >= 100).map((run) => run.startedAt - run.arrivedAt)
    const work = [...night, ...asked]
    expect(Math.max(...waits(simulateSchedule(work, POLICY, MACHINE)))).toBe(0)
    const plain = simulateSchedule(work, firstComeFirstServed(4), MACHINE)
    expect(Math.max(...waits(plain))).toBeGreaterThan(1000)
    expect(endOf(simulateSchedule(work, POLICY, MACHINE))).toBeLessThan(1.01 * endOf(plain))
  })

  it('starts a long one that somebody waits for beside it, once', () => {
    const running = [0, 1].map((id) => inBackground(workOf(id, 0, 5000)))
    const waiting = [workOf(2, 10, 400), workOf(3, 10, 500), inBackground(workOf(4, 0, 200))]
    expect(POLICY(waiting, running, MACHINE, 20)?.id).toBe(2)
    expect(POLICY(waiting.slice(1), [...running, workOf(2, 10, 400)], MACHINE, 20)).toBeUndefined()
  })

  it('runs statements on the same tables behind each other where that saves', () => {
    const names = ['lines', 'sales', 'clicks', 'stock', 'prices', 'offers']
    const work = Array.from({ length: 48 }, (_, i) => ({
      ...inBackground(workOf(i, 0, 400 + 10 * (i % 7))),
      ...{ tables: [names[i % names.length]!], coldMs: 200 },
    }))
    const ours = endOf(simulateSchedule(work, POLICY, MACHINE))
    const unknowing: SchedulePolicy = (waiting, running, machine, now) =>
      POLICY(
        waiting.map((one) => ({ ...one, warmSavingMs: 0 })),
        running,
        machine,
        now,
      )
    const plain = endOf(simulateSchedule(work, unknowing, MACHINE))
    const byArrival = endOf(simulateSchedule(work, firstComeFirstServed(2), MACHINE))
    expect(ours).toBeLessThan(0.8 * byArrival)
    expect(ours).toBeLessThan(0.9 * plain)
  })
})

describe('createWorkPredictor', () => {
  it('learns time by template, width alone and interference, and guesses new ones by their size', () => {
    const predictor = createWorkPredictor({ capacity: 10, cores: 2 })
    expect(predictor.expect('new').cpuMs).toBe(20)
    for (let i = 0; i < 10; i++) {
      predictor.learn('small', { cpuMs: 10, wallMs: 10, beside: [] }, { rowsExpected: 1000 })
      predictor.learn(
        'large',
        { cpuMs: 1000, wallMs: 500, beside: [] },
        { rowsExpected: 1_000_000 },
      )
      predictor.learn('small', { cpuMs: 15, wallMs: 15, beside: ['large'] }, { rowsExpected: 1000 })
    }
    expect(predictor.expect('small').cpuMs).toBeGreaterThan(9)
    expect(predictor.expect('small').cpuMs).toBeLessThan(17)
    expect(predictor.expect('large').width).toBeCloseTo(2, 1)
    expect(predictor.expect('small').width).toBeCloseTo(1, 1)
    expect(predictor.interference('small', 'large')).toBeCloseTo(1.5, 1)
    expect(predictor.interference('large', 'small')).toBe(1)
    const between = predictor.expect('unseen', { rowsExpected: 30_000 }).cpuMs
    expect(between).toBeGreaterThan(20)
    expect(between).toBeLessThan(800)
  })

  it('learns what tables that were just read save, where they do', () => {
    const random = createRandom('warmth')
    const taught = (saved: number) => {
      const predictor = createWorkPredictor({ capacity: 10, cores: 2 })
      for (let i = 0; i < 40; i++) {
        const isWarm = i % 2 === 1
        const cpuMs = 300 * (1 + 0.2 * (random.next() - 0.5)) * (isWarm ? 1 - saved : 1)
        for (const name of i < 30 ? ['a', 'b'] : ['a'])
          predictor.learn(name, { cpuMs, wallMs: cpuMs, beside: [], isWarm })
      }
      return predictor
    }
    const useful = taught(0.4)
    expect(useful.warmSaving('a')).toBeGreaterThan(0.25)
    expect(useful.warmSaving('a')).toBeLessThan(0.45)
    expect(useful.warmSaving('unseen')).toBeGreaterThan(0.2)
    expect(taught(0).warmSaving('a')).toBeLessThan(0.05)
    expect(createWorkPredictor({ capacity: 1, cores: 1 }).warmSaving('a')).toBe(0)
  })

  it('keeps no more templates than it may', () => {
    const predictor = createWorkPredictor({ capacity: 2, cores: 1 })
    for (const name of ['a', 'b', 'c']) predictor.learn(name, { cpuMs: 5, wallMs: 5, beside: [] })
    expect(predictor.expect('a').cpuMs).toBe(20)
    expect(predictor.expect('c').cpuMs).toBeCloseTo(5)
  })
})

describe('createScheduler', () => {
  it('learns CPU, not time: on a busy machine short statements beside others stay short', async () => {
    const [now, cpu] = [{ ms: 0 }, { ms: 0 }]
    const predictor = createWorkPredictor({ capacity: 10, cores: 2 })
    const one = createScheduler({
      ...{ policy: POLICY, predictor, machine: MACHINE },
      ...{ clock: () => now.ms, cpuClock: () => cpu.ms },
    })
    const ends: (() => void)[] = []
    const held = () => new Promise<void>((resolve) => ends.push(resolve))
    for (let i = 0; i < 5; i++) {
      const all = [1, 2].map(() => one.run({ template: 'dashboard' }, held))
      now.ms += 600
      cpu.ms += 60
      for (const end of ends.splice(0)) end()
      await Promise.all(all)
    }
    expect(predictor.expect('dashboard').cpuMs).toBeCloseTo(30, 0)
  })

  const scheduler = () =>
    createScheduler({
      policy: firstComeFirstServed(1),
      predictor: createWorkPredictor({ capacity: 10, cores: 2 }),
      machine: MACHINE,
      clock: () => performance.now(),
      cpuClock: () => 0,
    })

  it('returns what work returns, in order, and goes on after one that fails', async () => {
    const one = scheduler()
    const order: number[] = []
    const job = (n: number) => async () => {
      order.push(n)
      if (n === 2) throw new Error('two')
      return n
    }
    const results = await Promise.allSettled(
      [1, 2, 3].map((n) => one.run({ template: 't' }, job(n))),
    )
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(order).toEqual([1, 2, 3])
    expect(one.counts()).toEqual({ waiting: 0, running: 0 })
  })

  it('forgets what is stopped while it waits', async () => {
    const one = scheduler()
    let release = () => {}
    const held = one.run(
      { template: 'a' },
      () => new Promise<void>((resolve) => (release = resolve)),
    )
    const stop = new AbortController()
    const stopped = one.run({ template: 'b', signal: stop.signal }, async () => 'ran')
    stop.abort()
    await expect(stopped).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
    release()
    await held
    expect(one.counts()).toEqual({ waiting: 0, running: 0 })
  })
})

describe('scheduledDatabase', () => {
  const open = async (memoryBytes = 1e9) => {
    const shared = await openShared(':memory:', { threads: 2 })
    const templates = createTemplates(100)
    const { scheduler, predictor, slots } = standardScheduler({
      order: 'expected',
      machine: { cores: 1, memoryBytes },
    })
    const connect = async () =>
      scheduledDatabase(await shared.connect(), { scheduler, templates, askedBy: 'console' })
    const teach = (sql: string, cpuMs: number, bytes: number) =>
      predictor.recall(templates.know(sql).template.fingerprint, {
        ...{ count: 5, cpuMs, memoryBytes: bytes, askedBy: 'console' },
      })
    return { shared, scheduler, slots, connect, teach }
  }
  const LONG = 'SELECT count(*) FROM range(30000000) AS r(i) WHERE i % 7 < 3'
  const OTHER = 'SELECT sum(i % 5) FROM range(30000000) AS r(i)'
  const SHORT = 'SELECT 1 AS one'

  it('puts short statements before long ones that came earlier, and says so', async () => {
    const { shared, scheduler, slots, connect, teach } = await open()
    teach(LONG, 2000, 1e6)
    teach(OTHER, 1000, 1e6)
    teach(SHORT, 1, 1e6)
    const ended: string[] = []
    const all = await Promise.all(Array.from({ length: slots }, connect))
    await Promise.all(
      [LONG, OTHER, SHORT].map((sql, i) => all[i]!.rows(sql).then(() => ended.push(sql))),
    )
    expect(ended[0]).toBe(SHORT)
    const report = scheduler.report()
    expect(report).toMatchObject({ statements: 3, putFirst: 1, failed: 0, waiting: 0, running: 0 })
    expect(report.templates[0]?.passedOver).toBe(1)
    for (const one of all) one.close()
    shared.close()
  })

  it('tries what it does not know as short, and takes it for long when it runs on', async () => {
    const { shared, scheduler, slots, connect } = await open()
    const endless = LONG.replace('30000000', '300000000000')
    const all = await Promise.all(Array.from({ length: slots }, connect))
    const running = all.slice(0, 2).map((one) => one.answer(endless).catch(() => 'stopped'))
    expect(scheduler.counts()).toEqual({ waiting: 0, running: 2 })
    // Both short slots are taken, until one is seen to be long.
    expect(await all[2]!.rows(SHORT)).toEqual([{ one: 1 }])
    for (const one of all) one.interrupt()
    expect(await Promise.all(running)).toEqual(['stopped', 'stopped'])
    for (const one of all) one.close()
    shared.close()
  })

  it('starts nothing whose memory does not fit beside what runs', async () => {
    const { shared, scheduler, connect, teach } = await open(1e9)
    teach(LONG, 2000, 6e8)
    teach(SHORT, 1, 6e8)
    const [a, b] = [await connect(), await connect()]
    const ended: string[] = []
    const long = a.rows(LONG).then(() => ended.push('long'))
    const short = b.rows(SHORT).then(() => ended.push('short'))
    expect(scheduler.counts()).toEqual({ waiting: 1, running: 1 })
    await Promise.all([long, short])
    expect(ended).toEqual(['long', 'short'])
    a.close()
    b.close()
    shared.close()
  })

  it('frees the place of what fails, throws, or is stopped while it runs or waits', async () => {
    const { shared, scheduler, connect, teach } = await open()
    teach(LONG, 2000, 1e6)
    const endless = LONG.replace('30000000', '300000000000')
    const [a, b] = [await connect(), await connect()]
    await expect(a.rows('SELECT nothing')).rejects.toMatchObject({ code: 'ERR_SQL' })
    const running = a.answer(endless)
    const waiting = b.rows(LONG)
    b.interrupt()
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
    await new Promise((resolve) => setTimeout(resolve, 100))
    a.interrupt()
    await expect(running).rejects.toThrow()
    const broken = scheduler.run({ template: 'x' }, () => {
      throw new Error('at once')
    })
    await expect(broken).rejects.toThrow('at once')
    expect(await b.rows(SHORT)).toEqual([{ one: 1 }])
    expect(scheduler.report()).toMatchObject({ waiting: 0, running: 0, failed: 3, cancelled: 1 })
    a.close()
    b.close()
    shared.close()
  })
})
