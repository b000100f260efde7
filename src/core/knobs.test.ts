import { describe, expect, it } from 'vitest'
import { checkKnobSettings, declareKnob, listKnobs, readKnob } from './knobs.ts'

const knob = declareKnob({
  name: 'test.holding-rate',
  unit: 'share of cost a year',
  range: [0, 2],
  default: 0.3,
  trades: 'Higher holds less stock and loses more sales.',
})

describe('knobs', () => {
  it('read their default, or the setting that overrides it', () => {
    expect(readKnob(knob)).toBe(0.3)
    expect(readKnob(knob, { 'test.holding-rate': 0.5 })).toBe(0.5)
    expect(listKnobs()).toContain(knob)
  })

  it('refuse settings out of range, unknown names and a second declaration', () => {
    expect(() => readKnob(knob, { 'test.holding-rate': 3 })).toThrow('test.holding-rate is 3')
    expect(() => readKnob(knob, { 'test.holding-rate': Number.NaN })).toThrow('is NaN')
    expect(() => checkKnobSettings({ 'test.holdingrate': 1 })).toThrowError(
      expect.objectContaining({ next: expect.stringContaining('test.holding-rate') }),
    )
    expect(() => declareKnob(knob)).toThrow('declared twice')
  })
})
