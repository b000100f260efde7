import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { describeLedger, readAll, ticks } from './ledger.contract.ts'
import type { Ledger } from './ledger.ts'
import { openLedger } from './lmdb-ledger.ts'

const base = mkdtempSync(join(tmpdir(), 'storewright-ledger-'))
const folders = new Map<Ledger, string>()
let made = 0

afterAll(() => rmSync(base, { recursive: true, force: true }))

describeLedger(
  'lmdb ledger',
  (options) => {
    const folder = join(base, `deep/ledger-${made++}`)
    const ledger = openLedger(folder, options)
    folders.set(ledger, folder)
    return ledger
  },
  async (ledger) => openLedger(folders.get(ledger)!),
)

it('may be open twice in one process; closing one leaves the other', async () => {
  const folder = join(base, 'twice')
  const one = openLedger(folder)
  const two = openLedger(folder)
  await one.append(ticks(3))
  expect(await two.append(ticks(2), { expectedSequence: 3 })).toEqual({ first: 4, last: 5 })
  await one.close()
  expect(await two.append(ticks(1))).toEqual({ first: 6, last: 6 })
  expect(await readAll(two)).toHaveLength(6)
  await two.close()
})

it('names a damaged block, and gives the events before it', async () => {
  const folder = join(base, 'damaged')
  const ledger = openLedger(folder, { knobs: { 'ledger.block-events': 100 } })
  const events = ticks(300).map((event, k) => ({ ...event, subject: `writer.n${k}` }))
  await ledger.append(events)
  await ledger.close()
  const file = join(folder, 'data.mdb')
  const bytes = readFileSync(file)
  // The last copy: the first ones are keys of the index.
  const at = bytes.lastIndexOf('writer.n150')
  expect(at).toBeGreaterThan(0)
  bytes[at] = 'v'.charCodeAt(0)
  writeFileSync(file, bytes)
  const again = openLedger(folder)
  expect(await readAll(again, { limit: 100 })).toHaveLength(100)
  await expect(readAll(again)).rejects.toMatchObject({ code: 'ERR_LEDGER_DAMAGED' })
  await again.close()
})

it('refuses a folder that holds something else', () => {
  const folder = join(base, 'other')
  mkdirSync(folder)
  writeFileSync(join(folder, 'data.mdb'), 'nothing like a ledger, by far')
  expect(() => openLedger(folder)).toThrow(
    expect.objectContaining({ code: 'ERR_LEDGER_DAMAGED', place: { file: folder } }),
  )
  const file = join(base, 'file')
  writeFileSync(file, '')
  expect(() => openLedger(file)).toThrow(expect.objectContaining({ code: 'ERR_LEDGER_DAMAGED' }))
})
