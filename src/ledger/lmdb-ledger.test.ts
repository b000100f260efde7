import { mkdtempSync, rmSync } from 'node:fs'
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
