import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { Ledger, LedgerEvent, LedgerOptions, NewEvent, ReadOptions } from './ledger.ts'
import { readPages } from './pages.ts'
import { hasPrefix } from './subjects.ts'
import { noted, ticked } from './testing/event-types.ts'

/** Ticks `first`…`first + count − 1` of one subject. */
export function ticks(count: number, subject = 'test.tick', first = 1): NewEvent[] {
  return Array.from({ length: count }, (_, k) =>
    ticked.of(subject, { i: first + k }, { time: 1_000 + k }),
  )
}

/** All that `read` gives. */
export async function readAll(ledger: Ledger, options: ReadOptions = {}): Promise<LedgerEvent[]> {
  return collect(ledger.read(options))
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

/**
 * What every implementation of Ledger must do. `create` gives a fresh, empty ledger; `durable`
 * ones can be opened again with `reopen` and hold what they held.
 */
export function describeLedger(
  name: string,
  create: (options: LedgerOptions) => Ledger | Promise<Ledger>,
  reopen?: (ledger: Ledger) => Promise<Ledger>,
): void {
  const opened: Ledger[] = []
  const fresh = async (options: LedgerOptions = {}): Promise<Ledger> => {
    const ledger = await create(options)
    opened.push(ledger)
    return ledger
  }
  afterEach(async () => {
    for (const ledger of opened.splice(0)) await ledger.close()
  })

  describe(`${name}: appending`, () => {
    it('numbers events 1, 2, 3, … and returns the numbers', async () => {
      const ledger = await fresh()
      expect(await ledger.lastSequence()).toBe(0)
      expect(await ledger.append(ticks(3))).toEqual({ first: 1, last: 3 })
      expect(await ledger.append(ticks(1))).toEqual({ first: 4, last: 4 })
      expect(await ledger.lastSequence()).toBe(4)
      expect((await readAll(ledger)).map((event) => event.sequence)).toEqual([1, 2, 3, 4])
    })

    it('keeps subject, type, time, data and cause', async () => {
      const ledger = await fresh()
      const data = { text: 'ä\u0000€', list: [1, -2.5, null, true], nested: { a: {}, b: [] } }
      await ledger.append([noted.of('a.b', data, { time: 1_700_000_000_123, cause: 'import-7' })])
      await ledger.append([noted.of('a', null, { time: -5, cause: 1 })])
      expect(await readAll(ledger)).toEqual([
        {
          sequence: 1,
          time: 1_700_000_000_123,
          subject: 'a.b',
          type: 'test.noted',
          data,
          cause: 'import-7',
        },
        { sequence: 2, time: -5, subject: 'a', type: 'test.noted', data: null, cause: 1 },
      ])
    })

    it('takes the time from its clock where an event brings none', async () => {
      const ledger = await fresh({ clock: () => 77 })
      await ledger.append([{ subject: 'a', type: 'test.ticked', data: { i: 1 } }])
      expect((await readAll(ledger))[0]?.time).toBe(77)
    })

    it('keeps what was appended, whatever the caller does to it afterwards', async () => {
      const ledger = await fresh()
      const data = { i: 1 }
      const appended = ledger.append([ticked.of('a', data, { time: 1 })])
      data.i = 2
      await appended
      expect((await readAll(ledger))[0]?.data).toEqual({ i: 1 })
    })

    it('gives concurrent appends numbers of their own, each append in one piece', async () => {
      const ledger = await fresh()
      const appends = await Promise.all(
        Array.from({ length: 50 }, (_, k) => ledger.append(ticks(1 + (k % 3), `writer.${k}`))),
      )
      const all = await readAll(ledger)
      expect(all.map((event) => event.sequence)).toEqual(all.map((_, k) => k + 1))
      appends.forEach(({ first, last }, k) => {
        expect(all.slice(first - 1, last).map((event) => event.subject)).toEqual(
          Array(1 + (k % 3)).fill(`writer.${k}`),
        )
      })
    })
  })

  describe(`${name}: refusing`, () => {
    const bad: [string, NewEvent, RegExp][] = [
      ['unknown type', { ...ticks(1)[0]!, type: 'test.tickd' }, /type is unknown/],
      ['wrong data', { ...ticks(1)[0]!, data: { i: 'one' } }, /i: /],
      ['unknown field', { ...ticks(1)[0]!, data: { i: 1, j: 2 } }, /data: /],
      ['empty subject', ticks(1, '')[0]!, /subject/],
      ['subject with a hole', ticks(1, 'a..b')[0]!, /subject/],
      ['subject with a space', ticks(1, 'a. b')[0]!, /subject/],
      ['long subject', ticks(1, 'a'.repeat(257))[0]!, /subject/],
      ['no time', { subject: 'a', type: 'test.ticked', data: { i: 1 } }, /time/],
      ['time that is no number', { ...ticks(1)[0]!, time: Number.NaN }, /time/],
      ['cause 0', { ...ticks(1)[0]!, cause: 0 }, /cause/],
    ]
    it.each(bad)('%s: ERR_LEDGER_BAD_EVENT, and nothing of the append', async (_, event, fault) => {
      const ledger = await fresh()
      const append = ledger.append([...ticks(2), event, ...ticks(2)])
      await expect(append).rejects.toMatchObject({
        code: 'ERR_LEDGER_BAD_EVENT',
        message: expect.stringMatching(fault),
      })
      await expect(append).rejects.toThrow(/event 2 /)
      expect(await ledger.lastSequence()).toBe(0)
    })

    it('an append of nothing, and numbers that are none: ERR_ARGUMENT', async () => {
      const ledger = await fresh()
      const refused = { code: 'ERR_ARGUMENT' }
      await expect(ledger.append([])).rejects.toMatchObject(refused)
      await expect(ledger.append(ticks(1), { expectedSequence: -1 })).rejects.toMatchObject(refused)
      expect(() => ledger.read({ from: 0 })).toThrow(expect.objectContaining(refused))
      expect(() => ledger.read({ limit: 1.5 })).toThrow(expect.objectContaining(refused))
      expect(() => ledger.tail({ prefix: 'a.' })).toThrow(expect.objectContaining(refused))
    })

    it('an append that expected another last number: ERR_LEDGER_CONFLICT', async () => {
      const ledger = await fresh()
      await ledger.append(ticks(2), { expectedSequence: 0 })
      for (const expectedSequence of [0, 1, 3]) {
        await expect(ledger.append(ticks(1), { expectedSequence })).rejects.toMatchObject({
          code: 'ERR_LEDGER_CONFLICT',
        })
      }
      expect(await ledger.append(ticks(1), { expectedSequence: 2 })).toEqual({ first: 3, last: 3 })
    })

    it('all but one of many that expect the same number', async () => {
      const ledger = await fresh()
      const race = await Promise.allSettled(
        Array.from({ length: 20 }, () => ledger.append(ticks(2), { expectedSequence: 0 })),
      )
      expect(race.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
      expect(await ledger.lastSequence()).toBe(2)
    })

    it('anything once it is closed: ERR_LEDGER_CLOSED', async () => {
      const ledger = await fresh()
      const last = ledger.append(ticks(1))
      await ledger.close()
      await expect(last).resolves.toEqual({ first: 1, last: 1 })
      const closed = { code: 'ERR_LEDGER_CLOSED' }
      await expect(ledger.append(ticks(1))).rejects.toMatchObject(closed)
      await expect(ledger.lastSequence()).rejects.toMatchObject(closed)
      expect(() => ledger.read()).toThrow(expect.objectContaining(closed))
      expect(() => ledger.tail()).toThrow(expect.objectContaining(closed))
      await expect(ledger.close()).resolves.toBeUndefined()
    })
  })

  describe(`${name}: reading`, () => {
    it('starts at `from`, stops at `limit`, takes whole segments of the subject', async () => {
      const ledger = await fresh()
      for (const subject of ['plan', 'plan.a', 'plans.a', 'plan.b.c', 'stock']) {
        await ledger.append(ticks(2, subject))
      }
      const sequences = async (options: ReadOptions) =>
        (await readAll(ledger, options)).map((event) => event.sequence)
      expect(await sequences({ prefix: 'plan' })).toEqual([1, 2, 3, 4, 7, 8])
      expect(await sequences({ prefix: 'plan', from: 4 })).toEqual([4, 7, 8])
      expect(await sequences({ prefix: 'plan', from: 2, limit: 2 })).toEqual([2, 3])
      expect(await sequences({ prefix: 'plan.b' })).toEqual([7, 8])
      expect(await sequences({ prefix: 'nothing' })).toEqual([])
      expect(await sequences({ from: 9 })).toEqual([9, 10])
      expect(await sequences({ from: 11 })).toEqual([])
      expect(await sequences({ limit: 0 })).toEqual([])
    })

    it('agrees with filtering by hand, for any appends', async () => {
      const subject = fc
        .array(fc.constantFrom('a', 'b', 'ab', 'é'), { minLength: 1, maxLength: 4 })
        .map((segments) => segments.join('.'))
      const appends = fc.array(fc.array(subject, { minLength: 1, maxLength: 9 }), { maxLength: 30 })
      const from = fc.integer({ min: 1, max: 60 })
      const limit = fc.option(fc.nat(20), { nil: undefined })
      await fc.assert(
        fc.asyncProperty(appends, subject, from, limit, async (batches, prefix, start, most) => {
          const ledger = await create({ knobs: { 'ledger.block-events': 4 } })
          for (const batch of batches) {
            await ledger.append(batch.map((s, i) => ticked.of(s, { i }, { time: i })))
          }
          const expected = batches
            .flatMap((batch) => batch.map((s, i) => [s, i] as const))
            .map(([s, i], k) => [k + 1, s, { i }] as const)
            .filter(([sequence, s]) => sequence >= start && hasPrefix(s, prefix))
            .slice(0, most)
          const options = { from: start, prefix, ...(most === undefined ? {} : { limit: most }) }
          const read = await readAll(ledger, options)
          expect(read.map((event) => [event.sequence, event.subject, event.data])).toEqual(expected)
          await ledger.close()
        }),
        { numRuns: 40, seed: 1 },
      )
    })

    it('gives the same as pages joined, its own or gathered, for any part', async () => {
      const ledger = await fresh({ knobs: { 'ledger.block-events': 4 } })
      for (const [k, count] of [1, 9, 3, 30, 1, 7].entries()) {
        await ledger.append(ticks(count, k % 2 === 0 ? 'a.b' : 'a'))
      }
      const { pages: _, ...plain } = ledger
      const parts: ReadOptions[] = [{}, { from: 5 }, { from: 52 }, { prefix: 'a.b' }]
      for (const part of [...parts, { prefix: 'a.b', from: 12, limit: 6 }, { limit: 0 }]) {
        const expected = await readAll(ledger, part)
        for (const one of [ledger, plain]) {
          const pages = await collect(readPages(one, part))
          expect(pages.flat()).toEqual(expected)
          expect(pages.filter((page) => page.length === 0)).toEqual([])
        }
      }
      expect(() => readPages(ledger, { from: 0 })).toThrow(/from is 0/)
    })

    it('gives back any JSON', async () => {
      const ledger = await fresh()
      const value = fc.jsonValue().map((json) => JSON.parse(JSON.stringify(json)))
      const withoutProto = value.filter((json) => !JSON.stringify(json).includes('__proto__'))
      await fc.assert(
        fc.asyncProperty(fc.array(withoutProto, { minLength: 1, maxLength: 20 }), async (list) => {
          const events = list.map((data, time) => noted.of('x', data, { time }))
          const { first } = await ledger.append(events)
          const back = await readAll(ledger, { from: first })
          expect(back.map((event) => event.data)).toEqual(list)
        }),
        { numRuns: 60, seed: 2 },
      )
    })

    it('ends at what was there when it began', async () => {
      const ledger = await fresh()
      await ledger.append(ticks(3))
      let count = 0
      for await (const _ of ledger.read()) {
        count++
        await ledger.append(ticks(1))
      }
      expect(count).toBe(3)
    })
  })

  describe(`${name}: tailing`, () => {
    it('gives what is there, then what comes, each once and in order', async () => {
      const ledger = await fresh()
      await ledger.append(ticks(5))
      const stop = new AbortController()
      const seen: number[] = []
      const tail = (async () => {
        for await (const event of ledger.tail({ from: 3, signal: stop.signal })) {
          seen.push(event.sequence)
          if (event.sequence === 45) stop.abort()
        }
      })()
      for (let k = 0; k < 20; k++) await ledger.append(ticks(2))
      await tail
      expect(seen).toEqual(Array.from({ length: 43 }, (_, k) => k + 3))
    })

    it('starts at the next event when no `from` is given, and minds the prefix', async () => {
      const ledger = await fresh()
      await ledger.append(ticks(5, 'a.b'))
      const tail = ledger.tail({ prefix: 'a' })[Symbol.asyncIterator]()
      const next = tail.next()
      await ledger.append(ticks(2, 'b'))
      await ledger.append(ticks(1, 'a.c'))
      expect((await next).value).toMatchObject({ sequence: 8, subject: 'a.c' })
      await tail.return?.()
    })

    it('wakes at once when this process appends', async () => {
      // With this wait between looks, only being told can end the test in time.
      const ledger = await fresh({ knobs: { 'ledger.tail-poll-milliseconds': 10_000 } })
      const stop = new AbortController()
      const seen: number[] = []
      const tail = (async () => {
        for await (const event of ledger.tail({ from: 1, signal: stop.signal })) {
          seen.push(event.sequence)
          if (seen.length < 5) setTimeout(() => ledger.append(ticks(1)), 5)
          else stop.abort()
        }
      })()
      await ledger.append(ticks(1))
      await tail
      expect(seen).toEqual([1, 2, 3, 4, 5])
    }, 5_000)

    it('ends when its signal is aborted or the ledger is closed', async () => {
      const ledger = await fresh()
      const stop = new AbortController()
      const stopped = collect(ledger.tail({ signal: stop.signal }))
      stop.abort()
      expect(await stopped).toEqual([])
      const ended = collect(ledger.tail())
      await ledger.close()
      expect(await ended).toEqual([])
    })
  })

  if (reopen === undefined) return
  it(`${name}: holds what it held when it is opened again`, async () => {
    const ledger = await fresh()
    await ledger.append(ticks(2000))
    const before = await readAll(ledger)
    await ledger.close()
    const again = await reopen(ledger)
    opened.push(again)
    expect(await readAll(again)).toEqual(before)
    expect(await again.append(ticks(1))).toEqual({ first: 2001, last: 2001 })
  })
}
