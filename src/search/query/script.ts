import type { Script } from './query.ts'

const SCRIPTS: readonly (readonly [Script, RegExp])[] = [
  ['cjk', /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu],
  ['latin', /\p{Script=Latin}/gu],
  ['cyrillic', /\p{Script=Cyrillic}/gu],
  ['greek', /\p{Script=Greek}/gu],
  ['arabic', /\p{Script=Arabic}/gu],
  ['hebrew', /\p{Script=Hebrew}/gu],
  ['thai', /\p{Script=Thai}/gu],
]

// biome-ignore lint/suspicious/noControlCharactersInRegex: the test is for plain ASCII.
const PLAIN = /^[\x00-\x7f]*$/

/** The script of most letters of a text; latin for plain ASCII, other where no known script is met. */
export function scriptOf(text: string): Script {
  if (PLAIN.test(text)) return 'latin'
  let best: Script = 'other'
  let most = 0
  for (const [script, pattern] of SCRIPTS) {
    const count = text.match(pattern)?.length ?? 0
    if (count > most) {
      best = script
      most = count
    }
  }
  return best
}
