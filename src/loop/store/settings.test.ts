import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { initialSettings, readSettings } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-settings-'))
const file = join(folder, 'storewright.toml')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const read = (text: string) => {
  writeFileSync(file, text)
  return readSettings(file)
}

describe('readSettings', () => {
  it('reads what init writes', () => {
    const settings = read(initialSettings('Gift "store"', 'GBP', 'Europe/London'))
    expect(settings.store).toEqual({
      name: 'Gift "store"',
      currency: 'GBP',
      time_zone: 'Europe/London',
    })
    expect(settings.buying).toEqual({ review_days: 7 })
  })

  it.each([
    ['[stor]\nname = "a"', 'has no setting stor'],
    ['[store]\nname = "a"\ncurrency = "GBP"\n[buying]\nbuget = 3', '[buying] has no setting buget'],
    ['[store]\nname = "a"\ncurrency = "pounds"', 'ISO 4217'],
    ['[store]\nname = "a"\ncurrency = "GBP"\ntime_zone = "London"', 'IANA'],
    ['[store]\nname = "a"\ncurrency = "GBP"\n[knobs]\n"no.such" = 1', 'no knob no.such'],
    ['[store\nname = "a"', 'Invalid'],
  ])('refuses %j', (text, message) => {
    expect(() => read(text)).toThrow(message)
  })
})
