import fc from 'fast-check'
import { expect, it } from 'vitest'
import { TOKEN, Tokens } from './tokens.ts'

const NAMES = Object.keys(TOKEN) as (keyof typeof TOKEN)[]

function read(sql: string): string[] {
  const found: string[] = []
  const tokens = new Tokens(sql)
  while (tokens.next()) {
    const name = NAMES.find((key) => TOKEN[key] === tokens.kind)
    if (name !== 'space') found.push(`${name} ${sql.slice(tokens.start, tokens.end)}`)
  }
  return found
}

it('tells words, names, texts, numbers, parameters and signs apart', () => {
  expect(read(`SELECT "a ""1", t2.x3::INT, E'it\\'s' || 'it''s' + .5e-3 - 0x1f`)).toEqual([
    'word SELECT',
    'name "a ""1"',
    'sign ,',
    'word t2',
    'sign .',
    'word x3',
    'sign ::',
    'word INT',
    'sign ,',
    "text E'it\\'s'",
    'sign |',
    'sign |',
    "text 'it''s'",
    'sign +',
    'number .5e-3',
    'sign -',
    'number 0x1f',
  ])
  expect(read('$1 = ? AND $name < $$a ? b$$ -- ? 1\n/* a /* b */ */ %')).toEqual([
    'parameter $1',
    'sign =',
    'parameter ?',
    'word AND',
    'parameter $name',
    'sign <',
    'text $$a ? b$$',
    'comment -- ? 1',
    'comment /* a /* b */ */',
    'sign %',
  ])
})

it('says what never closes', () => {
  for (const sql of ["'a", "'it''", '"a', 'x /* a', '/*/', "X'a"]) {
    expect(read(sql).at(-1), sql).toMatch(/^open /)
  }
})

it('covers every character once, in order', () => {
  const part = fc.constantFrom(
    ...`'"$?-/*.:eE1 aü\n()[]_,;#`.split(''),
    '--',
    '/*',
    '*/',
    '$$',
    '1.5',
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
      const sql = parts.join('')
      const tokens = new Tokens(sql)
      let at = 0
      while (tokens.next()) {
        expect(tokens.start).toBe(at)
        expect(tokens.end).toBeGreaterThan(at)
        at = tokens.end
      }
      expect(at).toBe(sql.length)
    }),
  )
})
