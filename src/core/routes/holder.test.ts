import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { BlockWriter, writeRoutes } from './block-writer.ts'
import { createRouteHolder, createRouteReader } from './holder.ts'
import type { RouteSet } from './route-set.ts'
import { switchWhenDue } from './scheduled-switch.ts'
import { makeRouteSet } from './testing/made-sets.ts'
import type { ReadResult, ReadTask } from './testing/threads.ts'

const AREAS = 20

/** A set whose every route costs its number in mills. */
function numbered(number: number, areas = AREAS): RouteSet {
  const { set } = makeRouteSet(1, { sites: 1, areas, routes: 0, departures: 1 })
  const writer = new BlockWriter(areas)
  for (let pair = 0; pair < areas; pair++) {
    const route = { orderBy: 1, arriveBy: 2, fixedMills: number, perKgMills: 0, legs: [0] }
    writeRoutes(writer, pair, [route])
  }
  return { ...set, ...writer.finish(), version: `v${number}` }
}

function holderOf(...numbers: number[]) {
  const holder = createRouteHolder(AREAS)
  for (const number of numbers) holder.publish(numbered(number))
  return holder
}

describe('switching', () => {
  it('goes all at once, region by region, and back', () => {
    const holder = holderOf(1, 2)
    expect(() => holder.take(3)).toThrow(/No route set serves area 3/)
    const first = holder.switchTo([{ version: 'v1' }], holder.current)
    expect(holder.take(3).set.version).toBe('v1')
    const pioneer = holder.switchTo([{ version: 'v2', areas: [3, 4] }], first)
    expect([2, 3, 4].map((a) => holder.take(a).set.version)).toEqual(['v1', 'v2', 'v2'])
    const all = holder.switchTo([{ version: 'v2' }], pioneer)
    expect(holder.versions().every((v) => v === 'v2')).toBe(true)
    const back = holder.rollBack(all)
    expect([2, 3, 4].map((a) => holder.take(a).set.version)).toEqual(['v1', 'v2', 'v2'])
    const further = holder.rollBack(back)
    expect(holder.versions().every((v) => v === 'v1')).toBe(true)
    expect(() => holder.rollBack(further)).toThrow(/no switch to roll back/)
  })

  it('refuses the second of two switches decided at once', () => {
    const holder = holderOf(1, 2, 3)
    const seen = holder.switchTo([{ version: 'v1' }], holder.current)
    holder.switchTo([{ version: 'v2' }], seen)
    expect(() => holder.switchTo([{ version: 'v3' }], seen)).toThrow(
      expect.objectContaining({ code: 'ERR_ROUTES_CONFLICT' }),
    )
    expect(() => holder.rollBack(seen)).toThrow(/roll back|faster/)
    expect(holder.take(0).set.version).toBe('v2')
  })

  it('happens at its set time, unless something else was switched meanwhile', () => {
    const holder = holderOf(1, 2)
    const expected = holder.switchTo([{ version: 'v1' }], holder.current)
    const plan = { at: 1000, orders: [{ version: 'v2' }], expected }
    expect(switchWhenDue(holder, plan, 999)).toBeUndefined()
    expect(holder.take(0).set.version).toBe('v1')
    expect(switchWhenDue(holder, plan, 1000)).toBe(expected + 1)
    expect(holder.take(0).set.version).toBe('v2')
    expect(() => switchWhenDue(holder, plan, 1001)).toThrow(/was faster/)
  })

  it('keeps the version of parcels in flight', () => {
    const holder = holderOf(1, 2)
    const first = holder.switchTo([{ version: 'v1' }], holder.current)
    const held = holder.take(5)
    holder.keep(held)
    expect(() => holder.retire('v1')).toThrow(/1 parcels are in flight/)
    holder.switchTo([{ version: 'v2' }], first)
    expect(holder.inFlight('v1')).toBe(1)
    expect(() => holder.retire('v1')).toThrow(/in flight/)
    holder.letGo(held)
    holder.retire('v1')
    expect(() => holder.keep(held)).toThrow(/has been retired/)
    expect(() => holder.rollBack(holder.current)).toThrow(/no switch to roll back/)
    expect(() => holder.retire('v2')).toThrow(/serves areas now/)
    expect(() => holder.switchTo([{ version: 'v1' }], holder.current)).toThrow(
      expect.objectContaining({ code: 'ERR_ROUTES_VERSION', next: expect.stringContaining('v2') }),
    )
  })

  it('reuses places and says when all are taken', () => {
    const holder = createRouteHolder(AREAS, 2)
    holder.publish(numbered(1))
    holder.publish(numbered(2))
    expect(() => holder.publish(numbered(3))).toThrow(/All 2 route sets/)
    expect(() => holder.publish(numbered(2))).toThrow(/published already/)
    expect(() => holder.publish(numbered(4, 3))).toThrow(/3 areas/)
    holder.switchTo([{ version: 'v1' }], 0)
    holder.retire('v2')
    holder.publish(numbered(3))
    const reader = createRouteReader(holder.share())
    for (let i = 0; i < 40; i++) {
      const version = i % 2 === 0 ? 'v3' : 'v1'
      holder.switchTo([{ version }], holder.current)
      expect(reader.take(i % AREAS).set.version).toBe(version)
    }
    holder.close()
  })

  it('loses and mixes nothing while threads read', async () => {
    const holder = holderOf(1, 2)
    holder.switchTo([{ version: 'v1' }], holder.current)
    const stop = new Int32Array(new SharedArrayBuffer(4))
    const readers = [1, 2].map(() => {
      const reads = new Int32Array(new SharedArrayBuffer(4))
      const share = holder.share()
      const task: ReadTask = { share, stop, reads }
      const worker = new Worker(new URL('./testing/read-thread.ts', import.meta.url), {
        workerData: task,
        transferList: [share.port],
      })
      const result = new Promise<ReadResult>((resolve, reject) => {
        worker.on('message', resolve).on('error', reject)
      })
      return { reads, result }
    })
    const readsOf = () => readers.map(({ reads }) => Atomics.load(reads, 0))
    const later = async (before: number[]) => {
      while (readsOf().some((reads, i) => reads <= before[i]!)) {
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    }
    await later([0, 0])
    for (let number = 3; number < 23; number++) {
      holder.publish(numbered(number))
      const orders = [{ version: `v${number}`, areas: number % 2 === 0 ? [1, 2, 3] : undefined }]
      const before = readsOf()
      holder.switchTo(orders, holder.current)
      await later(before)
    }
    Atomics.store(stop, 0, 1)
    const results = await Promise.all(readers.map(({ result }) => result))
    holder.close()
    for (const { mixed, lost, seen } of results) {
      expect({ mixed, lost }).toEqual({ mixed: 0, lost: 0 })
      expect(Object.keys(seen).length).toBeGreaterThan(2)
    }
  })
})
