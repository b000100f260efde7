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
  return character === '.' ? '%2E' : encodeURIComponent(character)
}

/** True when the segments of `prefix` are the leading segments of `subject`. */
export function hasPrefix(subject: string, prefix: string): boolean {
  return (
    subject.startsWith(prefix) &&
    (subject.length === prefix.length || subject.charCodeAt(prefix.length) === 46)
  )
}

/** The first segment of a subject or a prefix. */
export function firstSegment(subject: string): string {
  const dot = subject.indexOf('.')
  return dot < 0 ? subject : subject.slice(0, dot)
}

/** Hashes of all prefixes of a subject, itself included, are added to `hashes`: one pass. */
export function addPrefixHashes(subject: string, hashes: Set<number>): void {
  let hash = FNV_OFFSET
  for (let i = 0; i < subject.length; i++) {
    const code = subject.charCodeAt(i)
    if (code === 46) hashes.add(finish(hash))
    hash = Math.imul(hash ^ code, FNV_PRIME)
  }
  hashes.add(finish(hash))
}

/** The 32-bit hash of a prefix, as addPrefixHashes has it. */
export function prefixHash(prefix: string): number {
  let hash = FNV_OFFSET
  for (let i = 0; i < prefix.length; i++) {
    hash = Math.imul(hash ^ prefix.charCodeAt(i), FNV_PRIME)
  }
  return finish(hash)
}

// FNV-1a over UTF-16 units with the finish of murmur3; part of the format of the ledger's files.
const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
