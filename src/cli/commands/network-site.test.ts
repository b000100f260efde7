import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { makeDemoStore, type SitesNote, withDatabase } from '../../loop/index.ts'
import { addNetworkSite } from './network-site.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-cli-site-'))
const store = join(folder, 'demo')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function siteProgram(): Command {
  const program = new Command().exitOverride()
  program.configureOutput({ writeErr: () => {} })
  addNetworkSite(program)
  for (const command of program.commands)
    command.exitOverride().configureOutput({ writeErr: () => {} })
  return program
}

/** What a command prints. */
async function printed(...args: string[]): Promise<string> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const progress = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  try {
    await siteProgram().parseAsync(['site', ...args, '--store', store], { from: 'user' })
    return write.mock.calls.map(([text]) => String(text)).join('')
  } finally {
    write.mockRestore()
    progress.mockRestore()
  }
}

beforeAll(async () => {
  await makeDemoStore(store, { products: 30, days: 150, ordersPerDay: 12, vendors: 3, seed: 4 })
})

const SMALL = ['--years', '2', '--candidates', '2', '--growth', '0.5']

describe('network site', () => {
  it('plans, writes the table, and tells steps, path, bound and gap', async () => {
    const text = await printed(...SMALL)
    expect(text).toMatch(/expected over 2 years, discounted; no plan costs less/)
    expect(text).toMatch(/Decided now, whichever way demand goes \(years 1 to 2\)/)
    expect(text).toMatch(/^high +2 /m)
    const again = JSON.parse(await printed(...SMALL, '--json')) as SitesNote & { version: number }
    expect(again.version).toBe(1)
    expect(again.path).toHaveLength(6)
    expect(again.boundCents).toBeLessThanOrEqual(again.costCents)
    // Demand grows by the scenario's growth from year to year, and needs as much more room.
    const high = again.path.filter(({ scenario }) => scenario === 'high')
    expect(high[1]!.neededM3 / high[0]!.neededM3).toBeCloseTo(1.56)
    const rows = await withDatabase(store, 'read', (db) =>
      db.rows(
        'SELECT scenario, year, site_id, action FROM site_plan WHERE version = 1 ORDER BY ALL',
      ),
    )
    const steps = again.steps.flatMap(({ scenarios, year, siteId, action }) =>
      scenarios.map((scenario) => `${scenario} ${year} ${siteId} ${action}`),
    )
    expect(steps.length).toBeGreaterThan(0)
    expect(
      rows.map((row) => `${row['scenario']} ${row['year']} ${row['site_id']} ${row['action']}`),
    ).toEqual(steps.sort())
  })

  it('refuses what it cannot use, naming it', async () => {
    await expect(printed('--growth', 'much')).rejects.toThrow('Give a finite number')
    await expect(printed('--growth', 'Infinity')).rejects.toThrow('Give a finite number')
    await expect(printed('--scenarios', 'low;high')).rejects.toThrow('is no scenario')
    await expect(printed('--scenarios', 'low=0.3:0,high=0.5:0.1')).rejects.toThrow(
      'add up to 0.8, not to 1',
    )
    await expect(printed('--must-keep', 'FC-NOWHERE')).rejects.toThrow(
      'there is no site FC-NOWHERE',
    )
    await expect(printed('--growth', '9', '--years', '3')).rejects.toMatchObject({
      code: 'ERR_INFEASIBLE',
      message: expect.stringContaining('above all capacity'),
      next: expect.stringContaining('--most-changes'),
    })
  })

  it('says in its help what scenarios look like and where costs are set', () => {
    let help = ''
    const command = siteProgram().commands[0]!
    command.configureOutput({
      writeOut: (text) => {
        help += text
      },
    })
    command.outputHelp()
    expect(help).toContain('low=0.3:-0.02,mid=0.5:0.06,high=0.2:0.14')
    expect(help).toContain('network.site-')
    for (const option of [
      '--years',
      '--growth',
      '--most-changes',
      '--candidates',
      '--must-keep',
      '--forbid',
      '--json',
    ])
      expect(help).toContain(option)
  })
})
