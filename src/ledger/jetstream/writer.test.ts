import fc from 'fast-check'
import { expect, it } from 'vitest'
import { packBlocks } from '../blocks.ts'
import { createFaultyStream, type Fault } from '../testing/faulty-stream.ts'
import { createKnownEnd, refreshEnd } from './end.ts'
import { MESSAGE_OVERHEAD_BYTES } from './messages.ts'
import { createReader } from './reader.ts'
import type { LedgerStream } from './stream.ts'
import { createWriter } from './writer.ts'

const events = (writer: number, count: number) =>
  Array.from({ length: count }, (_, time) => ({
    subject: `writer.${writer}`,
    type: 'test.ticked',
    data: { i: time },
    time,
  }))

function writerOver(faults: readonly Fault[], deadline = 5_000, maxMessageBytes?: number) {
  const { stream, stored } = createFaultyStream(faults, maxMessageBytes)
  const end = createKnownEnd()
  const refresh = () => refreshEnd(stream, end, deadline)
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

/** All that a reader finds in the stream. */
async function readBack(stream: LedgerStream) {
  const end = createKnownEnd()
  await refreshEnd(stream, end, 1_000)
  const page = createReader(stream, end, 1_000)
  const found = []
  for (let from = 1; ; ) {
    const { events: some, next } = await page(from, undefined, 3)
    found.push(...some)
    if (next === from) return found
    from = next
  }
}

// The second takes pieces of 60 bytes: most appends need several messages.
it.each([undefined, MESSAGE_OVERHEAD_BYTES + 60])(
  'writes each append once, whole and where it says, whatever gets lost (messages of %s bytes)',
  async (maxMessageBytes) => {
    const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 12 })
    const lists = fc.array(fault, { maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(lists, sizes, async (faults, counts) => {
        const { write, stream } = writerOver(faults, 5_000, maxMessageBytes)
        const appended = await Promise.all(
          counts.map((count, k) => write(packBlocks(events(k, count), 3), undefined)),
        )
        const all = await readBack(stream)
        expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, k) => k + 1))
        const own = all.filter(({ subject }) => subject !== 'rival')
        expect(own).toHaveLength(counts.reduce((a, b) => a + b, 0))
        appended.forEach(({ first, last }, k) => {
          const piece = own.filter(({ subject }) => subject === `writer.${k}`)
          expect(piece.map(({ sequence, data }) => [sequence, data])).toEqual(
            Array.from({ length: last - first + 1 }, (_, i) => [first + i, { i }]),
          )
        })
      }),
      { numRuns: 40, seed: 3 },
    )
  },
  60_000,
)

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

it('an append in pieces that is overtaken is written anew; its old pieces count for nothing', async () => {
  const faults: Fault[] = ['none', 'none', 'overtaken']
  const { write, stored, stream } = writerOver(faults, 5_000, MESSAGE_OVERHEAD_BYTES + 60)
  expect(await write(packBlocks(events(0, 20), 30), undefined)).toEqual({ first: 2, last: 21 })
  expect(stored.length).toBeGreaterThan(5)
  const subjects = (await readBack(stream)).map(({ subject }) => subject)
  expect(subjects).toEqual(['rival', ...Array(20).fill('writer.0')])
})
