const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  reg: '®',
  trade: '™',
  copy: '©',
  deg: '°',
  frac12: '½',
  frac14: '¼',
  eacute: 'é',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  rsquo: '’',
  lsquo: '‘',
  ldquo: '“',
  rdquo: '”',
}

const ENTITY = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,8}\d{0,2}));/gi
const TAG = /<\/?[a-z][^<>]{0,500}>|<!--[^<>]{0,500}-->/gi

/**
 * A text as people read it: HTML tags become blanks, entities their letters, control characters
 * blanks, runs of blanks one; trimmed.
 */
export function plainText(text: string): string {
  let plain = text
  if (plain.includes('<')) plain = plain.replace(TAG, ' ')
  if (plain.includes('&')) plain = plain.replace(ENTITY, letterOf)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what goes.
  return plain.replace(/[\u0000-\u001f\u007f\s]+/g, ' ').trim()
}

function letterOf(entity: string, hex?: string, decimal?: string, name?: string): string {
  if (name !== undefined) return NAMED[name.toLowerCase()] ?? entity
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return ' '
  return String.fromCodePoint(code)
}
