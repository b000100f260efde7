import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')
const [lightPart, darkPart] = css.split('@media (prefers-color-scheme: dark)') as [string, string]

function tokensOf(part: string): Record<string, string> {
  return Object.fromEntries(
    [...part.matchAll(/--([\w-]+): (#[0-9a-f]{3,6});/g)].map(([, name, value]) => [name, value]),
  )
}

const light = tokensOf(lightPart)
const schemes = { light, dark: { ...light, ...tokensOf(darkPart) } }

/** Relative luminance of a colour, WCAG 2.2. */
function luminance(hex: string): number {
  const digits = hex.length === 4 ? [...hex.slice(1)].map((c) => c + c).join('') : hex.slice(1)
  const [r, g, b] = [0, 2, 4].map((at) => {
    const c = Number.parseInt(digits.slice(at, at + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (high! + 0.05) / (low! + 0.05)
}

const TEXT = [
  ['ink', 'bg'],
  ['ink', 'panel'],
  ['ink', 'accent-soft'],
  ['dim', 'bg'],
  ['dim', 'panel'],
  ['dim', 'accent-soft'],
  ['accent', 'bg'],
  ['accent', 'panel'],
  ['on-accent', 'accent'],
  ['dim', 'line'],
  ['ink', 'line'],
  ...['ok', 'warn', 'bad'].flatMap((tone) => [
    [tone, `${tone}-soft`],
    [tone, 'panel'],
    [tone, 'bg'],
    [tone, 'accent-soft'],
  ]),
] as [string, string][]

test('the formula gives the known contrasts', () => {
  expect(contrast('#000', '#fff')).toBeCloseTo(21)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})

test.each(Object.entries(schemes))('text has a contrast of 4.5 or more: %s', (_, tokens) => {
  const low = TEXT.map(([text, ground]) => ({
    pair: `${text} on ${ground}`,
    ratio: contrast(tokens[text]!, tokens[ground]!),
  })).filter(({ ratio }) => ratio < 4.5)
  expect(low).toEqual([])
})

test.each(Object.entries(schemes))('edges of fields and curves stand out by 3: %s', (_, tokens) => {
  for (const name of ['edge', 'accent']) {
    expect(contrast(tokens[name]!, tokens['panel']!)).toBeGreaterThanOrEqual(3)
  }
})
