import fc from 'fast-check'
import { expect, it } from 'vitest'
import { packBlocks } from '../blocks.ts'
import { createFaultyStream, type Fault } from '../testing/faulty-stream.ts'
import { createKnownEnd } from './end.ts'
import { decodeMessage } from './messages.ts'
import { createWriter } from './writer.ts'

const events = (writer: number, count: number) =>
  Array.from({ length: count }, (_, time) => ({
    subject: `writer.${writer}`,
    type: 'test.ticked',
    data: { i: time },
    time,
  }))

function writerOver(faults: readonly Fault[], deadline = 5_000) {
  const { stream, stored } = createFaultyStream(faults)
  const end = createKnownEnd()
  const refresh = async () => {
    const last = await stream.last()
    if (last !== undefined) end.learn(last)
  }
  const write = createWriter(stream, end, { messageBytes: 200, deadline, refresh })
  return { write, stored, stream }
}

const fault = fc.constantFrom<Fault>(
  'none',
  'answer-lost',
  'message-lost',
  'late',
  'no-leader',
  'overtaken',
)

it('writes each append once, whole and where it says, whatever gets lost on the way', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(fc.array(fault, { maxLength: 5 }), sizes, async (faults, counts) => {
      const { write, stored } = writerOver(faults)
      const appended = await Promise.all(
        counts.map((count, k) => write(packBlocks(events(k, count), 3), undefined)),
      )
      const own = stored.filter(({ id }) => !id.startsWith('rival'))
      const all = own.flatMap((message) => decodeMessage(message, 1, undefined))
      expect(all).toHaveLength(counts.reduce((a, b) => a + b, 0))
      appended.forEach(({ first, last }, k) => {
        const piece = all.filter(({ subject }) => subject === `writer.${k}`)
        expect(piece.map(({ sequence }) => sequence)).toEqual(
          Array.from({ length: last - first + 1 }, (_, i) => first + i),
        )
      })
      let next = 1
      for (const { first, last } of stored) {
        expect(first).toBe(next)
        next = last + 1
      }
    }),
    { numRuns: 60, seed: 3 },
  )
}, 60_000)

it('an append that expected a number is a conflict when another writer took its place', async () => {
  for (const faults of [['overtaken'], ['message-lost', 'overtaken']] as const) {
    const { write, stored } = writerOver(faults)
    await expect(write(packBlocks(events(0, 1), 3), 0)).rejects.toMatchObject({
      code: 'ERR_LEDGER_CONFLICT',
    })
    expect(stored).toHaveLength(1)
  }
})

it('an answer that was lost is found by looking, also for an expected number', async () => {
  const { write, stored } = writerOver(['answer-lost'])
  expect(await write(packBlocks(events(0, 2), 3), 0)).toEqual({ first: 1, last: 2 })
  expect(stored).toHaveLength(1)
})

it('says what it does not know, and what was certainly not written', async () => {
  const lost = writerOver(Array(99).fill('message-lost'), 60)
  await expect(lost.write(packBlocks(events(0, 1), 3), undefined)).rejects.toMatchObject({
    code: 'ERR_LEDGER_UNKNOWN',
  })
  const headless = writerOver(Array(99).fill('no-leader'), 60)
  await expect(headless.write(packBlocks(events(0, 1), 3), undefined)).rejects.toMatchObject({
    code: 'ERR_LEDGER_WRITE',
  })
  expect([lost.stored, headless.stored]).toEqual([[], []])
})

it('refuses an append that no message can hold, and says so', async () => {
  const { write, stored } = writerOver([])
  const large = packBlocks([{ ...events(0, 1)[0]!, data: 'x'.repeat(1_100_000) }], 3)
  await expect(write(large, undefined)).rejects.toThrow(/larger than .* one message/)
  expect(stored).toEqual([])
})
