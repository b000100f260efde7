/** Letters that NFKD does not take apart, and what people type for them. */
const SPELT_OUT: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ħ: 'h',
  ŋ: 'n',
  ς: 'σ',
}

const SPELT_OUT_PATTERN = /[ßæœøłđðþıħŋς]/g
/** Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowel signs; not the vowels of India. */
const ACCENTS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u064b-\u0652\u0670\u0640]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: the test is for plain ASCII.
const PLAIN = /^[\x00-\x7f]*$/

/**
 * Lower case, without accents, full-width and ligature forms as plain ones (NFKD): "Ｃａｆé ﬁne" is
 * "cafe fine". Hangul and kana are composed again. Lone surrogates stay and match no letter.
 */
export function fold(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase()
  return text
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .toLowerCase()
    .replace(ACCENTS, '')
    .replace(SPELT_OUT_PATTERN, (letter) => SPELT_OUT[letter] ?? letter)
    .normalize('NFC')
}
