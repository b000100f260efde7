/** 96 bits of the text hashed last: the rest of the hot path takes them from here, unboxed. */
export const hashed = new Int32Array(3)

/**
 * Hashes a text into `hashed`: three runs of murmur3 (32 bits, a UTF-16 unit at a time) with a seed
 * and multipliers of their own. Part of the format of snapshots.
 */
export function hashText(text: string): void {
  let a = 0x2f1b39d1
  let b = 0x7a5c8e43
  let c = 0x19e377b5
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a ^= Math.imul(code, 0xcc9e2d51)
    a = Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64
    b ^= Math.imul(code, 0x1b873593)
    b = Math.imul((b << 15) | (b >>> 17), 5) + 0x38b34ae5
    c ^= Math.imul(code, 0x9e3779b1)
    c = Math.imul((c << 11) | (c >>> 21), 5) + 0x561ccd1b
  }
  hashed[0] = finish(a ^ text.length)
  hashed[1] = finish(b ^ text.length)
  hashed[2] = finish(c ^ text.length)
}

function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
