import { expect, test } from 'vitest'
import {
  capital,
  formatCount,
  formatDate,
  formatDaysAhead,
  formatMeasure,
  formatMoney,
  formatMoneyChange,
  formatMoneyRange,
  formatMoneyShort,
  formatPercent,
  formatPercentChange,
  formatPlural,
  formatWord,
  isoOf,
  secondsOf,
} from './format.ts'

test('money is whole from ten up, has pence below, and a true minus', () => {
  expect(formatMoney(248_000, 'GBP')).toBe('£2,480')
  expect(formatMoney(295, 'GBP')).toBe('£2.95')
  expect(formatMoney(300, 'GBP')).toBe('£3')
  expect(formatMoney(0, 'GBP')).toBe('£0')
  expect(formatMoney(-11_800, 'USD')).toBe('−$118')
  expect(formatMoneyChange(900, 'EUR')).toBe('+€9')
})

test('both ends of a range have the same digits', () => {
  expect(formatMoneyRange(612, 1420, 'GBP')).toBe('£6 – £14')
  expect(formatMoneyRange(612, 940, 'GBP')).toBe('£6.12 – £9.40')
  expect(formatMoneyRange(-50, 20_000, 'GBP')).toBe('£0 – £200')
  expect(formatMoneyRange(-24_500, 1_012_345, 'GBP', { brief: true })).toBe('−£245 – £10k')
})

test('money on axes is short', () => {
  expect(formatMoneyShort(120_000, 'GBP')).toBe('£1.2k')
  expect(formatMoneyShort(4_500_000, 'GBP')).toBe('£45k')
  expect(formatMoneyShort(-340_000_000, 'GBP')).toBe('−£3.4M')
})

test('measures have at most three significant digits', () => {
  expect(formatMeasure(1.1834)).toBe('1.18')
  expect(formatMeasure(12.34)).toBe('12.3')
  expect(formatMeasure(497.2)).toBe('497')
  expect(formatMeasure(-0.25)).toBe('−0.25')
  expect(formatMeasure(-0.001)).toBe('0.00')
  expect(formatMeasure(1234.5)).toBe('1,235')
})

test('percentages carry a sign only where asked or negative', () => {
  expect(formatPercent(0.9712)).toBe('97.1\u00a0%')
  expect(formatPercentChange(0.05)).toBe('+5\u00a0%')
  expect(formatPercentChange(-0.05)).toBe('−5\u00a0%')
  expect(formatPercentChange(0)).toBe('0\u00a0%')
})

test('dates are short, with the year only where it differs', () => {
  expect(formatDate('2011-11-05')).toBe('5 Nov')
  expect(formatDate('2010-11-05', 2011)).toBe('5 Nov 2010')
  expect(isoOf(secondsOf('2011-11-05'))).toBe('2011-11-05')
})

test('counts and days read as words', () => {
  expect(formatPlural(1, 'line')).toBe('1 line')
  expect(formatPlural(1400, 'line')).toBe('1,400 lines')
  expect(formatDaysAhead(0)).toBe('today')
  expect(formatDaysAhead(-1)).toBe('out now')
  expect(capital(formatWord(3))).toBe('Three')
  expect(formatWord(12)).toBe('12')
  expect(formatCount(-1234.4)).toBe('−1,234')
})
