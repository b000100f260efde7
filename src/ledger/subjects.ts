/** Longest subject, in characters: LMDB keys end at 1,978 bytes and a character has up to three. */
export const LONGEST_SUBJECT = 256

// Segments of anything but dots, white space and control characters.
const SUBJECT = /^[^.\s\p{Cc}]+(\.[^.\s\p{Cc}]+)*$/u

/** True for dotted segments without white space, of at most 256 characters. */
export function isSubject(text: string): boolean {
  return text.length <= LONGEST_SUBJECT && SUBJECT.test(text)
}

/**
 * A subject from parts that may hold any character, such as product ids: dots, white space and
 * control characters are percent-encoded, so that each part stays one segment.
 */
export function subjectOf(...parts: readonly string[]): string {
  return parts.map((part) => part.replace(/[.\s%\p{Cc}]/gu, percentEncoded)).join('.')
}

function percentEncoded(character: string): string {
  const code = character.codePointAt(0)!.toString(16).toUpperCase()
  return `%${code.padStart(2, '0')}`
}

/** True when the segments of `prefix` are the leading segments of `subject`. */
export function hasPrefix(subject: string, prefix: string): boolean {
  return (
    subject.startsWith(prefix) &&
    (subject.length === prefix.length || subject.charCodeAt(prefix.length) === 46)
  )
}

/** All prefixes of a subject, itself included: `a.b.c` → `a`, `a.b`, `a.b.c`. */
export function prefixesOf(subject: string): string[] {
  const prefixes: string[] = []
  for (let dot = subject.indexOf('.'); dot >= 0; dot = subject.indexOf('.', dot + 1)) {
    prefixes.push(subject.slice(0, dot))
  }
  prefixes.push(subject)
  return prefixes
}
