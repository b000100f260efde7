import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createGate } from './gate.ts'

const tick = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A work that ends when it is told to. */
function held() {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  return { work: () => ended, end: () => end() }
}

describe('createGate', () => {
  it('lets many read or one write, and everybody in, whatever fails', async () => {
    const works = fc.array(fc.record({ writes: fc.boolean(), fails: fc.boolean() }), {
      minLength: 1,
      maxLength: 30,
    })
    await fc.assert(
      fc.asyncProperty(works, async (list) => {
        const gate = createGate(() => 0)
        let [readers, writers, ended] = [0, 0, 0]
        const one = ({ writes, fails }: { writes: boolean; fails: boolean }) =>
          gate.enter(writes ? 'write' : 'read', async () => {
            if (writes) writers++
            else readers++
            expect(writers).toBeLessThanOrEqual(1)
            expect(writers * readers).toBe(0)
            await tick()
            if (writes) writers--
            else readers--
            ended++
            if (fails) throw new Error('failed')
          })
        await Promise.allSettled(list.map(one))
        expect(ended).toBe(list.length)
      }),
      { numRuns: 50 },
    )
  })

  it('lets no reader pass a writer that waits, but while a long one holds it up', async () => {
    let now = 0
    const gate = createGate(() => now)
    const order: string[] = []
    const long = held()
    const reading = gate.enter('read', long.work)
    const writing = gate.enter('write', async () => void order.push('write'))
    const second = gate.enter('read', async () => void order.push('second'))
    await tick()
    expect(order).toEqual([])
    now = 1000
    await gate.enter('read', async () => void order.push('third'))
    await second
    expect(order.sort()).toEqual(['second', 'third'])
    long.end()
    await Promise.all([reading, writing])
    expect(order.at(-1)).toBe('write')
  })

  it('lets the file be closed now and then, however many read one on the other', async () => {
    let now = 0
    const gate = createGate(() => now)
    const first = held()
    const reading = gate.enter('read', first.work)
    now = 900
    const second = held()
    const more = gate.enter('read', second.work)
    first.end()
    await reading
    now = 1800
    const third = held()
    const last = gate.enter('read', third.work)
    second.end()
    await more
    now = 2100
    let isIn = false
    const late = gate.enter('read', async () => {
      isIn = true
    })
    await tick()
    expect(isIn).toBe(false)
    third.end()
    await Promise.all([last, late])
    expect(isIn).toBe(true)
  })
})
